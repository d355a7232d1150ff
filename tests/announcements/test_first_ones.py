"""The first few go ahead: what they say lets the rest follow, or stops it."""

from datetime import UTC, timedelta

from flask import Flask

from app.announcements import runner, service
from app.announcements.models import Announcement, AnnouncementReach
from app.announcements.queries import exports as queries_exports
from app.announcements.queries import families as queries_families
from app.announcements.queries import report as queries_report
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from tests.announcements.schools import adds_up, again, campus, draft, moves, run, send
from tests.conftest import SignIn
from tests.delivery.house import House


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
        for each in db.session.query(AnnouncementReach):
            each.minute -= timedelta(minutes=12)
    judge_now(announcement)
    assert (again(announcement).state, again(announcement).paused_because) == ("paused", "silence")
    assert "does not say what became of them" in sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    service.resume(place.admin, announcement.id)
    run(3)
    assert db.session.query(Delivery).count() == 110
