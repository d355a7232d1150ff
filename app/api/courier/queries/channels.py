"""Conversations as channels: the rows that somebody sees, and what a page of them shows in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.models import Bookmark, ChannelDetails, ChannelPin
from app.api.courier.queries.preferences import PROVIDER_ACK, is_on
from app.conversations.models import Conversation, ConversationKind, Message, Participant
from app.conversations.queries import are_visible_to, is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactKind, ContactPoint, Group, Guardian, PhoneNumber, School, Section

SUBSCRIPTIONS = {ConversationKind.DIRECT: "single", ConversationKind.GROUP: "open", ConversationKind.EACH: "none"}
"""One guardian; all read everything; each hears privately."""
KINDS = {name: kind for kind, name in SUBSCRIPTIONS.items()}
NOTHING_SAID = ChannelDetails(is_floating=False, shows_events=False)


@dataclass(slots=True)
class Member:
    """Somebody in a channel."""

    place: Participant
    staff: Staff | None = None
    guardian: Guardian | None = None
    point: ContactPoint | None = None
    email: ContactPoint | None = None
    is_pinned: bool = False


@dataclass(slots=True)
class Channel:
    """A conversation with what its document shows."""

    conversation: Conversation
    school: School
    details: ChannelDetails
    members: list[Member] = field(default_factory=list)
    group: Section | Group | None = None
    last: Message | None = None
    bookmark: tuple[UUID, UUID] | None = None
    """The asker's newest bookmark and its message."""
    number: UUID | None = None
    """Ours that speaks here."""
    created_by: UUID | None = None
    owner: Staff | None = None
    unread: int = 0
    """Of the asker."""
    shares_reading: bool = False
    """One colleague's reading counts for all of them."""


def channel_rows(staff: Staff) -> Select[Conversation]:
    """Every conversation that somebody sees, as a query to be narrowed."""
    return select(Conversation).where(are_visible_to(staff)).execution_options(populate_existing=True)


def page_of(asked: Asked, query: Select[Conversation]) -> tuple[list[Conversation], int | None]:
    """As `jsonapi.page_of`; which ones is asked first, so that nothing is read of those before them, and nothing of them sorted."""
    numbers, total = jsonapi.page_of(asked, query.with_only_columns(Conversation.id))
    named = select(Conversation).where(Conversation.id.in_(numbers)).execution_options(populate_existing=True)
    found = {each.id: each for each in db.session.scalars(named)} if numbers else {}
    return [found[number] for number in numbers if number in found], total


def conversation_named(staff: Staff, uuid: UUID) -> Conversation:
    """One of them. Raises NotVisible."""
    named = select(Conversation).where(Conversation.uuid == uuid, is_visible_to(staff))
    found = db.session.scalar(named.execution_options(populate_existing=True))
    if found is None:
        raise NotVisible
    return found


def has_member(uuid: UUID) -> ColumnElement[bool]:
    """The condition on `Conversation`: a person of this id takes part."""
    place = aliased(Participant)
    person = or_(
        place.staff_id.in_(select(Staff.id).where(Staff.uuid == uuid)),
        place.guardian_id.in_(select(Guardian.id).where(Guardian.uuid == uuid)),
    )
    return exists().where(place.conversation_id == Conversation.id, place.left_at.is_(None), person)


def is_of_group(group: Section | Group) -> ColumnElement[bool]:
    """The condition on `Conversation`: it was opened for this class or group."""
    column = ChannelDetails.section_id if isinstance(group, Section) else ChannelDetails.group_id
    return exists().where(ChannelDetails.conversation_id == Conversation.id, column == group.id)


def is_floating() -> ColumnElement[bool]:
    """The condition on `Conversation`: its members are chosen one by one."""
    return exists().where(ChannelDetails.conversation_id == Conversation.id, ChannelDetails.is_floating.is_(True))


def details_of(conversation_id: int) -> ChannelDetails:
    """What was said of one conversation."""
    return db.session.get(ChannelDetails, conversation_id) or NOTHING_SAID


def channel(staff: Staff, conversation: Conversation) -> Channel:
    """One with all that its document shows."""
    return channels(staff, [conversation])[0]


def channels(staff: Staff, conversations: Sequence[Conversation]) -> list[Channel]:
    """Conversations that were visible with all that their documents show, in their order; nine queries, however many there are."""
    numbers = [each.id for each in conversations]
    schools = {each.id: each for each in _all(School, School.id, {each.school_id for each in conversations})}
    details = {each.conversation_id: each for each in _all(ChannelDetails, ChannelDetails.conversation_id, numbers)}
    found = {
        each.id: Channel(each, schools[each.school_id], details.get(each.id, NOTHING_SAID))
        for each in conversations
    }  # fmt: skip
    people = {each.id: each for each in _all(Staff, Staff.id, _concerned(conversations))}
    for each in found.values():
        talk = each.conversation
        each.owner = people.get(talk.assigned_to_id or talk.created_by_id or 0)
        by = people.get(talk.created_by_id or 0)
        each.created_by = by.uuid if by else None
    _add_members(found, staff)
    _add_last(found)
    _add_groups(found)
    _add_bookmarks(found, staff)
    for school_id in {each.school.id for each in found.values()}:
        if is_on(staff.district_id, school_id, PROVIDER_ACK):
            for each in found.values():
                each.shares_reading |= each.school.id == school_id
    return [found[number] for number in numbers]


def _concerned(conversations: Iterable[Conversation]) -> set[int]:
    return {number for each in conversations for number in (each.created_by_id, each.assigned_to_id) if number}


def _all(kind: Any, column: Any, values: Collection[Any]) -> list[Any]:
    return list(db.session.scalars(select(kind).where(column.in_(values)))) if values else []


def _add_members(found: dict[int, Channel], asker: Staff) -> None:
    pinned = exists().where(ChannelPin.conversation_id == Participant.conversation_id, ChannelPin.staff_id == Participant.staff_id)
    query = (
        select(Participant, Staff, Guardian, ContactPoint, PhoneNumber.uuid, pinned)
        .outerjoin(Staff, Staff.id == Participant.staff_id)
        .outerjoin(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .outerjoin(
            PhoneNumber, and_(PhoneNumber.id == Participant.phone_number_id, Participant.pairing_deactivated_at.is_(None))
        )
        .where(Participant.conversation_id.in_(found), Participant.left_at.is_(None))
        .order_by(Participant.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    emails: dict[int, list[Member]] = defaultdict(list)
    rows: list[Any] = list(db.session.execute(query))  # outer joins: any of these may be None
    for place, staff, guardian, point, number, is_pinned in rows:
        member = Member(place, staff, guardian, point, is_pinned=is_pinned)
        channel = found[place.conversation_id]
        channel.members.append(member)
        channel.number = channel.number or number
        if guardian is not None:
            emails[guardian.id].append(member)
        elif staff is not None and staff.id == asker.id:
            channel.unread = place.unread_count
    mails = select(ContactPoint).where(
        ContactPoint.guardian_id.in_(emails), ContactPoint.kind == ContactKind.EMAIL, ContactPoint.is_active.is_(True)
    )
    for mail in db.session.scalars(mails.order_by(ContactPoint.priority.desc(), ContactPoint.id.desc())):
        for member in emails[mail.guardian_id]:
            member.email = mail


def _add_last(found: dict[int, Channel]) -> None:
    newest = {each.conversation.last_message_id: each for each in found.values() if each.conversation.last_message_id}
    for message in _all(Message, Message.id, newest):
        newest[message.id].last = message


def _add_groups(found: dict[int, Channel]) -> None:
    linked = [each for each in found.values() if each.details.section_id or each.details.group_id]
    sections = {
        each.id: each for each in _all(Section, Section.id, {each.details.section_id for each in linked if each.details.section_id})
    }
    saved = {each.id: each for each in _all(Group, Group.id, {each.details.group_id for each in linked if each.details.group_id})}
    for each in linked:
        each.group = sections.get(each.details.section_id or 0) or saved.get(each.details.group_id or 0)


def _add_bookmarks(found: dict[int, Channel], asker: Staff) -> None:
    query = (
        select(Bookmark.conversation_id, Bookmark.uuid, Message.uuid)
        .join(Message, Message.id == Bookmark.message_id)
        .where(Bookmark.conversation_id.in_(found), Bookmark.staff_id == asker.id)
        .order_by(Bookmark.id)
    )
    for conversation_id, bookmark, message in db.session.execute(query):
        found[conversation_id].bookmark = (bookmark, message)


def is_bookmarked_by(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Conversation`: somebody wants to find a message of it again."""
    return exists().where(Bookmark.conversation_id == Conversation.id, Bookmark.staff_id == staff.id)
