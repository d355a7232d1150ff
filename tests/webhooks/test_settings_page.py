"""An admin adds an endpoint, tries it, reads its log, and deals with what it did not take."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from standardwebhooks import Webhook

from app.accounts.models import AuditEvent, Role, Staff
from app.core.clock import now
from app.core.database import db
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import WebhookAttempt, WebhookEndpoint, WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from app.webhooks.service.forgetting import forget_old
from app.webhooks.signing_secrets import unseal_secret
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.webhooks.conftest import Bearer, Listen, allow, seen_on
from tests.webhooks.receiver import Answer


def secret_on(page: str) -> str:
    found = re.search(r'id="new-secret">(whsec_[^<]+)<', page)
    assert found, page
    return found[1]


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("webhook.%")).order_by(AuditEvent.id)))


def test_an_endpoint_from_its_address_to_its_end(app: Flask, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    assert "No endpoints yet" in desk.get("/settings/api").text
    assert desk.get("/settings/webhooks/new").status_code == 200
    form = {"url": f"{receiver.origin}/in?t=1", "name": "SIS", "kinds": ["message.received", "fax.sent"], "with_words": "y"}
    page = desk.post("/settings/webhooks/new", data=form)
    assert page.status_code == 200, page.text
    secret = secret_on(page.text)
    row = db.session.scalars(select(WebhookEndpoint)).one()
    assert (row.kinds, row.with_words, secret in row.secret) == (["message.received", "fax.sent"], True, False)
    here = f"/settings/webhooks/{row.id}"
    assert secret not in desk.get(here).text
    assert desk.post(f"{here}/test").status_code == 303
    assert 'hx-trigger="load delay:1s"' in desk.get(here).text  # whoever waits for the outcome need not ask again
    run_until_idle(app)
    assert "load delay" not in desk.get(here).text
    told = Webhook(secret).verify(receiver.heard[0].body, receiver.heard[0].headers)
    assert told["type"] == "test"
    log = desk.get(here).text
    assert "Delivered" in log
    assert "Last 1: all delivered" in log
    assert "Healthy" in desk.get("/settings/api").text
    seen = {"seen": seen_on(desk.get(here).text)}
    new = secret_on(desk.post(f"{here}/secret", data=seen).text)
    again = desk.post(f"{here}/secret", data=seen, follow_redirects=True)  # as a page that is loaded anew
    assert "A new secret was made before" in again.text
    assert "whsec_" not in again.text
    assert desk.get(f"{here}/secret").location == here
    assert "another new one ends that at once" in again.text
    assert desk.post(f"{here}/test").status_code == 303
    run_until_idle(app)
    for one in (secret, new):
        Webhook(one).verify(receiver.heard[1].body, receiver.heard[1].headers)
    changed = desk.post(here, data={"name": "Nurse", "kinds": ["fax.received"]})
    assert "Saved." in changed.text
    assert desk.post(here, data={"name": "Nurse"}).status_code == 422
    db.session.refresh(row)
    assert (row.name, row.kinds, row.with_words) == ("Nurse", ["fax.received"], False)
    assert desk.get(f"{here}/delete").status_code == 200
    assert desk.post(f"{here}/delete").status_code == 303
    assert desk.get(here).status_code == 404
    assert acts() == [f"webhook.{act}" for act in ("added", "tested", "rotated", "tested", "changed", "deleted")]


def test_whoever_adds_an_address_twice_is_told(app: Flask, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    form = {"url": f"{receiver.origin}/in", "name": "SIS", "kinds": ["fax.sent"]}
    said = "This address is told by “SIS” already."
    assert said not in desk.post("/settings/webhooks/new", data=form).text
    assert said in desk.post("/settings/webhooks/new", data=form | {"name": "Again"}).text
    assert said not in desk.post("/settings/webhooks/new", data=form | {"url": f"{receiver.origin}/other"}).text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:8009/", "private network"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("ftp://example.org", "not a web address"),
        ("https://user:pass@example.org/", "user name or password"),
        ("", "Type the address"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused_with_advice(desk: FlaskClient, url: str, said: str) -> None:
    page = desk.post("/settings/webhooks/new", data={"url": url, "kinds": ["fax.sent"]})
    assert page.status_code == 422
    assert said in page.text
    assert db.session.scalars(select(WebhookEndpoint)).all() == []
    both = desk.post("/settings/webhooks/new", data={"url": url}).text
    assert said in both
    assert "Choose at least one kind" in both


def test_what_waits_while_paused_goes_when_resumed(app: Flask, admin: Staff, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    number = callback_endpoint(Bearer(1, admin.district_id), receiver.origin + "/cb", face="courier")
    here = f"/settings/webhooks/{number}"
    assert desk.post(f"{here}/pause").status_code == 303
    enqueue([Outgoing(number, "text.sent", "t", {"n": 1})])
    run_until_idle(app)
    assert receiver.heard == []
    assert "Paused" in desk.get(here).text
    assert desk.post(f"{here}/test").status_code == 303
    assert "This endpoint is paused" in desk.get(here).text
    assert desk.post(f"{here}/resume").status_code == 303
    run_until_idle(app)
    assert [one.body for one in receiver.heard] == ['{"n":1}']
    addresses = desk.get("/settings/webhooks/callbacks").text
    assert "/cb" in addresses
    assert "Courier" in addresses
    assert "Callback addresses of other systems" in desk.get("/settings/api").text


def test_dead_letters_are_read_and_sent_again_one_by_one_and_all(app: Flask, admin: Staff, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen(lambda _heard: Answer(503, b"<b>down</b>", {"Retry-After": "5"}))
    allow(app, receiver)
    number = callback_endpoint(Bearer(1, admin.district_id), receiver.origin, face="courier")
    enqueue([Outgoing(number, "text.sent", f"t{n}", {"n": n}) for n in range(3)])
    run_until_idle(app)
    waiting = desk.get(f"/settings/webhooks/{number}").text
    assert "Having trouble" in waiting
    assert "Next try in" in waiting
    assert waiting.count("tone-danger") == len(receiver.heard)
    first = db.session.scalars(select(WebhookEvent.id).order_by(WebhookEvent.id)).first()
    for due_at, quiet_until in ((now() + timedelta(minutes=9), None), (now() - timedelta(minutes=1), now() + timedelta(minutes=9))):
        db.session.execute(update(WebhookEvent).values(due_at=due_at))
        db.session.execute(update(WebhookEndpoint).values(quiet_until=quiet_until))
        db.session.commit()
        held = desk.get(f"/settings/webhooks/events/{first}").text
        assert f'<time datetime="{(quiet_until or due_at).isoformat()}">' in held
        assert "Try now" in held
        assert "Try now" in desk.get(f"/settings/webhooks/{number}").text
        hurried = desk.post(f"/settings/webhooks/{number}/now", data={"event": first})
        assert hurried.headers["Location"] == f"/settings/webhooks/events/{first}"
        assert "Try now" not in desk.get(hurried.headers["Location"]).text
    receiver.heard.clear()
    db.session.execute(delete(WebhookAttempt))
    db.session.execute(update(WebhookEvent).values(gives_up_at=now()))
    db.session.execute(update(WebhookEndpoint).values(failures=5, failing_since=now() - timedelta(days=2)))
    db.session.commit()
    run_until_idle(app)
    here = f"/settings/webhooks/{number}"
    page = desk.get(f"{here}?state=dead&kind=text.sent").text
    assert page.count("Dead letter<") >= 3
    assert "503" in page
    assert "Failing" in page
    assert desk.get(f"{here}?state=delivered").text.count("Dead letter<") == 0
    assert desk.get(f"{here}?state=nonsense").status_code == 404
    ids = list(db.session.scalars(select(WebhookEvent.id).order_by(WebhookEvent.id)))
    tried = db.session.scalars(select(WebhookAttempt.event_id)).one()
    event = desk.get(f"/settings/webhooks/events/{tried}").text
    assert "&lt;b&gt;down&lt;/b&gt;" in event
    assert "&#34;n&#34;: " in event
    receiver.answer = lambda _heard: Answer()
    assert desk.post(f"/settings/webhooks/events/{ids[0]}/again").status_code == 303
    run_until_idle(app)
    assert desk.post(f"/settings/webhooks/events/{ids[0]}/again").status_code == 303
    assert "no dead letter any more" in desk.get(here).text
    assert len(receiver.heard) == 2
    assert desk.post(f"{here}/again").status_code == 303
    run_until_idle(app)
    assert sorted(one.body for one in receiver.heard[1:]) == ['{"n":0}', '{"n":1}', '{"n":2}']
    done = [act for act in acts() if act != "webhook.read"]
    assert done == ["webhook.hurried", "webhook.hurried", "webhook.sent_again", "webhook.sent_again"]
    assert len(acts()) > len(done), "who reads an event is written down"


def test_the_log_is_kept_for_thirty_days(app: Flask, admin: Staff) -> None:
    number = callback_endpoint(Bearer(1, admin.district_id), "https://example.org/", face="courier")
    enqueue([Outgoing(number, "k", f"t{n}", {}) for n in range(4)])
    old, ids = now() - timedelta(days=31), list(db.session.scalars(select(WebhookEvent.id).order_by(WebhookEvent.id)))
    db.session.execute(update(WebhookEvent).where(WebhookEvent.id.in_(ids[:3])).values(created_at=old))
    db.session.execute(update(WebhookEvent).where(WebhookEvent.id == ids[0]).values(state="delivered"))
    db.session.execute(update(WebhookEvent).where(WebhookEvent.id == ids[1]).values(state="dead"))
    db.session.add(WebhookAttempt(event_id=ids[0], begun_at=old, milliseconds=3))
    db.session.commit()
    forget_old()
    assert list(db.session.scalars(select(WebhookEvent.id).order_by(WebhookEvent.id))) == ids[2:]
    assert db.session.scalars(select(WebhookAttempt)).all() == []
    db.session.execute(update(WebhookEndpoint).values(state="paused"))
    db.session.commit()
    forget_old()
    assert list(db.session.scalars(select(WebhookEvent.state).order_by(WebhookEvent.id))) == ["dead", "waiting"]


def test_an_admin_of_a_school_sees_none_of_it(app: Flask, sign_in: SignIn) -> None:
    desk = sign_in(StaffFactory(role=Role.SCHOOL_ADMIN))
    assert desk.get("/settings/webhooks/new").status_code in {403, 404}


def test_the_secret_is_kept_sealed(app: Flask, admin: Staff) -> None:
    number = callback_endpoint(Bearer(1, admin.district_id), "https://example.org/", face="courier")
    assert unseal_secret(db.session.get_one(WebhookEndpoint, number).secret).startswith("whsec_")


def test_an_answer_that_is_loaded_anew_adds_no_second_one(app: Flask, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    once = re.search(r'name="once" value="([0-9a-f-]{36})"', desk.get("/settings/webhooks/new").text)
    assert once
    form = {"url": f"{receiver.origin}/in", "name": "SIS", "kinds": ["fax.sent"], "once": once[1]}
    assert "whsec_" in desk.post("/settings/webhooks/new", data=form).text
    again = desk.post("/settings/webhooks/new", data=form, follow_redirects=True).text
    assert "This endpoint was added before" in again
    assert "whsec_" not in again
    assert db.session.query(WebhookEndpoint).count() == 1
