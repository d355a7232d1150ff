"""A worker dies while an announcement goes on by voice, and while letters are made: nobody is called twice, and every page is there."""

import io
from collections import Counter
from datetime import timedelta

import pypdf
import pytest
from sqlalchemy import insert, update

from app.announcements import service
from app.announcements.counts import counts_of
from app.announcements.escalation import Escalation
from app.announcements.letters.making import make_letters
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementLetters, AnnouncementRecipient, LettersFor
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian, Guardianship, Student
from tests.announcements.schools import Campus, again, campus, draft, send
from tests.delivery.house import House
from tests.faults.test_kill_worker import in_state, wait_until, worker

pytestmark = pytest.mark.faults
CALLED, PRINTED = 20, 330


def families(place: Campus, number: int, *, landlines: bool) -> None:
    """By the statement; with a landline each, or with nothing at all."""
    names = [{"given_name": "Rosa", "family_name": f"Family{index:04d}"} for index in range(number)]
    adults = list(db.session.scalars(insert(Guardian).returning(Guardian.id), [{"district_id": place.district.id, **one} for one in names]))
    rows = [{"district_id": place.district.id, "school_id": place.school.id, **one} for one in names]
    children = list(db.session.scalars(insert(Student).returning(Student.id), rows))
    pairs = [{"student_id": child, "guardian_id": adult} for child, adult in zip(children, adults, strict=True)]
    db.session.execute(insert(Guardianship), pairs)
    if landlines:
        phone = {"district_id": place.district.id, "kind": "landline"}
        phones = [phone | {"guardian_id": adult, "address": f"+1503223{index:04d}"} for index, adult in enumerate(adults)]
        db.session.execute(insert(ContactPoint), phones)
    db.session.commit()


def rung(house: House) -> Counter[str]:
    return Counter(one["handset"] for one in house.network.control("calls")["calls"])


def test_a_step_that_dies_twice_calls_everybody_once(house: House) -> None:
    house.network.set(call_speed=200, latency_max=0.2, repeat_callbacks=2)
    place = campus(numbers=1)
    place.families(1)
    families(place, CALLED, landlines=True)
    place.numbers[0].calls_per_second = 12
    db.session.commit()
    announcement = draft(place, has_canary=False, escalation=Escalation(5, ("voice",)).document())
    send(announcement, place.admin)
    with worker(house):
        wait_until(lambda: again(announcement).state == "finished" and in_state("delivered") == 1)
    with transaction():  # ten minutes later
        db.session.execute(update(Delivery).values(started_at=now() - timedelta(minutes=10)))
        values = {"started_at": now() - timedelta(minutes=10), "escalates_at": None}
        db.session.execute(update(Announcement).where(Announcement.id == announcement.id).values(values))
    for calls in (1, CALLED // 2):
        with worker(house):
            wait_until(lambda calls=calls: rung(house).total() >= calls)
        with transaction():  # what it held in its hands is free in half a minute; the next worker's clock is there
            db.session.execute(update(Delivery).where(Delivery.state == "processing").values(claimed_until=now()))

    def is_over() -> bool:
        return in_state("pending", "processing", "sending", "sent") == 0 and not again(announcement).is_escalating

    with worker(house):
        wait_until(is_over)
    assert rung(house) == Counter(f"+1503223{index:04d}" for index in range(CALLED))
    step = db.session.query(Announcement).filter_by(escalation_of_id=announcement.id).one()
    assert db.session.query(AnnouncementRecipient).filter_by(announcement_id=step.id, reason=None).count() == CALLED
    assert (counts_of(step.id).together.delivered, counts_of(step.id).waiting) == (CALLED, 0)


def test_letters_whose_maker_dies_twice_are_complete_and_none_is_there_twice(house: House) -> None:
    place = campus(numbers=1)
    place.families(1)
    families(place, PRINTED, landlines=False)
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    with worker(house):
        wait_until(lambda: again(announcement).state == "finished")
    order = service.order_letters(place.admin, announcement.id, LettersFor.NOWHERE)

    def made() -> tuple[str, int]:
        db.session.rollback()
        state, number = db.session.query(AnnouncementLetters.state, AnnouncementLetters.made).one()
        return state, number

    def written() -> int:
        db.session.rollback()
        return db.session.query(AnnouncementLetter).count()

    for is_far in (lambda: written() > 0, lambda: made()[1] >= 200):
        with worker(house):
            wait_until(is_far)
        with transaction():  # its lease ends in three minutes; the next worker's clock is there
            db.session.execute(update(AnnouncementLetters).values(claimed_until=now()))
            make_letters.send(order.id)
    with worker(house):
        wait_until(lambda: made()[0] == "ready")
    assert made() == ("ready", PRINTED)
    assert db.session.query(AnnouncementLetter).count() == PRINTED
    pages: list[str] = []
    for file in db.session.query(AnnouncementLetters).one().files:
        with file_store().open(file["key"]) as stored:
            pages += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(stored.read())).pages]
    assert len(pages) == PRINTED
    assert Counter(next(word for word in page.split() if word.startswith("Family")) for page in pages) == Counter(
        f"Family{index:04d}" for index in range(PRINTED)
    )
