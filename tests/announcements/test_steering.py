"""While it runs: pause, go on, halt. What left has left, the rest never does, and the numbers say so."""

import time
from datetime import timedelta

import pytest
from flask import Flask

from app.announcements import runner, service
from app.announcements.counts import counts_of
from app.announcements.errors import NotMoving
from app.announcements.models import Announcement
from app.announcements.queries import families as queries_families
from app.core.clock import now
from app.core.database import db
from app.delivery.dispatcher import Dispatcher
from app.delivery.models import Delivery
from tests.announcements.schools import adds_up, again, campus, draft, moves, run, send
from tests.conftest import SignIn
from tests.delivery.house import House, wait_for


def test_one_that_cannot_go_on_keeps_nobody_elses_back(house: House) -> None:
    place = campus()
    place.families(3)
    broken, sound = draft(place, has_canary=False), draft(place, has_canary=False)
    for announcement in (broken, sound):
        send(announcement, place.admin)
    broken.audience = {"schools": ["no number"]}
    db.session.commit()
    run(5)
    house.hand_over()
    assert len(house.at_the_network()) == 3
    assert [each.state for each in db.session.query(Announcement).order_by(Announcement.id)] == ["preparing", "sending"]


def test_paused_it_keeps_still_and_resumed_it_reaches_everybody_once(house: House) -> None:
    place = campus(numbers=1, per_second=20)
    place.families(60)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    service.pause(place.admin, announcement.id)
    runner.turn()
    house.hand_over()
    assert house.at_the_network() == []
    service.resume(place.admin, announcement.id)
    for number in place.numbers:
        number.segments_per_second = 1000
    db.session.commit()
    run(10)
    house.hand_over()
    run(5)
    assert len({text["to"] for text in house.at_the_network()}) == len(house.at_the_network()) == 60
    assert again(announcement).state == "finished"
    house.hear()
    adds_up(announcement)


def test_halted_nothing_more_leaves_and_the_numbers_say_so(house: House) -> None:
    place = campus()
    place.families(90)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()  # the first are in the outbox
    service.halt(place.admin, announcement.id)
    house.hand_over()
    assert house.at_the_network() == []
    run(20)
    found = counts_of(announcement.id).together
    assert (found.total, found.cancelled, found.waiting) == (90, 90, 0)
    assert again(announcement).is_swept
    assert len(queries_families.rows(place.admin, announcement.id, outcome="cancelled").rows) == 50
    assert queries_families.rows(place.admin, announcement.id, outcome="waiting").rows == []
    with pytest.raises(NotMoving):
        service.resume(place.admin, announcement.id)


def test_halted_in_the_middle_what_left_has_left_and_the_rest_never_does(house: House) -> None:
    place = campus(numbers=2, per_second=40)
    place.families(120)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    worker = Dispatcher(house.app)
    worker.start()
    try:
        runner.turn()
        wait_for(lambda: counts_of(announcement.id).together.left >= 10)
        service.halt(place.admin, announcement.id)
        halted = time.monotonic()

        def is_swept() -> bool:
            runner.turn()
            return again(announcement).is_swept

        wait_for(is_swept)
        assert time.monotonic() - halted < 5  # two seconds, on a machine that has nothing else to do
    finally:
        worker.stop()
    house.hand_over()
    found = counts_of(announcement.id).together
    assert len(house.at_the_network()) == found.left
    assert 10 <= found.left < 120
    assert (found.left + found.cancelled, found.waiting) == (120, 0)


def test_halted_its_numbers_add_up_though_some_come_back_or_are_in_doubt(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1, per_second=1)
    place.families(90)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    first, second, third, fourth = db.session.query(Delivery).order_by(Delivery.id).limit(4).all()
    assert db.session.query(Delivery).count() == 64
    for one in (first, second):
        moves(one, "sending")
    moves(third, "processing", attempts=1, doubtful_since=now())
    moves(fourth, "failed", error_code="30003", finished_at=now())
    service.halt(place.admin, announcement.id)
    for turn in range(8):
        runner.turn()
        if turn == 1:  # the carrier could not reach the phone: it would be tried again by itself
            moves(first, "pending")
        db.session.rollback()
        found = counts_of(announcement.id).together
        assert found.left + found.failed + found.cancelled + found.waiting == found.total == 90
        assert found.waiting >= 1
    found = counts_of(announcement.id).together
    assert (found.cancelled, found.left, found.failed, found.waiting) == (87, 1, 1, 1)
    assert again(announcement).is_swept  # though one is in doubt
    moves(second, "pending")  # later still, and nobody else's announcement is stopped
    house.hand_over()
    run(5)
    assert house.at_the_network() == []
    found = counts_of(announcement.id).together
    assert (found.cancelled, found.left, found.waiting) == (88, 0, 1)
    client = sign_in(place.admin)
    for path, form in ((f"{fourth.id}/retry", {}), (f"{third.id}/decide", {"decision": "send_again"})):
        said = client.post(f"/settings/undelivered/{path}", data=form, follow_redirects=True).text
        assert "The announcement was stopped" in said
    client.post(f"/settings/undelivered/{third.id}/decide", data={"decision": "not_sent"})
    db.session.rollback()
    assert (counts_of(announcement.id).together.waiting, counts_of(announcement.id).together.failed) == (0, 2)
    assert db.session.query(Delivery).filter_by(state="pending").count() == 0


def test_a_number_that_is_switched_off_stops_it_in_words_and_it_goes_on_with_another(app: Flask, sign_in: SignIn) -> None:
    place = campus(numbers=1, per_second=1)
    place.families(120)
    announcement, other = draft(place), draft(place, has_canary=False)
    send(other, place.admin)
    run(until="sending")
    runner.turn()
    assert db.session.query(Delivery).count() == 64
    send(announcement, place.admin)
    (number,) = place.numbers
    number.is_active = False
    db.session.commit()
    run(5)
    assert (again(announcement).state, again(announcement).returned_because) == ("draft", "no_sender")
    assert (again(other).state, again(other).paused_because) == ("paused", "no_sender")
    assert "number was switched off, so the rest waits" in sign_in(place.admin).get(f"/announcements/{other.id}").text
    number.is_active = True
    number.segments_per_second = 1000
    db.session.commit()
    service.resume(place.admin, other.id)
    run(5)
    assert db.session.query(Delivery).count() == 120


def test_resumed_what_was_to_be_tried_later_keeps_its_time(house: House) -> None:
    place = campus()
    place.families(3)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    busy, asleep, _plain = db.session.query(Delivery).order_by(Delivery.id)
    soon, morning = now() + timedelta(minutes=15), now() + timedelta(hours=9)
    house.set(busy, due_at=soon, attempts=1)
    house.set(asleep, due_at=morning, held_until=morning)
    service.pause(place.admin, announcement.id)
    runner.turn()
    house.hand_over()
    service.resume(place.admin, announcement.id)
    runner.turn()
    house.hand_over()
    db.session.expire_all()
    assert (busy.due_at, asleep.due_at, asleep.held_until) == (soon, morning, morning)
    assert len(house.at_the_network()) == 1
