"""Begin conversations, and find the one that a family and a line already have."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations import pairing
from app.conversations.errors import CannotReceiveTexts, ContactNotPermitted, NobodyToReach, NotAllowed
from app.conversations.events import ConversationCreated
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import children_of, children_within_reach, contact_point_within_reach
from app.conversations.service import access, inbox_row, office_line
from app.conversations.service.recipients import alternatives, why_no_texts
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, District, Guardian, PhoneNumber, School, Student
from app.directory.queries import may_be_contacted

MOST_IN_GROUP = 10
"""Phones show group texts of more people badly, and each answer is sent to all the others."""
MOST_EACH = 100
"""Each copy is a row of the same commit, which other writers wait for; more people are an announcement."""
LONGEST_TITLE = 200
LONGEST_SUBTITLE = 300


def start_direct(staff: Staff, contact_point_id: int, *, office: bool = False, school_id: int | None = None) -> Conversation:
    """The conversation of this person (or the school's office line) with a guardian, made if there is none yet.

    Raises NotVisible, NotAllowed, CannotReceiveTexts, ContactNotPermitted, NoFreeNumber.
    """
    with transaction():
        access.may_write(staff)
        point = contact_point_within_reach(staff, contact_point_id)
        _check_office(staff, office=office)
        if not may_be_contacted(point.guardian_id):
            raise ContactNotPermitted(point.guardian.full_name)
        if why := why_no_texts(point):
            raise CannotReceiveTexts(f"{why} {alternatives(point)}".strip())
        school = school_for(staff, point.guardian_id, school_id)
        return direct_line(school, point, owner_id=None if office else staff.id)[0]


def start_group(
    staff: Staff,
    contact_point_ids: Sequence[int],
    *,
    title: str = "",
    kind: ConversationKind | str = ConversationKind.EACH,
    office: bool = False,
    school_id: int | None = None,
) -> Conversation:
    """A group: EACH hears privately, or all read everything. Raises as `start_direct`, and NobodyToReach.

    Guardians who cannot get texts may be in it: what is sent says who was left out, and why.
    """
    with transaction() as events:
        access.may_write(staff)
        _check_office(staff, office=office)
        points = [contact_point_within_reach(staff, number) for number in dict.fromkeys(contact_point_ids)]
        kind = ConversationKind(kind)
        _check_size(points, kind)
        school = school_for(staff, points[0].guardian_id, school_id)
        conversation = Conversation(
            district_id=school.district_id,
            school_id=school.id,
            kind=kind,
            created_by_id=None if office else staff.id,
            is_office=office,
            title=(title.strip() or _names(points))[:LONGEST_TITLE],
            subtitle=families_of(points),
        )
        db.session.add(conversation)
        db.session.flush()
        _join_line(conversation)
        add_points(conversation, points)
        db.session.flush()
        events.append(ConversationCreated(**inbox_row.about(conversation)))
    return conversation


def direct_line(
    school: School, point: ContactPoint, *, owner_id: int | None, number: PhoneNumber | None = None
) -> tuple[Conversation, Participant]:
    """The direct conversation of one line with one guardian, ready to text `point`. Belongs into a transaction.

    `owner_id` None is the school's office line. Written to is the newest address only; the others still route here.
    """
    db.session.execute(select(Guardian.id).where(Guardian.id == point.guardian_id).with_for_update())  # two first texts make one thread
    conversation = _existing(school, point.guardian_id, owner_id)
    is_new = conversation is None
    if conversation is None:
        conversation = _begin(school, point, owner_id)
    participant = pairing.pair(conversation, point, prefer=number)
    _write_only_to(conversation, participant)
    if is_new:
        open_events().append(ConversationCreated(**inbox_row.about(conversation)))
    return conversation, participant


def add_points(conversation: Conversation, points: Sequence[ContactPoint]) -> list[Participant]:
    """Let contact points take part in a group; those of a GROUP are paired, on one number for all where possible."""
    if conversation.kind == ConversationKind.EACH:
        return [_member(conversation, point) for point in points]
    school = db.session.get_one(School, conversation.school_id)
    common = db.session.scalar(
        select(PhoneNumber)
        .join(Participant, Participant.phone_number_id == PhoneNumber.id)
        .where(Participant.conversation_id == conversation.id, Participant.pairing_deactivated_at.is_(None))
        .limit(1)
    )
    free = pairing.candidates(school, [point.address for point in points])
    prefer = common or (free[0] if free else None)
    return [pairing.pair(conversation, point, prefer=prefer) for point in points if why_no_texts(point) is None]


def school_for(staff: Staff, guardian_id: int, school_id: int | None) -> School:
    """The school at which this person knows the family: the one asked for, else their first child's. Raises NotVisible."""
    children = [student for student, _bond in children_within_reach(staff, guardian_id)]
    children = children or [student for student, _bond in children_of(guardian_id)]
    schools = list(dict.fromkeys(student.school_id for student in children)) or staff.school_ids
    if school_id is not None and school_id not in schools:
        raise NotVisible
    wanted = school_id or next((number for number in schools if number in staff.school_ids), None)
    wanted = wanted or (schools[0] if schools else None)
    school = db.session.get(School, wanted) if wanted else None
    if school is None or school.district_id != staff.district_id:
        raise NotVisible
    return school


def subtitle_for(children: Sequence[Student]) -> str:
    """The children's names and grades as facts, ``Mateo, Sofía · 03, KG``; `views.subtitles` words them for each reader."""
    names, grades = ", ".join(child.shown_name for child in children), ", ".join(child.grade for child in children if child.grade)
    return f"{names} · {grades}"[:LONGEST_SUBTITLE] if grades else names[:LONGEST_SUBTITLE]


def _check_office(staff: Staff, *, office: bool) -> None:
    if office and not role_allows(staff.role, Permission.TRIAGE):
        raise NotAllowed(_("Only the office writes on the school's shared line."))


def _check_size(points: Sequence[ContactPoint], kind: ConversationKind) -> None:
    most = MOST_EACH if kind == ConversationKind.EACH else MOST_IN_GROUP
    if kind == ConversationKind.DIRECT or len(points) < 2:  # noqa: PLR2004  # a group has two
        raise NobodyToReach(_("Choose at least two guardians for a group."))
    if len(points) > most:
        advice = _("A group of this kind holds at most %(most)s guardians. Send an announcement instead.", most=most)
        raise NobodyToReach(advice)
    for point in points:
        if not may_be_contacted(point.guardian_id):
            raise ContactNotPermitted(point.guardian.full_name)
    if all(why_no_texts(point) for point in points):
        raise NobodyToReach(_("None of these addresses can get texts."))


def _existing(school: School, guardian_id: int, owner_id: int | None) -> Conversation | None:
    line = Conversation.is_office.is_(True) if owner_id is None else Conversation.created_by_id == owner_id
    found = db.session.scalar(
        select(Conversation.id)
        .where(
            Conversation.guardian_id == guardian_id,
            Conversation.kind == ConversationKind.DIRECT,
            Conversation.school_id == school.id,
            Conversation.deleted_at.is_(None),
            line,
        )
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    return inbox_row.hold(found) if found else None


def _begin(school: School, point: ContactPoint, owner_id: int | None) -> Conversation:
    guardian = point.guardian
    district = db.session.get_one(District, school.district_id)
    language = point.language or guardian.language
    children = [student for student, _bond in children_of(guardian.id)]
    conversation = Conversation(
        district_id=school.district_id,
        school_id=school.id,
        kind=ConversationKind.DIRECT,
        guardian_id=guardian.id,
        created_by_id=owner_id,
        is_office=owner_id is None,
        title=guardian.full_name[:LONGEST_TITLE],
        subtitle=subtitle_for([child for child in children if child.school_id == school.id] or children),
        language=language if language != district.language else None,
    )
    db.session.add(conversation)
    db.session.flush()
    _join_line(conversation)
    return conversation


def _join_line(conversation: Conversation) -> None:
    if conversation.is_office:
        office_line.join(conversation)
    else:
        db.session.add(Participant(conversation_id=conversation.id, staff_id=conversation.created_by_id))
        db.session.flush()


def _write_only_to(conversation: Conversation, participant: Participant) -> None:
    for other in db.session.scalars(
        select(Participant).where(
            Participant.conversation_id == conversation.id,
            Participant.contact_point_id.is_not(None),
            Participant.id != participant.id,
            Participant.left_at.is_(None),
        )
    ):
        other.left_at = now()


def _member(conversation: Conversation, point: ContactPoint) -> Participant:
    found = db.session.scalar(
        select(Participant).where(Participant.conversation_id == conversation.id, Participant.contact_point_id == point.id)
    )
    if found is not None:
        found.left_at = None
        return found
    member = Participant(
        conversation_id=conversation.id,
        guardian_id=point.guardian_id,
        contact_point_id=point.id,
        address=point.address,
    )
    db.session.add(member)
    return member


def _names(points: Sequence[ContactPoint]) -> str:
    names = list(dict.fromkeys(point.guardian.given_name for point in points))
    shown = 3
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" +{more}" if more > 0 else "")


def families_of(points: Sequence[ContactPoint]) -> str:
    """How many guardians a group has, as a fact; see `subtitle_for`."""
    return str(len({point.guardian_id for point in points}))
