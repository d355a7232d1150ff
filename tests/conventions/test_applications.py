"""An application is the author of what it sends, and no person in any list, picker, count or inbox."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.announcements.queries.choosing import find
from app.announcements.queries.repliers import may_answer, repliers
from app.calls.queries import colleagues_with_phone
from app.config import Settings
from app.conversations import service as conversations
from app.conversations.models import Participant
from app.conversations.queries_people import colleagues
from app.core.clock import now
from app.core.database import db
from app.core.errors import HomeroomError
from app.doctor import look_at_people
from app.fax.queries_people import colleagues_of as fax_colleagues
from app.voicemail.models import Voicemail
from app.voicemail.queries_people import colleagues_of as voicemail_colleagues
from tests.conversations.arrivals import arrives
from tests.factories import StaffFactory, Thread, api_bearer, thread

NAME = "Zebra sync"


@pytest.fixture
def talk(app: Flask) -> Thread:
    """Of a district with an application of the school, and one of the whole district, each with a phone as no real one has."""
    it = thread()
    for schools in ([it.family.school], None):
        api_bearer(it.family.school.district_id, name=NAME, schools=schools)
    for program in programs():
        program.phone = "+15035550111"
    db.session.commit()
    return it


def programs() -> list[Staff]:
    return list(db.session.scalars(select(Staff).where(Staff.name == NAME).order_by(Staff.id)))


def test_no_picker_offers_an_application_and_no_service_takes_one(talk: Thread) -> None:
    people = talk.family
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)
    db.session.commit()
    left = Voicemail(district_id=people.school.district_id, school_id=people.school.id)
    offered = [
        *colleagues(talk.conversation), *colleagues_with_phone(admin), *repliers(admin), *find(admin, "Zebra", leaving_out=False),
        *fax_colleagues(admin, None), *voicemail_colleagues(left),
    ]  # fmt: skip
    assert offered
    assert NAME not in str([getattr(one, "name", one) for one in offered])
    for program in programs():
        with pytest.raises(HomeroomError):
            may_answer(admin, program.id)
        with pytest.raises(HomeroomError):
            conversations.assign(admin, talk.id, program.id)
        with pytest.raises(HomeroomError):
            conversations.add_note(admin, talk.id, "See this", uuid=uuid4(), mention_ids=[program.id])


def test_what_families_answer_to_an_application_reaches_people(talk: Thread) -> None:
    people, program = talk.family, programs()[0]
    colleague = StaffFactory(role=Role.OFFICE, schools=[people.school])
    db.session.commit()
    talk.guardian.pairing_deactivated_at = now()
    db.session.commit()
    line = conversations.start_direct(program, people.contact_point.id)
    conversations.send(program, line.id, "Your bus is late", uuid=uuid4())
    arrives(people.contact_point.address, people.number, "Which bus?")
    readers = set(db.session.scalars(select(Participant.staff_id).where(Participant.conversation_id == line.id)))
    assert colleague.id in readers
    assert programs()[1].id not in readers


def test_the_doctor_counts_people(talk: Thread, settings: Settings) -> None:
    assert talk
    everybody = len(list(db.session.scalars(select(Staff.id))))
    said = " ".join(str(one) for one in look_at_people(settings))
    assert f"{everybody - 2} accounts" in said
