"""What does not arrive goes on over the next channel: once, to exactly those, and never after a halt."""

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
from app.directory.models import ContactKind, ContactPoint, Guardian
from tests.announcements.schools import Campus, again, campus, draft, run, send
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


def test_it_goes_on_by_voice_then_by_email_and_each_step_once(house: House) -> None:
    place = campus()
    announcement = draft(place, has_canary=False, escalation=BY_VOICE_THEN_EMAIL)
    unreached = the_unreached(place, house, announcement)
    ContactPointFactory(guardian=unreached[1], kind=ContactKind.EMAIL, address="amina@example.org")
    db.session.commit()
    found = again(announcement)
    assert (found.state, found.is_escalating) == ("finished", True)
    assert found.escalates_at is not None
    due_at = found.escalates_at
    assert timedelta(minutes=14) < due_at - now() <= timedelta(minutes=15)
    waves.turn(now())
    assert waves_of(announcement) == []
    waves.step(announcement.id, due_at, due_at)
    waves.step(announcement.id, due_at, due_at)  # another worker, at the same moment
    (by_voice,) = waves_of(announcement)
    assert (by_voice.channels, by_voice.state, by_voice.texts[0].body) == (["voice"], "scheduled", "School is closed tomorrow.")
    run(until="sending")
    called = db.session.query(AnnouncementRecipient.guardian_id).filter_by(announcement_id=by_voice.id, reason=None)
    assert {number for (number,) in called} == {mother.id for mother in unreached}
    runner.turn()
    for delivery in db.session.query(Delivery).filter_by(channel="voice").all():
        house.set(delivery, state="failed", attempts=3)
    with time_machine.travel(due_at):
        run(5)
    found = again(announcement)
    assert found.escalates_at is not None
    waves.step(announcement.id, found.escalates_at, found.escalates_at)
    _voice, by_email = waves_of(announcement)
    run(10)
    rows = db.session.query(AnnouncementRecipient.address, AnnouncementRecipient.reason).filter_by(announcement_id=by_email.id)
    assert {tuple(row) for row in rows} == {("amina@example.org", None), (None, "no_number")}
    assert again(announcement).is_escalating is False


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
