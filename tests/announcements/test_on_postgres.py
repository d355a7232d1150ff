"""The same on PostgreSQL, where several workers share the work."""

import threading
import time
from collections import Counter
from typing import Any

from sqlalchemy import event

from app.accounts.models import Staff
from app.announcements import runner, service, waves
from app.announcements.counts import counts_of
from app.announcements.escalation import Escalation
from app.announcements.letters.making import make_all_letters
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementLetters, LettersFor
from app.announcements.queries import audience as queries_audience
from app.announcements.queries import families as queries_families
from app.announcements.queries import report as queries_report
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.models import Delivery
from tests.announcements.schools import Campus, again, campus, draft, moves, run, send, sms
from tests.delivery.house import House
from tests.delivery.test_on_postgres import house

__all__ = ["house"]
WAITS_FOR_ME = "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"


def test_three_runners_reach_everybody_once_and_the_numbers_add_up(house: House) -> None:
    place = campus()
    place.families(70)
    place.families(10, language="es")
    announcement = draft(place, sms("Hi $FirstName$"), sms("Hola", "es"))
    send(announcement, place.admin)

    def work() -> None:
        with house.app.app_context():
            for _ in range(8):
                runner.turn()
            db.session.remove()

    for _ in range(6):
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        house.hand_over()
        house.hear()
        if again(announcement).state == "finished":
            break
    texts = house.at_the_network()
    assert Counter(text["body"] for text in texts) == {"Hi Rosa": 70, "Hola": 10}
    assert len({text["to"] for text in texts}) == 80
    found = counts_of(announcement.id).together
    assert (found.total, found.delivered, found.waiting) == (80, 80, 0)
    shown = queries_report.report(place.admin, announcement.id)
    assert shown.fates
    assert shown.fates.reached == 80
    assert len(queries_families.rows(place.admin, announcement.id, outcome="delivered").rows) == 50
    for nothing in ("failed", "waiting", "skipped", "cancelled"):
        assert queries_families.rows(place.admin, announcement.id, outcome=nothing).rows == []
    assert queries_report.reach(announcement.id)[-1].delivered == 80
    assert len(queries_audience.people(place.admin, announcement.id, channel="sms")) == 50
    goes_on_once(house, place, announcement)


def goes_on_once(house: House, place: Campus, announcement: Announcement) -> None:
    """Four workers take the same step at the same moment."""
    house.set(db.session.query(Delivery).order_by(Delivery.id).limit(1).one(), state="failed", error_code="30005")
    service.escalate(place.admin, announcement.id, Escalation(5, ("voice",)))
    runner.turn()
    number, due_at = announcement.id, again(announcement).escalates_at
    assert due_at is not None

    def step() -> None:
        with house.app.app_context():
            waves.step(number, due_at, due_at)
            db.session.remove()

    threads = [threading.Thread(target=step) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    (taken,) = db.session.query(Announcement).filter_by(escalation_of_id=number).all()
    assert taken.plan
    assert taken.plan["people_reached"] == 1


def test_stopping_and_going_on(house: House) -> None:
    place = campus()
    place.families(70)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    service.pause(place.admin, announcement.id)
    house.hand_over()
    run(2)
    assert house.at_the_network() == []
    service.resume(place.admin, announcement.id)
    run(2)
    one = db.session.query(Delivery).order_by(Delivery.id).limit(1).one()
    moves(one, "sending")
    service.halt(place.admin, announcement.id)
    house.hand_over()
    run(20)
    assert again(announcement).is_swept
    moves(one, "pending", due_at=now())  # the carrier could not reach the phone after all
    assert not again(announcement).is_swept
    house.hand_over()
    run(5)
    found = counts_of(announcement.id).together
    assert (found.total, found.cancelled, found.waiting) == (70, 70, 0)
    assert house.at_the_network() == []
    service.order_letters(place.admin, announcement.id, LettersFor.UNREACHED)
    make_all_letters.function()
    db.session.rollback()
    letters = db.session.query(AnnouncementLetters).one()
    assert (letters.state, letters.total, letters.files[0]["pages"]) == ("ready", 70, 70)
    fates = queries_report.report(place.admin, announcement.id).fates
    assert fates
    assert (fates.letters, fates.families) == (70, 70)


def test_all_numbers_of_a_report_are_of_one_moment(house: House) -> None:
    place = campus()
    place.families(6)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    run(5)
    numbers = [one.id for one in db.session.query(Delivery)]
    arrived: list[bool] = []

    def they_arrive() -> None:
        with house.app.app_context():
            for number in numbers:
                moves(db.session.get_one(Delivery, number), "delivered")
            db.session.remove()

    def meanwhile(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FROM announcement_counts" in statement and not arrived:
            arrived.append(True)
            other = threading.Thread(target=they_arrive)
            other.start()
            other.join()

    event.listen(db.engine, "after_cursor_execute", meanwhile)
    try:
        shown = queries_report.report(place.admin, announcement.id)
    finally:
        event.remove(db.engine, "after_cursor_execute", meanwhile)
    assert arrived
    assert shown.fates
    assert (shown.counts.together.delivered, shown.fates.reached) == (0, 0)
    shown = queries_report.report(place.admin, announcement.id)
    assert shown.fates
    assert (shown.counts.together.delivered, shown.fates.reached, shown.numbers.answers) == (6, 6, 0)


def test_who_stops_it_waits_for_its_step_and_not_the_other_way_round(house: House) -> None:
    """Its step has news, and holds its own row, when somebody halts both."""
    place = campus()
    place.families(2)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    with transaction():
        step = Announcement(
            district_id=place.district.id, author_id=place.admin.id, state="sending", is_expanded=True, escalation_of_id=announcement.id
        )
        db.session.add(step)
        db.session.flush()
        db.session.add(AnnouncementCount(announcement_id=step.id, channel="sms", outcome="total", n=1, changed_at=now()))
    staff, number, troubles = place.admin.id, announcement.id, list[Exception]()
    release_connection()

    def halt() -> None:
        with house.app.app_context():
            try:
                service.halt(db.session.get_one(Staff, staff), number)
            except Exception as trouble:  # noqa: BLE001  # it is what the test looks for
                troubles.append(trouble)
            db.session.remove()

    halting = threading.Thread(target=halt)

    def meanwhile(connection: Any, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE announcements SET told_at") and not halting.ident:
            halting.start()
            until = time.monotonic() + 20
            while halting.is_alive() and time.monotonic() < until and not connection.exec_driver_sql(WAITS_FOR_ME).scalar():
                halting.join(0.01)

    event.listen(db.engine, "after_cursor_execute", meanwhile)
    try:
        runner.tell(now())
    finally:
        event.remove(db.engine, "after_cursor_execute", meanwhile)
    halting.join()
    assert troubles == []
    assert [again(one).state for one in (announcement, step)] == ["halted", "halted"]
