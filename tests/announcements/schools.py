"""A school with classes and families, as announcements need them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.accounts.models import Role, Staff
from app.announcements import runner, service
from app.announcements.counts import counts_of
from app.announcements.models import Announcement, AnnouncementRecipient
from app.announcements.service import Draft, DraftText
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from app.directory.models import District, Guardian, PhoneNumber, Purpose, School, Section, Student
from tests.delivery.house import House
from tests.factories import (
    ContactPointFactory,
    DistrictFactory,
    EnrollmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessagingServiceFactory,
    PhoneNumberFactory,
    SchoolFactory,
    SectionFactory,
    StaffFactory,
    StudentFactory,
)
from tests.factories.base import together


@dataclass
class Campus:
    """One school, its admin, one class, and the numbers that announce."""

    district: District
    school: School
    admin: Staff
    section: Section
    numbers: list[PhoneNumber]
    guardians: list[Guardian] = field(default_factory=list)

    def child(self, **fields: Any) -> Student:
        """A student of the class."""
        student: Student = StudentFactory(school=self.school, **fields)
        EnrollmentFactory(section_id=self.section.id, student_id=student.id)
        return student

    def families(self, number: int, *, language: str = "en") -> list[Guardian]:
        """So many children, each with one mother and her phone."""
        db.session.commit()  # ends the snapshot of what was read: the network may have called back since
        with together():
            mothers = GuardianFactory.create_batch(number, district_id=self.district.id, language=language)
            children = StudentFactory.create_batch(number, school=self.school)
        with together():
            for mother, child in zip(mothers, children, strict=True):
                EnrollmentFactory(section_id=self.section.id, student_id=child.id)
                GuardianshipFactory(student=child, guardian=mother)
                ContactPointFactory(guardian=mother)
        self.guardians += mothers
        return mothers


def campus(*, numbers: int = 2, per_second: float = 1000.0, zone: str = "America/Los_Angeles", quiet: Sequence[str] = ()) -> Campus:
    """A district with one school, without quiet hours unless told."""
    district = DistrictFactory(time_zone=zone, settings={"quiet_hours": list(quiet)})
    school = SchoolFactory(district=district, time_zone=zone)
    pool = MessagingServiceFactory(district=district, purpose=Purpose.ANNOUNCEMENT, name="Announcements")
    lines = [
        PhoneNumberFactory(
            district=district, messaging_service_id=pool.id, purpose=Purpose.ANNOUNCEMENT, segments_per_second=per_second
        )
        for _ in range(numbers)
    ]  # fmt: skip
    admin = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[school])
    return Campus(district, school, admin, SectionFactory(school=school), lines)


def sms(body: str, language: str = "en") -> DraftText:
    """Words for phones."""
    return DraftText("sms", language, body)


def draft(place: Campus, *texts: DraftText, staff: Staff | None = None, **fields: Any) -> Announcement:
    """A draft to the whole school."""
    words = texts or (sms("School is closed tomorrow."),)
    values: dict[str, Any] = {"title": "Closed", "school_id": place.school.id, "audience": {"schools": [place.school.id]}, **fields}
    db.session.commit()
    return service.create(staff or place.admin, Draft(texts=words, **values))


def send(announcement: Announcement, staff: Staff, **more: Any) -> Announcement:
    """Confirm what the preview shows."""
    planned = service.plan(staff, announcement.id, version=announcement.version)
    more.setdefault("typed_name", service.brake_for(staff, again(announcement)).name)
    return service.accept(staff, announcement.id, version=announcement.version, fingerprint=planned.fingerprint, **more)


def again(announcement: Announcement) -> Announcement:
    """As it is now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Announcement, announcement.id, populate_existing=True)


def run(turns: int = 200, *, until: str | None = None) -> None:
    """Move announcements on as a worker does, until nothing moves without news, or one is in the state `until`."""
    for _ in range(turns):
        release_connection()
        runner.turn()
        if until is not None and db.session.query(Announcement).filter(Announcement.state == until).count():
            return
        if runner.is_idle():
            return


def moves(delivery: Delivery, state: str, **more: Any) -> None:
    """What the carrier's news does to one."""
    with transaction() as events:
        found = db.session.get_one(Delivery, delivery.id, populate_existing=True)
        before, found.state = found.state, state
        for name, value in more.items():
            setattr(found, name, value)
        events.append(DeliveryChanged(found.district_id, "announcement", found.owner_id, found.id, None, before, state))


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


def stopped_after(house: House, place: Campus, announcement: Announcement, number: int) -> set[str]:
    """It left for so many, and is on its way to the others. Answers their phones."""
    send(announcement, place.admin)
    run(until="sending")
    runner.turn()
    some = db.session.query(Delivery).order_by(Delivery.id).limit(number).all()
    reached = {delivery.address for delivery in some}
    db.session.query(Delivery).filter(Delivery.address.not_in(reached)).update({"due_at": now() + timedelta(hours=5)})
    house.hand_over()
    assert {text["to"] for text in house.at_the_network()} == reached
    return reached
