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
from app.conversations.queries_reach import (
    children_of,
    children_within_reach,
    contact_point_within_reach,
    contact_points_within_reach,
)
from app.conversations.service import access, inbox_row
from app.conversations.service.lines import LONGEST_TITLE, direct_line, join_line
from app.conversations.service.recipients import alternatives, why_no_texts
from app.conversations.signed import whose
from app.core import rows
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, PhoneNumber, School
from app.directory.queries import may_be_contacted, off_limits_among

MOST_IN_GROUP = 10
"""Phones show group texts of more people badly, and each answer is sent to all the others."""
MOST_EACH = 100
"""Each copy is a row of the same commit, which other writers wait for; more people are an announcement."""


def start_direct(
    staff: Staff, contact_point_id: int, *, office: bool = False, school_id: int | None = None, number: PhoneNumber | None = None
) -> Conversation:
    """The conversation of this person (or the school's office line) with a guardian, made if there is none yet.

    `number` is one of ours that a new conversation should use; one that goes on keeps its own.

    Raises NotVisible, NotAllowed, CannotReceiveTexts, ContactNotPermitted, NoFreeNumber.
    """
    with transaction():
        access.may_write(staff)
        point = contact_point_within_reach(staff, contact_point_id)
        check_office(staff, office=office)
        refuse_point(point)
        school = school_for(staff, point.guardian_id, school_id)
        return direct_line(school, point, owner_id=None if office else staff.id, number=number)[0]


def refuse_point(point: ContactPoint) -> None:
    """Let an address pass to which a text may go. Raises CannotReceiveTexts, ContactNotPermitted."""
    if not may_be_contacted(point.guardian_id):
        raise ContactNotPermitted(whose(point))
    if why := why_no_texts(point):
        raise CannotReceiveTexts(f"{why} {alternatives(point)}".strip())


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
        check_office(staff, office=office)
        points = contact_points_within_reach(staff, contact_point_ids)
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
        join_line([conversation])
        add_points(conversation, points)
        db.session.flush()
        events.append(ConversationCreated(**inbox_row.about(conversation)))
    return conversation


def add_points(conversation: Conversation, points: Sequence[ContactPoint]) -> list[Participant]:
    """Let contact points take part in a group; those of a GROUP are paired, on one number for all where possible."""
    if conversation.kind == ConversationKind.EACH:
        return _members(conversation, points)
    school = db.session.get_one(School, conversation.school_id)
    common = db.session.scalar(
        select(PhoneNumber)
        .join(Participant, Participant.phone_number_id == PhoneNumber.id)
        .where(Participant.conversation_id == conversation.id, Participant.pairing_deactivated_at.is_(None))
        .limit(1)
    )
    prefer = common or pairing.number_for_all(school, [point.address for point in points])
    return pairing.pair_all(school, [(conversation, point) for point in points if why_no_texts(point) is None], prefer=prefer)


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


def check_office(staff: Staff, *, office: bool) -> None:
    """Let pass who may write on the shared line. Raises NotAllowed."""
    if office and not role_allows(staff.role, Permission.TRIAGE):
        raise NotAllowed(_("Only the office writes on the school's shared line."))


def check_permission(points: Sequence[ContactPoint]) -> None:
    """Raise ContactNotPermitted for the first whom the school must not write to."""
    forbidden = off_limits_among({point.guardian_id for point in points})
    for point in points:
        if point.guardian_id in forbidden:
            raise ContactNotPermitted(whose(point))


def _check_size(points: Sequence[ContactPoint], kind: ConversationKind) -> None:
    most = MOST_EACH if kind == ConversationKind.EACH else MOST_IN_GROUP
    if kind == ConversationKind.DIRECT or len(points) < 2:  # noqa: PLR2004  # a group has two
        raise NobodyToReach(_("Choose at least two guardians for a group."))
    if len(points) > most:
        advice = _("A group of this kind holds at most %(most)s guardians. Send an announcement instead.", most=most)
        raise NobodyToReach(advice)
    check_permission(points)
    if all(why_no_texts(point) for point in points):
        raise NobodyToReach(_("None of these addresses can get texts."))


def _members(conversation: Conversation, points: Sequence[ContactPoint]) -> list[Participant]:
    wanted = {point.id for point in points}
    found = {
        member.contact_point_id: member
        for member in db.session.scalars(
            select(Participant).where(Participant.conversation_id == conversation.id, Participant.contact_point_id.in_(wanted))
        )
    }
    for member in found.values():
        member.left_at = None
    db.session.flush()
    same = {"conversation_id": conversation.id}
    fresh = [
        same | {"guardian_id": point.guardian_id, "contact_point_id": point.id, "address": point.address}
        for point in points
        if point.id not in found
    ]
    found |= {member.contact_point_id: member for member in rows.added_all(Participant, fresh)}
    return [found[point.id] for point in points]


def _names(points: Sequence[ContactPoint]) -> str:
    return some_of(list(dict.fromkeys(point.guardian.given_name for point in points)))


def some_of(names: Sequence[str], shown: int = 3) -> str:
    """The first of many names, and how many there are beside them."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" +{more}" if more > 0 else "")


def families_of(points: Sequence[ContactPoint]) -> str:
    """How many guardians a group has, as a fact; see `subtitle_for`."""
    return str(len({point.guardian_id for point in points}))
