"""Events arrive: signed, once, in order, by the contract of their endpoint's face."""

import base64
import json
import threading
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update
from standardwebhooks import Webhook, WebhookVerificationError

from app.core.clock import now
from app.core.database import db
from app.core.net_guard import UnsafeAddress
from app.delivery.worker_name import my_name
from app.directory.models import District
from app.webhooks.dispatcher import Dispatcher, run_until_idle
from app.webhooks.models import EndpointState, EventState, WebhookAttempt, WebhookEndpoint, WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from app.webhooks.signing_secrets import new_secret, seal_secret
from tests.simulator.talking import until
from tests.webhooks.conftest import Bearer, Listen, allow, endpoint
from tests.webhooks.events import make_due, states
from tests.webhooks.receiver import Answer, Heard


def test_an_event_arrives_signed_and_is_not_sent_again(app: Flask, district: District, listen: Listen) -> None:
    receiver, secret = listen(), new_secret()
    number = endpoint(app, district, receiver, secret=secret)
    enqueue([Outgoing(number, "message.received", "message:1", {"type": "message.received", "who": "Rosa Hernández"})])
    run_until_idle(app)
    run_until_idle(app)
    [heard] = receiver.heard
    told = Webhook(secret).verify(heard.body, heard.headers)
    assert told == {"type": "message.received", "who": "Rosa Hernández"}
    event = db.session.scalars(select(WebhookEvent)).one()
    assert heard.headers["webhook-id"] == str(event.uuid)
    assert (event.state, event.tries) == (EventState.DELIVERED, 1)
    attempt = db.session.scalars(select(WebhookAttempt)).one()
    assert (attempt.status, attempt.problem, attempt.excerpt) == (200, None, "")
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(heard.body, heard.headers)


def test_while_secrets_change_over_both_sign(app: Flask, district: District, listen: Listen) -> None:
    receiver, old, new = listen(), new_secret(), new_secret()
    until = now() + timedelta(hours=1)
    number = endpoint(app, district, receiver, secret=new, previous_secret=seal_secret(old), previous_until=until)
    enqueue([Outgoing(number, "message.received", "message:1", {})])
    run_until_idle(app)
    for secret in (old, new):
        assert Webhook(secret).verify(receiver.heard[0].body, receiver.heard[0].headers) == {}
    db.session.execute(update(WebhookEndpoint).values(previous_until=now() - timedelta(seconds=1)))
    enqueue([Outgoing(number, "message.received", "message:2", {})])
    run_until_idle(app)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.heard[1].body, receiver.heard[1].headers)


def test_each_face_is_told_by_its_own_contract(app: Flask, bearer: Bearer, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    post = callback_endpoint(bearer, f"{receiver.origin}/in?tenant=é 1".replace(" ", "+"), face="common_services", basic=("sis", "pa:ss"))
    get = callback_endpoint(bearer, f"{receiver.origin}/status?x=1", face="groupcall", method="GET")
    enqueue([Outgoing(post, "messages.message.status_update", "m", {"id": 1})])
    enqueue([Outgoing(get, "status", "m", {"Status": "Opted Out", "Units": 2, "Reply": None, "Recipient": "+15550100&"})])
    run_until_idle(app)
    posted, got = sorted(receiver.heard, key=lambda one: one.method, reverse=True)
    assert posted.target == "/in?tenant=%C3%A9+1"
    assert posted.headers["x-event-name"] == "messages.message.status_update"
    assert posted.headers["authorization"] == "Basic " + base64.b64encode(b"sis:pa:ss").decode()
    asked = dict(parse_qsl(urlsplit(got.target).query))
    assert asked == {"x": "1", "Status": "Opted Out", "Units": "2", "Recipient": "+15550100&"}
    assert (got.method, got.body, "x-event-name" in got.headers, "authorization" in got.headers) == ("GET", "", False, False)


def test_addresses_that_differ_only_behind_the_question_mark_are_one_endpoint(app: Flask, bearer: Bearer, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    urls = [f"{receiver.origin}/in?id={number}&who=é" for number in range(3)] + [f"{receiver.origin}/in"]
    posts = [callback_endpoint(bearer, url, face="courier", comes_often=True) for url in urls]
    gets = [callback_endpoint(bearer, url, face="groupcall", method="GET", comes_often=True) for url in urls]
    assert len({*posts}) == len({*gets}) == 1
    assert callback_endpoint(bearer, urls[0], face="courier") != posts[0], "one that is set for good keeps its address whole"
    enqueue([Outgoing(posts[0], "k", f"s{number}", {}, url=url) for number, url in enumerate(urls)])
    enqueue([Outgoing(gets[0], "k", f"s{number}", {"Status": "Sent"}, url=url) for number, url in enumerate(urls)])
    run_until_idle(app)
    asked = [f"/in?id={number}&who=%C3%A9" for number in range(3)]
    assert sorted(one.target for one in receiver.heard if one.method == "POST") == ["/in", *asked]
    assert sorted(one.target for one in receiver.heard if one.method == "GET") == [
        "/in?Status=Sent", *(f"{one}&Status=Sent" for one in asked)
    ]  # fmt: skip
    with pytest.raises(UnsafeAddress):
        callback_endpoint(bearer, "http://10.0.0.8/in?id=1", face="courier", comes_often=True)


def test_a_repetition_has_the_same_id_and_a_new_moment(app: Flask, district: District, listen: Listen) -> None:
    answers = iter([Answer(503, b"busy\x00now"), Answer(302, headers={"Location": "http://127.0.0.1:1/"}), Answer(204)])
    receiver, secret = listen(lambda _heard: next(answers)), new_secret()
    number = endpoint(app, district, receiver, secret=secret)
    enqueue([Outgoing(number, "message.received", "message:1", {"a": 1})])
    for _each in range(3):
        run_until_idle(app)
        make_due()
    assert len(set(receiver.ids())) == 1
    assert len(receiver.heard) == 3
    assert Webhook(secret).verify(receiver.heard[2].body, receiver.heard[2].headers) == {"a": 1}
    attempts = db.session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.id)).all()
    assert [(one.status, one.problem) for one in attempts] == [(503, "status"), (302, "redirect"), (204, None)]
    assert attempts[0].excerpt == "busy now"
    assert states() == ["delivered"]


def test_an_event_waits_for_an_earlier_one_of_its_subject_and_only_for_that(app: Flask, district: District, listen: Listen) -> None:
    def answer(heard: Heard) -> Answer:
        return Answer(422 if json.loads(heard.body)["n"] == 1 and len(receiver.heard) < 5 else 200)

    receiver = listen(answer)
    number = endpoint(app, district, receiver)
    enqueue([Outgoing(number, "k", subject, {"n": n}) for n, subject in enumerate(["a", "b", "b", "a", "b"])])
    run_until_idle(app)
    assert sorted(json.loads(one.body)["n"] for one in receiver.heard) == [0, 1, 3]
    assert states() == ["delivered", "waiting", "waiting", "delivered", "waiting"]
    for _each in range(3):
        make_due()
        run_until_idle(app)
    told = [json.loads(one.body)["n"] for one in receiver.heard]
    assert [n for n in told if n in {1, 2, 4}] == [1, 1, 1, 2, 4]
    assert [n for n in told if n in {0, 3}] == [0, 3]
    assert set(states()) == {"delivered"}


def test_after_a_day_it_is_a_dead_letter_and_releases_the_order(app: Flask, district: District, listen: Listen) -> None:
    receiver = listen(lambda heard: Answer(400 if "1" in heard.body else 200))
    number = endpoint(app, district, receiver)
    enqueue([Outgoing(number, "k", "a", {"n": 1}), Outgoing(number, "k", "a", {"n": 2})])
    run_until_idle(app)
    assert states() == ["waiting", "waiting"]
    make_due(gives_up_at=now())
    run_until_idle(app)
    assert states() == ["dead", "delivered"]


def test_an_answer_without_end_is_cut_and_the_next_event_goes_on(app: Flask, district: District, listen: Listen) -> None:
    receiver = listen(lambda _heard: Answer(200, b"x" * 5_000_000))
    number = endpoint(app, district, receiver)
    enqueue([Outgoing(number, "k", f"s{n}", {}) for n in range(3)])
    run_until_idle(app)
    assert states() == ["delivered"] * 3


@pytest.mark.parametrize("body", ["http://localhost/", "http://127.0.0.1:{port}/"])
def test_an_address_inside_is_not_called_even_if_it_was_written_down(app: Flask, district: District, listen: Listen, body: str) -> None:
    receiver = listen()
    port = receiver.origin.rsplit(":", 1)[1]
    row = WebhookEndpoint(district_id=district.id, url=body.format(port=port), secret=seal_secret(new_secret()), kinds=[], recent=[])
    db.session.add(row)
    db.session.commit()
    enqueue([Outgoing(row.id, "k", "a", {})])
    run_until_idle(app)
    attempt = db.session.scalars(select(WebhookAttempt)).one()
    assert (attempt.problem, attempt.status, receiver.heard) == ("inside", None, [])


def test_whoever_owned_an_endpoint_and_is_gone_leaves_it_to_the_next(app: Flask, district: District, listen: Listen) -> None:
    receiver = listen()
    gone = my_name().split(":")[0] + ":999999999:00000000"
    left = endpoint(app, district, receiver, owned_by=gone, owned_until=now() + timedelta(hours=1))
    held = endpoint(app, district, receiver, owned_by="elsewhere:1:00000000", owned_until=now() + timedelta(hours=1))
    over = endpoint(app, district, receiver, owned_by="elsewhere:1:00000000", owned_until=now() - timedelta(seconds=1))
    enqueue([Outgoing(number, "k", f"to {number}", {"to": number}) for number in (left, held, over)])
    run_until_idle(app)
    assert sorted(json.loads(one.body)["to"] for one in receiver.heard) == [left, over]


def test_when_the_secret_of_the_house_changed_nothing_leaves_unsigned(app: Flask, district: District, listen: Listen) -> None:
    receiver = listen()
    number = endpoint(app, district, receiver)
    db.session.execute(update(WebhookEndpoint).values(secret="sealed by another house"))
    enqueue([Outgoing(number, "k", "a", {})])
    run_until_idle(app)
    row = db.session.get_one(WebhookEndpoint, number)
    assert (receiver.heard, row.last_problem, states()) == ([], "seal", ["waiting"])


def test_a_paused_address_gets_no_more_than_what_was_on_its_way(app: Flask, district: District, listen: Listen) -> None:
    release = threading.Event()
    receiver = listen(lambda _heard: Answer(wait=release))
    number = endpoint(app, district, receiver)
    enqueue([Outgoing(number, "message.received", f"message:{each}", {}) for each in range(40)])
    dispatcher = Dispatcher(app)
    dispatcher.start()
    try:
        receiver.wait_for(2)
        db.session.execute(update(WebhookEndpoint).values(state=EndpointState.PAUSED, version=WebhookEndpoint.version + 1))
        db.session.commit()
        until(lambda: not dispatcher.owns_any)
    finally:
        release.set()
        dispatcher.stop()
    assert len(receiver.heard) == 2
    assert states().count(EventState.DELIVERED) == 2
    assert states().count(EventState.WAITING) == 38
