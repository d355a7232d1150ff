"""What does not arrive goes on over the next channel: once, to exactly those, and never after a halt."""

import re
from datetime import timedelta

import pytest
import time_machine

from app.announcements import runner, service, waves
from app.announcements.errors import NotMoving
from app.announcements.escalation import Escalation
from app.announcements.models import Announcement, AnnouncementRecipient
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import ContactKind, ContactPoint, Guardian, Guardianship
from tests.announcements.schools import Campus, again, campus, draft, run, send
from tests.announcements.test_cost import heard
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory

BY_VOICE_THEN_EMAIL = Escalation(15, ("voice", "email")).document()


def the_unreached(place: Campus, house: House, announcement: Announcement) -> list[Guardian]:
    """Send it to five families: three hear it, one phone is dead, and one family has a landline only."""
    mothers = place.families(5)
    landline = db.session.query(ContactPoint).filter_by(guardian_id=mothers[4].id).one()
    landline.kind = ContactKind.LANDLINE
    db.session.commit()
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    dead = db.session.query(ContactPoint).filter_by(guardian_id=mothers[3].id).one().address
    house.hand_over()
    house.hear()
    failed = db.session.query(Delivery).filter_by(address=dead).one()
    house.set(failed, state="failed", error_code="30005")
    run(5)
    return mothers[3:]


def waves_of(announcement: Announcement) -> list[Announcement]:
    db.session.rollback()
    return db.session.query(Announcement).filter_by(escalation_of_id=announcement.id).order_by(Announcement.id).all()


def look(announcement: Announcement, after: timedelta = timedelta()) -> None:
    """As a worker does in so long from now; and another one, at the same moment."""
    seen, moment = again(announcement).escalates_at, now() + after
    waves.step(announcement.id, seen, moment)
    waves.step(announcement.id, seen, moment)
    with time_machine.travel(moment):
        run(10)


def called(wave: Announcement) -> set[int]:
    found = db.session.query(AnnouncementRecipient.guardian_id).filter_by(announcement_id=wave.id, reason=None)
    return {number for (number,) in found}


def test_it_goes_on_by_voice_then_by_email_and_each_step_once(house: House, sign_in: SignIn) -> None:
    place = campus()
    announcement = draft(place, has_canary=False, escalation=BY_VOICE_THEN_EMAIL)
    unreached = the_unreached(place, house, announcement)
    ContactPointFactory(guardian=unreached[1], kind=ContactKind.EMAIL, address="amina@example.org")
    db.session.commit()
    found = again(announcement)
    assert (found.state, found.is_escalating) == ("finished", True)
    assert found.escalates_at is not None
    assert timedelta(minutes=14) < found.escalates_at - now() <= timedelta(minutes=15)
    waves.turn(now())
    assert waves_of(announcement) == []
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert runner.turn() == 0.0, "what began does not wait for a sleeping worker"
    look(announcement, timedelta(minutes=16))
    (by_voice,) = waves_of(announcement)
    assert (by_voice.channels, by_voice.state, by_voice.texts[0].body) == (["voice"], "sending", "School is closed tomorrow.")
    assert called(by_voice) == {mother.id for mother in unreached}
    for delivery in db.session.query(Delivery).filter_by(channel="voice").all():
        house.set(delivery, state="failed", attempts=3, started_at=now() + timedelta(minutes=17))
    look(announcement, timedelta(minutes=20))
    assert len(waves_of(announcement)) == 1
    look(announcement, timedelta(minutes=33))
    _voice, by_email = waves_of(announcement)
    rows = db.session.query(AnnouncementRecipient.address, AnnouncementRecipient.reason).filter_by(announcement_id=by_email.id)
    assert {tuple(row) for row in rows} == {("amina@example.org", None), (None, "no_number")}
    house.set(db.session.query(Delivery).filter_by(channel="email").one(), state="sent", attempts=1)
    look(announcement, timedelta(minutes=60))
    assert again(announcement).is_escalating is False
    assert len(waves_of(announcement)) == 2
    correction = service.correct(place.admin, announcement.id)
    assert correction.channels == ["sms", "voice", "email"]
    wanted = service.preview(place.admin, correction.id)
    assert {name: one.addresses for name, one in wanted.channels.items()} == {"sms": 3, "voice": 0, "email": 1}
    assert "1 delivered" not in sign_in(place.admin).get(f"/announcements/{announcement.id}").text


def test_everybodys_time_runs_from_when_it_left_for_them(house: House, sign_in: SignIn) -> None:
    place = campus()
    first, second, third = place.families(3)
    announcement = draft(place, has_canary=False, escalation=Escalation(15, ("voice",)).document())
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    house.hand_over()
    house.hear()  # nothing else writes any more

    def left(guardian: Guardian, minutes: int, **more: object) -> None:
        point = db.session.query(ContactPoint).filter_by(guardian_id=guardian.id).one()
        delivery = db.session.query(Delivery).filter_by(contact_point_id=point.id, owner_kind="announcement").one()
        house.set(delivery, state="sent", started_at=now() - timedelta(minutes=minutes), **more)

    left(first, 20)
    left(second, 2)
    left(third, 0, attempts=0)
    third_text = db.session.query(Delivery).filter_by(attempts=0).one()
    house.set(third_text, state="pending", started_at=None, due_at=now() + timedelta(days=1))  # a slow number: it still waits for its turn
    again(announcement).started_at = now() - timedelta(minutes=21)
    db.session.commit()
    look(announcement)
    assert [called(wave) for wave in waves_of(announcement)] == [{first.id}]
    look(announcement, timedelta(minutes=14))
    assert [called(wave) for wave in waves_of(announcement)] == [{first.id}, {second.id}]
    look(announcement, timedelta(hours=3))
    assert [called(wave) for wave in waves_of(announcement)] == [{first.id}, {second.id}]
    assert again(announcement).is_escalating
    page = sign_in(place.admin).get(f"/announcements/{announcement.id}").text
    assert "15 minutes after it left for them" in page
    assert page.count("2 voice calls") == 2  # one line for both, and its link


def test_a_step_that_cannot_be_taken_keeps_nobody_elses_back(house: House) -> None:
    place = campus()
    broken, sound = (draft(place, has_canary=False, escalation=BY_VOICE_THEN_EMAIL) for _ in range(2))
    the_unreached(place, house, broken)
    the_unreached(place, house, sound)
    ids = [broken.id, sound.id]
    found = again(broken)
    found.audience = {"schools": ["no number"]}
    db.session.commit()
    with time_machine.travel(now() + timedelta(minutes=20)):
        runner.turn()
    followed = [number for (number,) in db.session.query(Announcement.escalation_of_id).filter(Announcement.escalation_of_id.in_(ids))]
    assert followed == ids[1:]


def test_a_halted_one_goes_no_further_nor_does_one_called_off(house: House, sign_in: SignIn) -> None:
    place = campus()
    announcement = draft(place, has_canary=False, escalation=BY_VOICE_THEN_EMAIL)
    the_unreached(place, house, announcement)
    due_at = again(announcement).escalates_at
    assert due_at is not None
    service.stay(place.admin, announcement.id)
    waves.step(announcement.id, due_at, due_at)
    with pytest.raises(NotMoving):
        service.stay(place.admin, announcement.id)
    address, wanted = f"/announcements/{announcement.id}", {"escalate_after": "5", "escalate_over": "voice"}
    admin = sign_in(place.admin)
    db.session.commit()
    assert "Have it go on over another channel" in admin.get(address).text
    assert admin.post(f"{address}/acts/escalate", data=wanted | {"escalate_over": "sms"}).status_code == 422
    assert admin.post(f"{address}/acts/escalate", data=wanted).status_code == 303
    assert "gets it by voice call" in admin.get(address).text
    runner.turn()
    due_at = again(announcement).escalates_at
    assert due_at is not None
    db.session.query(Announcement).filter_by(id=announcement.id).update({"state": "sending"})
    db.session.commit()
    service.halt(place.admin, announcement.id)
    waves.step(announcement.id, due_at, due_at)
    waves.turn(due_at)
    assert waves_of(announcement) == []
    with pytest.raises(NotMoving):
        service.escalate(place.admin, announcement.id, Escalation(5, ("email",)))


def test_whoever_is_due_is_found_without_a_walk_through_all_that_was_ever_sent(house: House) -> None:
    place = campus()
    announcement = draft(place, has_canary=False, escalation=BY_VOICE_THEN_EMAIL)
    the_unreached(place, house, announcement)
    with heard() as statements:
        look(announcement, timedelta(minutes=16))
    assert len(waves_of(announcement)) == 1
    looks = {sql: values for sql, values in statements if sql.startswith("SELECT") and "deliveries" in sql and "escalation_of_id" in sql}
    ask = db.session.connection().exec_driver_sql
    steps = {row[3] for sql, values in looks.items() for row in ask(f"EXPLAIN QUERY PLAN {sql}", values)}
    assert looks
    assert {step for step in steps if re.search(r"deliver\w+ USING .*\(owner_kind=\?\)$", step)} == set()


def test_whom_the_records_dropped_is_written_down_and_the_steps_come_to_their_end(house: House, sign_in: SignIn) -> None:
    place = campus()
    announcement = draft(place, has_canary=False, escalation=Escalation(15, ("voice",)).document())
    gone, forbidden, *_ = the_unreached(place, house, announcement)
    gone.is_active = False
    db.session.query(Guardianship).filter_by(guardian_id=forbidden.id).update({"may_contact": False})
    db.session.commit()
    look(announcement, timedelta(minutes=20))
    (wave,) = waves_of(announcement)
    reasons = dict(db.session.query(AnnouncementRecipient.guardian_id, AnnouncementRecipient.reason).filter_by(announcement_id=wave.id))
    assert (reasons[gone.id], reasons[forbidden.id]) == ("off_record", "not_permitted")
    db.session.query(Delivery).filter_by(state="pending").update({"state": "delivered", "attempts": 1})
    db.session.commit()
    look(announcement, timedelta(days=3))
    assert not again(announcement).is_escalating
    assert len(waves_of(announcement)) == 1
