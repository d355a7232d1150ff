"""A receiver that is slow, away or dropped takes nobody else's turn."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.database import db
from app.core.net_guard import Destination, UnknownHost
from app.directory.models import District
from app.webhooks import hand, places
from app.webhooks.dispatcher import Dispatcher, run_until_idle
from app.webhooks.models import EndpointState, WebhookEndpoint, WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from tests.simulator.talking import until
from tests.webhooks.conftest import Bearer, Listen, allow, endpoint
from tests.webhooks.events import make_due, states, states_in_a_new_look
from tests.webhooks.receiver import Answer


def test_a_slow_receiver_holds_up_no_other_and_has_few_at_once(app: Flask, district: District, listen: Listen) -> None:
    release = threading.Event()
    slow, quick = listen(lambda _heard: Answer(wait=release)), listen()
    first = endpoint(app, district, slow)
    second = endpoint(app, district, quick)
    enqueue([Outgoing(first, "k", f"s{n}", {}) for n in range(40)])
    enqueue([Outgoing(second, "k", f"q{n}", {}) for n in range(40)])

    def others_done() -> bool:
        if len(quick.heard) == 40:
            release.set()
        return True

    run_until_idle(app, until=others_done)
    assert release.is_set()
    assert slow.most_at_once <= 16
    assert len(set(slow.ids())) == len(slow.heard) == 40
    assert quick.connections <= 16


def test_many_slow_receivers_leave_room_for_the_next(
    app: Flask, district: District, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "CONNECTIONS", 32)
    release = threading.Event()
    slow, quick = listen(lambda _heard: Answer(wait=release)), listen()
    for number in range(20):
        one = endpoint(app, district, slow, path=f"/{number}")
        enqueue([Outgoing(one, "k", f"{number} {n}", {}) for n in range(20)])
    last = endpoint(app, district, quick)
    enqueue([Outgoing(last, "k", f"q{n}", {}) for n in range(30)])

    def others_done() -> bool:
        if len(quick.heard) == 30:
            release.set()
        return release.is_set()

    run_until_idle(app, seconds=30, until=others_done)
    assert slow.most_at_once <= 32
    assert set(states()) == {"delivered"}
    assert len(slow.heard) == 400


def test_one_bearer_with_hundreds_of_slow_addresses_leaves_room_for_the_others(
    app: Flask, bearer: Bearer, district: District, listen: Listen
) -> None:
    release = threading.Event()
    slow, quick = listen(lambda _heard: Answer(wait=release)), listen()
    allow(app, slow, quick)
    many = [callback_endpoint(bearer, f"{slow.origin}/tar/{number}", face="courier") for number in range(300)]
    enqueue([Outgoing(one, "k", "s", {}) for one in many])
    dispatcher = Dispatcher(app)
    dispatcher.start()
    try:
        slow.wait_for(places.OF_A_BEARER)
        honest = callback_endpoint(Bearer(8, district.id), f"{quick.origin}/in", face="courier")
        enqueue([Outgoing(honest, "k", f"s{number}", {}) for number in range(20)])
        dispatcher.wake()
        quick.wait_for(20, seconds=5)
        assert slow.most_at_once == places.OF_A_BEARER
        db.session.execute(update(WebhookEndpoint).where(WebhookEndpoint.bearer_id == bearer.id).values(state=EndpointState.DELETED))
        db.session.commit()
        until(lambda: not dispatcher.owns_any)
        release.set()
        until(lambda: dispatcher.is_idle)
        assert len(slow.heard) == places.OF_A_BEARER, "nobody hears more than what was on its way"
    finally:
        release.set()
        dispatcher.stop()


def test_names_that_nobody_answers_for_hold_up_no_others(
    app: Flask, district: District, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, asked, usual = threading.Event(), [], hand.check_now

    def check(url: str) -> Destination:
        if "silent.example" in url:
            asked.append(url)
            release.wait(30)
            raise UnknownHost
        return usual(url)

    monkeypatch.setattr(hand, "check_now", check)
    quick = listen()
    for number in range(60):
        one = endpoint(app, district, quick, url=f"http://n{number}.silent.example/in")
        enqueue([Outgoing(one, "k", "s", {})])
    honest = endpoint(app, district, quick)
    enqueue([Outgoing(honest, "k", "s", {})])
    dispatcher = Dispatcher(app)
    dispatcher.start()
    try:
        quick.wait_for(1)
        until(states_in_a_new_look)
        assert len(asked) <= hand.AT_ONE_DOMAIN
    finally:
        release.set()
        dispatcher.stop()


def test_a_silent_name_silences_no_other_under_the_same_last_labels(
    app: Flask, district: District, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, receiver = threading.Event(), listen()
    allow(app, receiver)
    here = hand.check_now(f"{receiver.origin}/in")

    def check(url: str) -> Destination:
        if "dead" in url:
            release.wait(30)
            raise UnknownHost
        return here

    monkeypatch.setattr(hand, "check_now", check)
    monkeypatch.setattr(hand, "LOOK_UP_SECONDS", 0.2)
    dead = [callback_endpoint(Bearer(9, district.id), f"http://dead{n}.or.us/in", face="courier", refuses=False) for n in range(20)]
    enqueue([Outgoing(one, "k", "s", {}) for one in dead])
    dispatcher = Dispatcher(app)
    dispatcher.start()
    try:
        until(any_has_failed, 30)
        enqueue([Outgoing(endpoint(app, district, receiver, url="http://alive.or.us/in"), "k", "s", {})])
        receiver.wait_for(1)
    finally:
        release.set()
        dispatcher.stop()


def any_has_failed() -> bool:
    db.session.rollback()
    return (db.session.scalar(select(func.max(WebhookEndpoint.failures))) or 0) > 0


def test_a_thousand_events_to_a_receiver_that_is_away_cost_a_few_calls_and_then_one_at_a_time(
    app: Flask, district: District, listen: Listen
) -> None:
    away, here = listen(lambda _heard: Answer(503)), listen()
    dead, alive = endpoint(app, district, away), endpoint(app, district, here)
    enqueue([Outgoing(dead, "k", f"s{n}", {}) for n in range(1000)])
    run_until_idle(app)
    first = len(away.heard)
    assert 3 <= first <= 8
    row = db.session.get_one(WebhookEndpoint, dead)
    assert row.quiet_until is not None and row.quiet_until > now() and row.owned_by is None  # noqa: PT018
    enqueue([Outgoing(alive, "k", "a", {})])
    run_until_idle(app)
    assert (len(away.heard), len(here.heard)) == (first, 1)
    db.session.execute(update(WebhookEndpoint).values(quiet_until=None))
    db.session.commit()
    run_until_idle(app)
    assert len(away.heard) == first + 1
    away.answer = lambda _heard: Answer()
    make_due()
    run_until_idle(app, seconds=30)
    assert set(states()) == {"delivered"}


def test_when_a_receiver_took_nothing_for_a_day_all_that_is_overdue_is_a_dead_letter(
    app: Flask, district: District, listen: Listen
) -> None:
    receiver = listen(lambda _heard: Answer(503))
    yesterday = now() - timedelta(hours=25)
    number = endpoint(app, district, receiver, failures=9, failing_since=yesterday)
    enqueue([Outgoing(number, "k", f"s{n}", {}) for n in range(5)])
    db.session.execute(update(WebhookEvent).where(WebhookEvent.subject != "s4").values(gives_up_at=now() - timedelta(hours=1)))
    db.session.commit()
    run_until_idle(app)
    assert len(receiver.heard) == 1
    assert states() == ["dead"] * 4 + ["waiting"]
