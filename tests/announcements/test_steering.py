"""While it runs: pause, go on, halt, correct, try again. And before it runs: approval, schedule, second thoughts."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Role
from app.announcements import queries_exports, queries_families, queries_report, runner, service
from app.announcements.counts import counts_of
from app.announcements.errors import MayNotApprove, NotLater, NotMoving, TypeTheName
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementReach, AnnouncementRecipient
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.dispatcher import Dispatcher
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from tests.announcements.schools import again, campus, draft, moves, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House, wait_for
from tests.factories import SectionTeacherFactory, StaffFactory


def adds_up(announcement: Announcement) -> None:
    """The kept numbers are those of the rows."""
    db.session.rollback()
    found = counts_of(announcement.id).together
    mine = db.session.query(AnnouncementRecipient).filter_by(announcement_id=announcement.id, reason=None)
    states = [
        state
        for (state,) in db.session.query(Delivery.state).join(AnnouncementRecipient, AnnouncementRecipient.id == Delivery.owner_id)
        .filter(AnnouncementRecipient.announcement_id == announcement.id)
    ]  # fmt: skip
    assert found.total == mine.count()
    for state in ("sending", "sent", "delivered", "failed", "blocked"):
        kept = found.handed_over if state == "sending" else getattr(found, state)
        assert kept == states.count(state), state
    assert found.waiting >= 0


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


def test_first_ones_that_fail_stop_the_rest(house: House) -> None:
    place = campus()
    place.families(130)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    assert db.session.query(Delivery).count() == 20
    house.hand_over()
    house.hear()
    with transaction() as events:
        for delivery in db.session.query(Delivery).limit(5).all():
            before, delivery.state = delivery.state, "failed"
            events.append(
                DeliveryChanged(
                    delivery.district_id, "announcement", delivery.owner_id, delivery.id, None, before, "failed", error_code="30005"
                )
            )
    run(3, until="paused")
    found = again(announcement)
    assert (found.state, found.paused_because) == ("paused", "canary")
    assert db.session.query(Delivery).count() == 20
    service.resume(place.admin, announcement.id)
    run(5)
    assert db.session.query(Delivery).count() == 20 + 80  # the next few, and not everybody
    house.hand_over()
    house.hear()
    run(5)
    house.hand_over()
    run(5)
    assert again(announcement).state == "finished"
    assert db.session.query(Delivery).count() == 130
    again_to = service.resend_to_failed(place.admin, announcement.id)
    assert service.preview(place.admin, again_to.id).channels["sms"].addresses == 5


def test_a_person_who_pauses_and_goes_on_leaves_the_first_ones_the_first(house: House) -> None:
    place = campus()
    place.families(130)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    service.pause(place.admin, announcement.id)
    runner.turn()
    service.resume(place.admin, announcement.id)
    run(5)
    assert db.session.query(Delivery).count() == 20
    house.hand_over()
    assert len(house.at_the_network()) == 20
    house.hear()
    run(5)
    house.hand_over()
    assert len(house.at_the_network()) == 130


def test_what_is_tried_again_is_one_in_the_chart_and_the_end_is_told_from_the_real_pace(house: House, sign_in: SignIn) -> None:
    place = campus(numbers=1, per_second=100)
    place.families(200)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    fed = db.session.query(Delivery).order_by(Delivery.id).limit(20).all()
    with transaction() as events:  # twenty left in the last minute, and one of them twice
        for delivery in fed:
            delivery.state = "sending"
            events.append(moved(delivery, "pending", "sending"))
        events += [moved(fed[0], "sending", "pending"), moved(fed[0], "pending", "sending")]
        again(announcement).started_at = now() - timedelta(minutes=1)
    (point,) = queries_report.reach(announcement.id)[-1:]
    assert point.handed_over == 20
    with transaction():
        reach = db.session.query(AnnouncementReach).filter_by(announcement_id=announcement.id, outcome="sending").one()
        reach.minute = (now() - timedelta(minutes=1)).replace(second=0, microsecond=0)
    db.session.commit()
    page = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    assert re.search(r"about (9|10) minutes left", page)  # 180 at twenty a minute, where the number alone would take two seconds


def test_the_end_that_is_told_does_not_jump_after_the_first_few(app: Flask, sign_in: SignIn) -> None:
    place = campus(numbers=1, per_second=1)
    place.families(120)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    begun = datetime(2026, 11, 24, 18, 0, 30, tzinfo=UTC)
    left = {0: 20, 3: 12, 4: 6}  # the first few, the wait for their news, and the rest far more slowly than planned
    with transaction():
        found = again(announcement)
        found.started_at, found.canary_until, found.canary_passed = begun, None, True
        for minute, number in left.items():
            at = begun.replace(second=0) + timedelta(minutes=minute)
            db.session.add(AnnouncementReach(announcement_id=found.id, channel="sms", minute=at, outcome="sending", n=number))
        db.session.execute(update(AnnouncementCount).where(AnnouncementCount.outcome == "sending").values(n=38))
    told = []
    for minutes, seconds in ((3, 50), (4, 10), (4, 30), (5, 0)):
        with time_machine.travel(begun.replace(second=0) + timedelta(minutes=minutes, seconds=seconds), tick=False):
            eta = queries_report.report(place.admin, announcement.id).eta
            assert eta is not None
            told.append((eta - now()).total_seconds())
    (planned,) = again(announcement).plan["channels"].values()
    assert told[0] == told[1] == pytest.approx(82 / planned["per_second"] * planned["units"] / 120, rel=0.01)  # nothing is known yet
    assert told[1] < told[2] < told[3] == pytest.approx(82 * 10)  # by and by the pace at which they leave


def moved(delivery: Delivery, previous: str, state: str) -> DeliveryChanged:
    return DeliveryChanged(delivery.district_id, "announcement", delivery.owner_id, delivery.id, None, previous, state)


def test_first_ones_that_arrive_let_the_rest_follow(house: House) -> None:
    place = campus()
    place.families(110)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    house.hand_over()
    house.hear()
    run(5)
    house.hand_over()
    run(5)
    house.hear()
    assert len(house.at_the_network()) == 110
    assert again(announcement).state == "finished"
    adds_up(announcement)
    points = queries_report.reach(announcement.id)
    assert (points[-1].handed_over, points[-1].delivered, points[-1].failed) == (110, 110, 0)
    shown = queries_report.report(place.admin, announcement.id)
    assert (shown.fates.families, shown.fates.reached, shown.eta) == (110, 110, None)
    page = queries_families.rows(place.admin, announcement.id, outcome="delivered")
    assert len(page.rows) == 50
    assert page.next_cursor
    assert all(row.is_reached and row.students == ["Mateo Hernández"] for row in page.rows)
    rest = queries_families.rows(place.admin, announcement.id, cursor=page.next_cursor)
    assert {row.family_id for row in rest.rows}.isdisjoint({row.family_id for row in page.rows})
    for nothing in ("failed", "waiting", "skipped", "blocked"):
        assert queries_families.rows(place.admin, announcement.id, outcome=nothing).rows == []
    assert list(queries_exports.failed(place.admin, announcement.id)) == []


def test_what_a_teacher_writes_waits_for_an_admin(app: Flask) -> None:
    place = campus()
    place.families(3)
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    announcement = draft(place, staff=teacher)
    waiting = send(announcement, teacher)
    assert waiting.state == "awaiting_approval"
    run()
    planned = service.plan(place.admin, waiting.id, version=2)
    with pytest.raises(MayNotApprove):
        service.approve(teacher, waiting.id, version=2, fingerprint=planned.fingerprint)
    returned = service.refuse(place.admin, waiting.id, version=2, because="Say until when.")
    assert (again(returned).state, again(returned).returned_because) == ("draft", "Say until when.")
    shown = service.plan(teacher, waiting.id, version=3)
    service.accept(teacher, waiting.id, version=3, fingerprint=shown.fingerprint)
    shown = service.plan(place.admin, waiting.id, version=4)
    service.approve(place.admin, waiting.id, version=4, fingerprint=shown.fingerprint)
    run(until="sending")
    assert db.session.query(AnnouncementRecipient).count() == 3


def test_a_schedule_waits_can_be_moved_and_called_off(app: Flask) -> None:
    place = campus()
    place.families(1)
    announcement = draft(place)
    with pytest.raises(NotLater):
        send(announcement, place.admin, scheduled_for=now() - timedelta(minutes=1))
    tomorrow = now() + timedelta(days=1)
    send(announcement, place.admin, scheduled_for=tomorrow)
    assert runner.turn() > 0
    assert again(announcement).state == "scheduled"
    with time_machine.travel(tomorrow + timedelta(seconds=1)):
        runner.turn()
        assert again(announcement).state == "preparing"
    other = draft(place)
    send(other, place.admin, scheduled_for=tomorrow)
    service.reschedule(place.admin, other.id, version=2, scheduled_for=tomorrow + timedelta(hours=1))
    assert service.cancel(place.admin, other.id).state == "cancelled"
    with pytest.raises(NotMoving):
        service.cancel(place.admin, other.id)


def test_far_more_people_than_usual_need_the_schools_name(app: Flask) -> None:
    place = campus()
    place.families(301)
    announcement = draft(place)
    with pytest.raises(TypeTheName) as refusal:
        send(announcement, place.admin, typed_name="yes")
    assert place.school.name in str(refusal.value)
    sent = send(again(announcement), place.admin, typed_name=f"  {place.school.name.upper()} ")
    assert sent.state == "scheduled"


def test_at_night_all_wait_for_the_morning_and_an_emergency_does_not(house: House) -> None:
    there = now().astimezone(UTC)
    hours = [(there - timedelta(hours=1)).strftime("%H:00"), (there + timedelta(hours=2)).strftime("%H:00")]
    place = campus(zone="UTC", quiet=hours)
    for mother in place.families(3):
        mother.time_zone = "UTC"
    announcement = draft(place)
    shown = service.preview(place.admin, announcement.id)
    assert shown.held == 3
    release = datetime.fromisoformat(shown.channels["sms"].held[0].until)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    house.hand_over()
    assert house.at_the_network() == []
    assert {delivery.held_until for delivery in db.session.query(Delivery)} == {release}
    emergency = draft(place, sms("Shelter in place."), category="emergency", emergency_reason="lockdown")
    send(emergency, place.admin)
    run(10)
    house.hand_over()
    assert [text["body"] for text in house.at_the_network()] == ["Shelter in place."] * 3


def test_a_draft_that_others_were_made_from_can_be_deleted(app: Flask) -> None:
    place = campus()
    announcement = draft(place)
    copy = service.duplicate(place.admin, announcement.id)
    service.discard(place.admin, announcement.id)
    assert (again(copy).duplicate_of_id, again(copy).title) == (None, "Closed")


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


def judge_now(announcement: Announcement) -> None:
    """The patience with the first few is over."""
    with transaction():
        again(announcement).canary_until = now() - timedelta(seconds=1)
    run(3, until="paused")


def test_first_ones_that_sleep_say_nothing_about_the_rest(house: House) -> None:
    there = now().astimezone(UTC)
    hours = [(there - timedelta(hours=1)).strftime("%H:00"), (there + timedelta(hours=2)).strftime("%H:00")]
    place = campus(zone="UTC", quiet=hours)
    for mother in place.families(110):
        mother.time_zone = "UTC"
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    house.hand_over()
    judge_now(announcement)
    assert (again(announcement).state, db.session.query(Delivery).count()) == ("sending", 20)
    some = db.session.query(Delivery).limit(10).all()
    for one in some:
        moves(one, "sent", held_until=None)
    run(3)
    assert db.session.query(Delivery).count() == 20
    judge_now(announcement)  # half of them are known to be on their way: the others may sleep
    assert db.session.query(Delivery).count() == 110


def test_first_ones_of_which_nobody_speaks_stop_the_rest_and_a_person_decides(app: Flask, sign_in: SignIn) -> None:
    place = campus()
    place.families(110)
    announcement = draft(place)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    for one in db.session.query(Delivery).all():
        moves(one, "sending")
    judge_now(announcement)
    assert (again(announcement).state, db.session.query(Delivery).count()) == ("sending", 20)
    with transaction():
        db.session.query(AnnouncementReach).update({"minute": now() - timedelta(minutes=12)})
    judge_now(announcement)
    assert (again(announcement).state, again(announcement).paused_because) == ("paused", "silence")
    assert "does not say what became of them" in sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    service.resume(place.admin, announcement.id)
    run(3)
    assert db.session.query(Delivery).count() == 110


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


def test_a_night_that_begins_while_it_runs_is_foreseen(app: Flask) -> None:
    place = campus(numbers=1, per_second=0.1, zone="UTC", quiet=["21:00", "08:00"])
    for number, mother in enumerate(place.families(30)):
        mother.time_zone = "UTC" if number < 24 else "America/Los_Angeles"
    announcement = draft(place, has_canary=False)
    evening = datetime(2026, 11, 24, 20, 57, tzinfo=UTC)
    morning = evening.replace(day=25, hour=8, minute=0)
    with time_machine.travel(evening):
        shown = service.plan(place.admin, announcement.id, version=announcement.version)
        # eighteen leave until nine, of both zones alike; those in the west are through long before the morning
        assert [(hold.until, hold.people) for hold in shown.channels["sms"].held] == [(morning.isoformat(), 10)]
        assert shown.finish_at == morning + timedelta(seconds=96)
        send(announcement, place.admin)
        run(until="sending")
        eta = queries_report.report(place.admin, announcement.id).eta
        assert eta is not None
        assert abs(eta - shown.finish_at) < timedelta(seconds=10)
    with time_machine.travel(evening + timedelta(minutes=5)):  # nobody there was reached before their night
        found = queries_report.report(place.admin, announcement.id).eta
        assert found is not None
        assert abs(found - morning - timedelta(seconds=240)) < timedelta(seconds=10)
