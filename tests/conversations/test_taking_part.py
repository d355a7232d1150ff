"""Who of the staff takes part, what a conversation is called, which number speaks in it, and what answers by itself."""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.conversations import queries, service
from app.conversations.errors import AlreadyDecided, CannotSeeThread, NotAllowed
from app.conversations.models import Conversation, Message, MessageKind, Participant, Reaction
from app.conversations.service import after_hours
from app.conversations.service.recipients import Recipient
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.models import Purpose
from tests.conversations.arrivals import arrives
from tests.factories import MessageFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, family, thread

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def nobody_else_answers() -> Iterator[None]:
    """What a test registers is forgotten after it."""
    before = list(after_hours._responders)  # the only way back
    yield
    after_hours._responders[:] = before


def test_a_colleague_is_added_finds_it_unread_and_leaves_again() -> None:
    talk = thread()
    colleague = StaffFactory(schools=[talk.family.school])
    elsewhere = StaffFactory(schools=[SchoolFactory(district=None, district_id=talk.family.school.district_id)])
    with pytest.raises(CannotSeeThread):
        service.add_colleagues(talk.family.teacher, talk.id, [colleague.id, elsewhere.id])
    with pytest.raises(NotVisible):
        queries.conversation_visible_to(colleague, talk.id)
    service.add_colleagues(talk.family.teacher, talk.id, [colleague.id])
    service.add_colleagues(talk.family.teacher, talk.id, [colleague.id])
    assert queries.conversation_visible_to(colleague, talk.id).id == talk.id
    place = db.session.scalars(select(Participant).where(Participant.staff_id == colleague.id)).one()
    assert place.unread_count == 1
    service.mute(colleague, talk.id, is_muted=True)
    assert place.is_muted
    service.remove_colleague(colleague, talk.id, colleague.id)
    with pytest.raises(NotVisible):
        queries.conversation_visible_to(colleague, talk.id)
    with pytest.raises(NotAllowed):
        service.remove_colleague(talk.family.teacher, talk.id, talk.family.teacher.id)
    lines = [row.details["type"] for row in db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT))]
    assert lines == ["colleague_added", "colleague_left"]


def test_only_a_group_has_a_name_of_its_own() -> None:
    talk = thread()
    other = family(talk.family.school, talk.family.teacher)
    group = service.start_group(talk.family.teacher, [talk.family.contact_point.id, other.contact_point.id])
    assert service.rename(talk.family.teacher, group.id, "  Bus   3 ").title == "Bus 3"
    with pytest.raises(NotAllowed):
        service.rename(talk.family.teacher, talk.id, "Bus 3")


def test_another_number_of_ours_speaks_unless_it_speaks_with_that_phone_already() -> None:
    talk = thread()
    teacher, school = talk.family.teacher, talk.family.school
    other = PhoneNumberFactory(district_id=school.district_id, school_id=school.id)
    fax = PhoneNumberFactory(district_id=school.district_id, school_id=school.id, purpose=Purpose.FAX)
    service.speak_from(teacher, talk.id, other.id)
    message = service.send(teacher, talk.id, "Hello", uuid=uuid4())
    sent_from = db.session.scalars(select(Delivery.phone_number_id).where(Delivery.owner_id == message.id)).one()
    assert sent_from == other.id
    with pytest.raises(NotVisible):
        service.speak_from(teacher, talk.id, fax.id)
    colleague = StaffFactory(role=Role.OFFICE, schools=[school])
    second = service.start_direct(colleague, talk.family.contact_point.id)
    taken = db.session.scalars(
        select(Participant.phone_number_id).where(Participant.conversation_id == second.id, Participant.address.is_not(None))
    ).one()
    with pytest.raises(AlreadyDecided):
        service.speak_from(teacher, talk.id, taken)
    db.session.refresh(talk.guardian)
    assert (talk.guardian.phone_number_id, talk.guardian.pairing_deactivated_at) == (other.id, None)


def test_a_reaction_that_is_wanted_twice_is_there_once() -> None:
    talk = thread()
    message = MessageFactory(conversation=talk.conversation)
    for _time in range(2):
        assert service.react(talk.family.teacher, message.id, "👍", wanted=True)
    assert db.session.scalars(select(Reaction.emoji)).all() == ["👍"]
    for _time in range(2):
        assert not service.react(talk.family.teacher, message.id, "👍", wanted=False)
    assert db.session.scalars(select(Reaction.emoji)).all() == []


def test_what_is_unread_is_counted_anew_and_a_mark_stays() -> None:
    talk, marked = thread(), thread()
    MessageFactory(conversation=talk.conversation)
    MessageFactory(conversation=talk.conversation)
    service.mark_unread(marked.family.teacher, marked.id)
    talk.teacher.unread_count = 7
    db.session.commit()
    assert service.count_again(talk.family.teacher) == 1
    assert service.count_again(marked.family.teacher) == 0
    db.session.refresh(talk.teacher)
    db.session.refresh(marked.teacher)
    assert (talk.teacher.unread_count, marked.teacher.unread_count) == (2, 1)


@pytest.mark.usefixtures("nobody_else_answers")
def test_words_that_somebody_set_up_answer_in_the_guardians_language() -> None:
    talk = thread()

    def responder(conversation: Conversation, _recipient: Recipient, _moment: datetime) -> service.Wording:
        assert conversation.id == talk.id
        return service.Wording("Front Office", {"en": "We are away.", "es": "Estamos fuera."}, {"responder": "x"})

    service.also_answers(responder)
    arrives(talk.guardian.address or "", talk.family.number, "Hola")
    answer = db.session.scalars(select(Message).where(Message.is_automatic)).one()
    assert (answer.author, answer.body, answer.translation, answer.details["responder"]) == (
        "Front Office", "We are away.", "Estamos fuera.", "x",
    )  # fmt: skip
    delivery = db.session.scalars(select(Delivery).where(Delivery.owner_id == answer.id)).one()
    assert delivery.content.body == "Estamos fuera."
