"""All callbacks to a system are signed with one secret, which is shown with its first key: before anything is told to it."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from app.accounts.models import AuditEvent, Bearer, Role, Staff
from app.core.database import db
from app.core.ids import new_uuid
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import CallbackSecret, WebhookEndpoint
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from tests.conftest import SignIn
from tests.factories import StaffFactory, api_bearer
from tests.webhooks.conftest import Listen, allow, seen_on
from tests.webhooks.receiver import Heard, Receiver

SECRET = re.compile(r">(whsec_[^<]+)<")


def secret_on(page: Any) -> str:
    found = SECRET.findall(page.text)
    assert len(found) == 1, page.text
    return str(found[0])


def tell(app: Flask, bearer: Bearer, receiver: Receiver, path: str, face: str = "courier", method: str = "POST") -> Heard:
    """What arrives at an address that this system gave."""
    number = callback_endpoint(bearer, receiver.origin + path, face=face, method=method)
    enqueue([Outgoing(number, "text.sent", path, {"path": path})])
    before = len(receiver.heard)
    run_until_idle(app)
    [heard] = receiver.heard[before:]
    return heard


def is_signed(heard: Heard, secret: str) -> bool:
    try:
        Webhook(secret).verify(heard.body, heard.headers)
    except WebhookVerificationError:
        return False
    return True


def test_the_secret_comes_with_the_key_and_signs_at_every_address(app: Flask, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    form = {"name": "Attendance sync", "may": ["send_texts"], "acts": "district", "once": str(new_uuid())}
    made = desk.post("/settings/api/keys/new", data=form)
    first = secret_on(made)
    assert "Secret of callbacks" in made.text
    bearer = db.session.scalars(select(Bearer)).one()
    other, _token = api_bearer(bearer.district_id, name="Bells")
    for path, face in (("/a", "common_services"), ("/b", "courier"), ("/c", "ringplan")):
        assert is_signed(tell(app, bearer, receiver, path, face), first)
    assert not is_signed(tell(app, other, receiver, "/other"), first)
    here = f"/settings/webhooks/systems/{bearer.id}"
    page = desk.get(here).text
    assert "whsec_" not in page + desk.get("/settings/api").text
    assert page.count("/settings/webhooks/") >= 3
    assert receiver.origin + "/other" not in page
    all_of_them = desk.get("/settings/webhooks/callbacks").text
    for shown in ("Attendance sync · Courier", "Bells · Courier"):
        assert shown in all_of_them
    assert "Attendance sync · " in desk.get(re.findall(r"/settings/webhooks/\d+", page)[0]).text
    seen = {"seen": seen_on(desk.get(here).text)}
    new = secret_on(desk.post(f"{here}/secret", data=seen))
    again = desk.post(f"{here}/secret", data=seen, follow_redirects=True).text  # as a page that is loaded anew
    assert "A new secret was made before" in again
    assert desk.get(f"{here}/secret").location == here
    assert "another new one ends that at once" in again
    for path in ("/a", "/d"):
        heard = tell(app, bearer, receiver, path)
        assert is_signed(heard, new)
        assert is_signed(heard, first), "for a day, also at an address that is new"
    assert not is_signed(tell(app, other, receiver, "/other"), new)
    number = db.session.scalars(select(WebhookEndpoint.id).where(WebhookEndpoint.url == receiver.origin + "/a")).first()
    assert "the same for all callback addresses" in desk.get(f"/settings/webhooks/{number}").text
    assert desk.post(f"/settings/webhooks/{number}/secret").location == here
    newest = secret_on(desk.post(f"{here}/secret", data={"seen": seen_on(desk.get(here).text)}))
    assert is_signed(tell(app, bearer, receiver, "/d"), newest)
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "webhook.callbacks_rotated")).first()
    assert line is not None
    assert line.details == {"name": "Attendance sync"}


def test_a_house_that_was_sealed_with_another_secret_signs_again(app: Flask, desk: FlaskClient, listen: Listen, admin: Staff) -> None:
    receiver = listen()
    allow(app, receiver)
    bearer, _token = api_bearer(admin.district_id)
    tell(app, bearer, receiver, "/a")
    for table in (CallbackSecret, WebhookEndpoint):
        db.session.execute(update(table).values(secret="of another house"))
    db.session.commit()
    number = callback_endpoint(bearer, receiver.origin + "/a", face="courier")
    enqueue([Outgoing(number, "text.sent", "later", {"n": 2})])
    run_until_idle(app)
    assert len(receiver.heard) == 1
    here = f"/settings/webhooks/systems/{bearer.id}"
    new = secret_on(desk.post(f"{here}/secret", data={"seen": seen_on(desk.get(here).text)}))
    run_until_idle(app)
    assert is_signed(receiver.heard[1], new)


def test_no_stranger_sees_or_renews_it(admin: Staff, sign_in: SignIn) -> None:
    bearer, _token = api_bearer()
    assert bearer.district_id != admin.district_id
    here = f"/settings/webhooks/systems/{bearer.id}"
    browser = sign_in(admin)
    assert browser.get(here).status_code == browser.post(f"{here}/secret").status_code == 404
    teacher = sign_in(StaffFactory(role=Role.TEACHER))
    assert teacher.get(here).status_code == teacher.post(f"{here}/secret").status_code == 403
