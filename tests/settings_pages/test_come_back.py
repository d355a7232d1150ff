"""What was in hand when its system was called off or removed, and a carrier or mail server then put off, does not leave later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.api.groupcall.models import GroupcallRecipient
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery import results
from app.delivery.claims import Claims
from app.delivery.email import results as email_results
from app.delivery.email.claims import EmailClaims, MailServer
from app.delivery.email.failures import MailCode
from app.delivery.email.parcels import NotNow
from app.delivery.models import Delivery
from app.delivery.parcels import NotTried, Parcel, Postponed, Result
from app.directory.models import District, PhoneNumber
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import ContactPointFactory
from tests.query_counts import statements
from tests.settings_pages.test_unsent import LIST, House, house
from tests.settings_pages.test_unsent_letters import PHONE, ROSA, letters

__all__ = ["house"]
Parcels = tuple[list[Parcel], list[Parcel]]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(WEDNESDAY_TEN, tick=True) as traveller:
        yield traveller


@pytest.fixture
def day(house: House) -> House:
    """At which a family and a colleague may be written to."""
    db.session.get_one(District, house.people.school.district_id).settings = {"quiet_hours": ["23:58", "23:59"]}
    db.session.execute(update(PhoneNumber).values(segments_per_second=50.0))
    house.people.teacher.phone = PHONE
    ContactPointFactory(guardian=house.people.guardian, kind="email", address=ROSA)
    db.session.commit()
    return house


def claim() -> Parcels:
    """What dispatchers of texts and of emails take in hand."""
    with transaction() as events:
        texts = Claims().claim(events, now(), urgent_room=50, bulk_room=50).parcels
        emails = EmailClaims(MailServer("files", 100.0)).claim(events, now(), 50).parcels
    return texts, list(emails)


def put_off(parcels: Parcels) -> None:
    """Every other text never left; the carrier is away, and the mail server."""
    texts, emails = parcels
    told: list[Result] = [(parcel, NotTried() if place % 2 else Postponed(None, is_away=True)) for place, parcel in enumerate(texts)]
    with transaction() as events:
        results.record(told, events, now())
        email_results.record([(parcel, NotNow(None, True, MailCode.LATER)) for parcel in emails], events, now())


def states() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery.state).order_by(Delivery.id)))


@pytest.mark.parametrize("what", ["unsent", "remove"])
def test_what_comes_back_is_ended(day: House, clock: time_machine.Traveller, what: str) -> None:
    sis, _other = letters(day, "SIS"), letters(day, "Another")
    for words in ("One.", "Two."):
        sis.text(day.people.contact_point.address, words)
    mine = {one.staff_id for one in db.session.scalars(select(Message).where(Message.body == "One."))}
    in_hand = claim()
    assert [len(each) for each in in_hand] == [4, 4]
    assert day.pages.post(f"{LIST}/systems/{sis.bearer.id}/{what}", follow_redirects=True).status_code == 200
    assert set(states()) == {"processing"}, "what is in hand may leave"
    put_off(in_hand)
    assert set(states()) == {"pending"}
    clock.shift(timedelta(hours=1))
    texts, emails = claim()
    assert [len(texts), len(emails)] == [1, 2], "the other system's"
    assert sorted(states()) == ["cancelled"] * 5 + ["processing"] * 3
    gone = db.session.scalars(select(Message).where(Message.staff_id.in_(mine), Message.body != "")).all()
    assert {one.status for one in gone} == {"cancelled"}
    theirs = select(GroupcallRecipient.detail).where(GroupcallRecipient.bearer_id == sis.bearer.id)
    assert set(db.session.scalars(theirs)) == {"called_off"}
    put_off((texts, emails))
    clock.shift(timedelta(hours=1))
    assert [len(each) for each in claim()] == [1, 2], "they are tried again"


def test_what_is_asked_for_after_that_leaves(day: House, clock: time_machine.Traveller) -> None:
    sis = letters(day, "SIS")
    day.pages.post(f"{LIST}/systems/{sis.bearer.id}/unsent")
    clock.shift(timedelta(minutes=1))
    sis.text(day.people.contact_point.address, "The bus is here.")
    with statements() as seen:
        texts, _emails = claim()
    assert not [one for one in seen if "called_off_at" in one], "nobody asks about what was never in hand"
    assert len(texts) == 1
    put_off((texts, []))
    clock.shift(timedelta(hours=1))
    assert len(claim()[0]) == 1
