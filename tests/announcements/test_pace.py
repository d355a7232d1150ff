"""When it will be through: the chart, the real pace, and the nights."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Role
from app.announcements import feeding, runner, service, sharing
from app.announcements.models import AnnouncementCount, AnnouncementReach
from app.announcements.queries import announcement_visible_to
from app.announcements.queries import report as queries_report
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from tests.announcements.schools import adds_up, again, campus, draft, moves, run, send, sms
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import StaffFactory


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


def test_what_is_tried_once_more_can_be_stopped_and_no_time_at_night_is_promised(house: House, sign_in: SignIn) -> None:
    place = campus(zone="UTC", quiet=["21:00", "08:00"])
    place.families(2)
    evening = datetime(2026, 11, 24, 20, 50, tzinfo=UTC)
    with time_machine.travel(evening):
        announcement = draft(place)
        send(announcement, place.admin)
        run(until="sending")
        runner.turn()
        for delivery in db.session.query(Delivery).all():
            moves(delivery, "sending", started_at=now())
        run(3)
        assert again(announcement).state == "finished"
    with time_machine.travel(evening + timedelta(minutes=3)):
        first = db.session.query(Delivery).order_by(Delivery.id).first()
        moves(first, "pending", error_code="30003", due_at=evening + timedelta(minutes=15))
        run(2)
        page = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
        assert all(words in page for words in ("Trying again", "/acts/halt", "1 in the queue", ", again tomorrow, 8:00"))
        assert "minutes left" not in page
        points = [point.handed_over for point in queries_report.reach(announcement.id)]
        assert points == sorted(points)
        assert points[-1] == 1
        service.halt(place.admin, announcement.id)
        run(5)
    db.session.rollback()
    assert sorted(delivery.state for delivery in db.session.query(Delivery)) == ["cancelled", "sending"]
    adds_up(announcement)


def test_names_that_make_two_texts_of_one_are_in_the_plan(app: Flask) -> None:
    place = campus(numbers=1, per_second=1, quiet=[])
    for number, mother in enumerate(place.families(40)):
        mother.given_name = "Noor" if number % 2 else "Rocío ✿"
    db.session.commit()
    announcement = draft(place, sms(f"{'School is closed tomorrow. ' * 4}$FirstName$"))
    counted = service.preview(place.admin, announcement.id)
    (channel,) = counted.channels.values()
    assert channel.units == 60
    assert counted.finish_at is not None
    assert (counted.finish_at - datetime.fromisoformat(counted.planned_at)).total_seconds() == pytest.approx(60)
    (language,) = channel.languages
    assert (language.units, language.at_least) == (1, True)


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


def test_at_night_all_wait_for_the_morning_and_an_emergency_does_not(house: House, sign_in: SignIn) -> None:
    there = now().astimezone(UTC)
    hours = [(there - timedelta(hours=1)).strftime("%H:00"), (there + timedelta(hours=2)).strftime("%H:00")]
    place = campus(zone="UTC", quiet=hours)
    for mother in place.families(3):
        mother.time_zone = "UTC"
    announcement = draft(place)
    shown = service.preview(place.admin, announcement.id)
    assert shown.held == 3
    undone = draft(place)
    send(undone, place.admin, scheduled_for=now() + timedelta(seconds=60))
    minute = sign_in(place.admin).get(f"/announcements/{undone.id}").text
    assert all(words in minute for words in ("Seconds until it waits for the morning", "As soon as the night is over", "/acts/hurry"))
    assert "/edit#emergency_reason" in sign_in(place.admin).post(f"/announcements/{undone.id}/acts/hurry").location
    assert again(undone).state == "cancelled"
    release = datetime.fromisoformat(shown.channels["sms"].held[0].until)
    send(announcement, place.admin)
    run(until="sending")
    run(3)
    house.hand_over()
    assert house.at_the_network() == []
    assert {delivery.held_until for delivery in db.session.query(Delivery)} == {release}
    office = sign_in(place.admin)
    page = office.get(f"/announcements/{announcement.id}").text
    listed = office.get("/announcements").text
    assert "Held for the night: 3 texts, to go out from" in page
    assert "3 held for the night" in page  # and not in the queue
    assert not any("loader-2" in found or "On its way" in found for found in (page, listed))
    assert "Goes out from" in listed
    hurried = office.post(f"/announcements/{announcement.id}/acts/hurry").location
    number = int(re.findall(r"/announcements/(\d+)/edit#emergency_reason", hurried)[0])
    assert again(announcement).state == "halted"
    assert "Say what the emergency is" in office.get(f"/announcements/{number}/review").text
    before = service.draft_of(announcement_visible_to(place.admin, number))
    saved = service.save(place.admin, number, replace(before, emergency_reason="lockdown"), version=1)
    question = office.get(f"/announcements/{number}/review").text
    assert all(f"{mother.given_name} {mother.family_name}" in question for mother in place.guardians)  # to whom it goes
    send(saved, place.admin)
    run(10)
    house.hand_over()
    assert len({text["to"] for text in house.at_the_network()}) == len(house.at_the_network()) == 3
    assert "Held for the night" not in office.get(f"/announcements/{number}").text
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    db.session.commit()
    assert sign_in(teacher).post(f"/announcements/{announcement.id}/acts/hurry").status_code in {403, 404}


def test_where_some_sleep_and_others_do_not_only_what_is_held_counts_as_held_and_is_hurried(house: House, sign_in: SignIn) -> None:
    there = now().astimezone(UTC)
    place = campus(
        zone="UTC", numbers=1, quiet=[(there - timedelta(hours=1)).strftime("%H:00"), (there + timedelta(hours=2)).strftime("%H:00")]
    )
    for number, mother in enumerate(place.families(7)):
        mother.time_zone = "UTC" if number < 4 else "Asia/Tokyo"
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    release = there + timedelta(hours=2)
    sleepers = {point.address for mother in place.guardians[:4] for point in mother.contact_points}
    for one in db.session.query(Delivery).order_by(Delivery.id):
        if one.address in sleepers and len(sleepers) > 2:
            sleepers.remove(one.address)
            moves(one, "delivered")  # before their night began
        elif one.address in sleepers:
            moves(one, "pending", due_at=release, held_until=release)
    office = sign_in(place.admin)
    page = office.get(f"/announcements/{announcement.id}").text
    assert "Held for the night: 2 texts, to go out from" in page
    assert "2 delivered, 2 held for the night, 3 in the queue" in page
    assert "2 texts" not in office.get("/announcements").text  # the list says it only where all wait
    hurried = office.post(f"/announcements/{announcement.id}/acts/hurry").location
    number = int(re.findall(r"/announcements/(\d+)/edit#emergency_reason", hurried)[0])
    assert again(announcement).state == "sending"
    assert service.preview(place.admin, number).people_reached == 2
    house.hand_over()
    run(5)
    assert len(house.at_the_network()) == 3
    page = office.get(f"/announcements/{announcement.id}").text
    assert "2 stopped before sending" in page
    assert "Send to the 2 it was stopped for" in page
    adds_up(announcement)


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


def test_a_small_one_goes_ahead_of_a_large_one_and_large_ones_take_turns(
    house: House, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "FEW", 5)
    monkeypatch.setattr(feeding, "FEWEST_AHEAD", 12)
    monkeypatch.setattr(feeding, "PER_NUMBER", 12)
    place = campus(numbers=1, per_second=3)
    place.families(18)
    large = draft(place, has_canary=False)
    send(large, place.admin)
    run(until="sending")
    for _ in range(3):
        runner.turn()
    few = [link.student_id for mother in place.guardians[-3:] for link in mother.guardianships]
    small = draft(place, sms("The bus of the choir is late."), audience={"students": few})
    send(small, place.admin)
    other = draft(place, sms("Picnic on Friday."), has_canary=False)
    send(other, place.admin)
    for _ in range(6):
        runner.turn()
    waiting = Counter(each.content.body for each in db.session.query(Delivery).filter_by(state="pending"))
    assert waiting["The bus of the choir is late."] == 3
    assert waiting["Picnic on Friday."] >= 6  # its part, though the first one filled the outbox
    client = sign_in(place.admin)
    assert "Another announcement goes out over the same numbers." in client.get(f"/announcements/{other.id}").text
    assert "goes out over the same numbers" not in client.get(f"/announcements/{small.id}").text
    house.hand_over(until=lambda: len(house.at_the_network()) >= 3)
    assert [text["body"] for text in house.at_the_network()][:3] == ["The bus of the choir is late."] * 3
