"""Families and threads that are ready to be used."""

from dataclasses import dataclass
from typing import Any

from app.accounts.models import Role, Staff
from app.conversations.models import (
    Conversation,
    Message,
    MessageKind,
    MessageStatus,
    Participant,
)
from app.core.database import db
from app.directory.models import (
    ContactPoint,
    Guardian,
    PhoneNumber,
    School,
    Section,
    Student,
)
from tests.factories.base import HomeroomFactory, factory
from tests.factories.people import (
    ContactPointFactory,
    EnrollmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    PhoneNumberFactory,
    SchoolFactory,
    SectionFactory,
    SectionTeacherFactory,
    StaffFactory,
    StudentFactory,
)


@dataclass
class Family:
    """One child, one guardian with a mobile phone, their school, class and teacher."""

    school: School
    teacher: Staff
    section: Section
    student: Student
    guardian: Guardian
    contact_point: ContactPoint
    number: PhoneNumber


def family(school: School | None = None, teacher: Staff | None = None, **guardian: Any) -> Family:
    """A family whose child the teacher teaches, and a number of the district to write from."""
    school = school or SchoolFactory()
    teacher = teacher or StaffFactory(role=Role.TEACHER, schools=[school])
    section = SectionFactory(school=school)
    student = StudentFactory(school=school)
    adult = GuardianFactory(district_id=school.district_id, **guardian)
    GuardianshipFactory(student=student, guardian=adult)
    SectionTeacherFactory(section_id=section.id, staff_id=teacher.id)
    EnrollmentFactory(section_id=section.id, student_id=student.id)
    point = ContactPointFactory(guardian=adult)
    number = PhoneNumberFactory(district_id=school.district_id, school_id=school.id)
    return Family(school, teacher, section, student, adult, point, number)


@dataclass
class Thread:
    """A direct conversation of a family's teacher with its guardian, paired and ready."""

    family: Family
    conversation: Conversation
    teacher: Participant
    guardian: Participant

    @property
    def id(self) -> int:
        """The conversation's id."""
        return self.conversation.id


def thread(people: Family | None = None, **fields: Any) -> Thread:
    """A paired, empty conversation."""
    people = people or family()
    conversation = ConversationFactory(
        district_id=people.school.district_id,
        school_id=people.school.id,
        guardian_id=people.guardian.id,
        created_by_id=people.teacher.id,
        title=people.guardian.full_name,
        **fields,
    )
    mine = Participant(conversation_id=conversation.id, staff_id=people.teacher.id)
    theirs = Participant(
        conversation_id=conversation.id,
        guardian_id=people.guardian.id,
        contact_point_id=people.contact_point.id,
        phone_number_id=people.number.id,
        address=people.contact_point.address,
    )
    db.session.add_all([mine, theirs])
    db.session.flush()
    return Thread(people, conversation, mine, theirs)


class ConversationFactory(HomeroomFactory):
    """A bare conversation; `thread` makes one with people in it."""

    class Meta:
        model = Conversation

    title = "Rosa Hernández"


class MessageFactory(HomeroomFactory):
    """One message; keeps the conversation's denormalised row as a service would."""

    class Meta:
        model = Message

    class Params:
        conversation = factory.SubFactory(ConversationFactory)

    conversation_id = factory.LazyAttribute(lambda me: me.conversation.id)
    district_id = factory.LazyAttribute(lambda me: me.conversation.district_id)
    kind = MessageKind.INBOUND
    body = "¿A qué hora sale el bus?"
    author = "Rosa Hernández"
    status = MessageStatus.DELIVERED

    @classmethod
    def _create(cls, model_class: type[Message], *args: Any, **kwargs: Any) -> Message:
        message: Message = super()._create(model_class, *args, **kwargs)
        conversation = db.session.get_one(Conversation, message.conversation_id)
        conversation.last_message_id, conversation.last_message_at = (
            message.id,
            message.created_at,
        )
        conversation.preview, conversation.preview_kind = (
            message.body[:160],
            message.kind,
        )
        for participant in conversation.participants:
            participant.last_message_id = message.id
            if participant.staff_id and message.kind == MessageKind.INBOUND:
                participant.unread_count += 1
        db.session.flush()
        return message
