"""What was announced to the adults of a family, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.accounts.behind import name_behind
from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementText, Channel
from app.announcements.queries.contacts import Contact, contact_of, is_newest
from app.announcements.recipients_again import OWNER, gave_answer
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent
from app.directory.message_budget import Sent
from app.directory.models import ContactPoint, Guardian


@dataclass(frozen=True, slots=True)
class Announced:
    """One announcement as a family got it, or did not."""

    id: int
    at: datetime
    title: str
    author: str
    system: str | None
    """Which acted in the author's name."""
    contacts: list[Contact]
    words: str
    """As one of them got them on the phone."""
    language: str | None


def announced_to(
    staff: Staff,
    guardian_ids: Collection[int],
    *,
    channel: str | None = None,
    words: str = "",
    before_id: int | None = None,
    limit: int,
) -> list[Announced]:
    """The newest first; who sees the family sees all of them, also those whose reports are of other schools or above.

    Three queries, and one more where a list had one of its phones. `guardian_ids` are of a family that was fetched as visible, all its
    adults: the first contact is one of them, and an index knows it.
    """
    one = Announcement
    in_list = one.id.in_(_listed(staff, guardian_ids).with_only_columns(AnnouncementRecipient.announcement_id)).label("in_list")
    query = select(in_list, one.id, one.started_at, one.title, Staff.name, name_behind(one.bearer_id, one.author_id).label("system"))
    query = query.join(Staff, Staff.id == one.author_id)
    query = query.where(*_is_to(staff, guardian_ids, channel), *(_says(word) for word in words.split()))
    if before_id is not None:
        mark = aliased(Announcement)
        begun = select(mark.started_at).where(mark.id == before_id).scalar_subquery()
        query = query.where(or_(one.started_at < begun, and_(one.started_at == begun, one.id < before_id)))
    rows = db.session.execute(query.order_by(one.started_at.desc(), one.id.desc()).limit(limit)).all()
    contacts = _contacts([row.id for row in rows], *_is_theirs(guardian_ids, channel))
    if listed := [row.id for row in rows if row.in_list]:
        over = [AnnouncementRecipient.channel == channel] if channel is not None else []
        mine = _listed(staff, guardian_ids).with_only_columns(AnnouncementRecipient.id)
        contacts += _contacts(listed, AnnouncementRecipient.id.in_(mine), *over)
    said = _said({row.announcement_id: found for row, found in contacts if row.channel == Channel.SMS and row.delivery_id is not None})
    return [
        Announced(
            row.id, row.started_at, row.title, row.name, row.system,
            [found for of, found in contacts if of.announcement_id == row.id],
            *said.get(row.id, ("", None)),
        )
        for row in rows
    ]  # fmt: skip


def number_announced_to(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many there are, and when the first was."""
    number, first = db.session.execute(
        select(func.count(), func.min(Announcement.started_at)).where(*_is_to(staff, guardian_ids, None))
    ).one()
    return number, first


def sent_since(staff: Staff, guardian_ids: Collection[int], since: datetime) -> list[Sent]:
    """By author, how many announcements went out to one of these adults since a moment."""
    to_one = exists().where(
        AnnouncementRecipient.announcement_id == Announcement.id, AnnouncementRecipient.reason.is_(None), *_is_theirs(guardian_ids, None)
    )
    in_list = Announcement.id.in_(_listed(staff, guardian_ids).with_only_columns(AnnouncementRecipient.announcement_id))
    query = select(Announcement.author_id, func.count()).where(
        Announcement.district_id == staff.district_id, Announcement.started_at >= since, or_(to_one, in_list)
    )
    return [(author, number) for author, number in db.session.execute(query.group_by(Announcement.author_id))]


def _is_to(staff: Staff, guardian_ids: Collection[int], channel: str | None) -> tuple[ColumnElement[bool], ...]:
    to_one = exists().where(AnnouncementRecipient.announcement_id == Announcement.id, *_is_theirs(guardian_ids, channel))
    listed = _listed(staff, guardian_ids).with_only_columns(AnnouncementRecipient.announcement_id)
    if channel is not None:
        listed = listed.where(AnnouncementRecipient.channel == channel)
    is_to = or_(to_one, Announcement.id.in_(listed))
    return Announcement.district_id == staff.district_id, Announcement.started_at.is_not(None), is_to


def _listed(staff: Staff, guardian_ids: Collection[int]) -> Select[Any]:
    """Recipients because a list, or a program, had their phone: found by what went to it, of which there is never much."""
    points = select(ContactPoint.id).where(ContactPoint.guardian_id.in_(guardian_ids))
    is_announced = Delivery.owner_kind.concat("") == OWNER  # its index leads to all that was ever announced
    return (
        select(AnnouncementRecipient)
        .join(Delivery, Delivery.owner_id == AnnouncementRecipient.id)
        .where(
            Delivery.district_id == staff.district_id, is_announced,
            Delivery.address.in_(select(ContactPoint.address).where(ContactPoint.guardian_id.in_(guardian_ids))),
            AnnouncementRecipient.list_row_id.is_not(None), AnnouncementRecipient.contact_point_id.in_(points),
        )
    )  # fmt: skip


def _is_theirs(guardian_ids: Collection[int], channel: str | None) -> list[ColumnElement[bool]]:
    recipient, ids = AnnouncementRecipient, list(guardian_ids)
    theirs: list[ColumnElement[bool]] = [recipient.family_id.in_(ids), recipient.guardian_id.in_(ids)]
    return [*theirs, recipient.channel == channel] if channel is not None else theirs


def _says(word: str) -> ColumnElement[bool]:
    text = AnnouncementText
    in_text = exists().where(text.announcement_id == Announcement.id, text.body.icontains(word, autoescape=True))
    return or_(Announcement.title.icontains(word, autoescape=True), in_text)


def _contacts(ids: Collection[int], *are_theirs: ColumnElement[bool]) -> list[tuple[Any, Contact]]:
    if not ids:
        return []
    recipient, one = AnnouncementRecipient, Delivery
    answered = or_(*(and_(recipient.announcement_id == number, gave_answer(number, recipient.id)) for number in ids))
    rows = db.session.execute(
        select(
            recipient.id, recipient.announcement_id, recipient.family_id, recipient.channel, recipient.guardian_id, recipient.staff_id,
            recipient.language, recipient.reason, recipient.contact_point_id,
            func.coalesce(one.address, recipient.address, ContactPoint.address).label("address"),
            one.id.label("delivery_id"), one.state, one.error_code, one.held_until, one.started_at, one.finished_at,
            one.reached, one.due_at, one.is_emergency, Announcement.state.label("of_state"),
            case((answered, 1), else_=0).label("has_answered"),
            literal(0).label("is_later"), func.trim(Guardian.given_name + " " + Guardian.family_name).label("name"),
            Guardian.id.label("known_id"),
        )
        .select_from(recipient)
        .join(Announcement, Announcement.id == recipient.announcement_id)
        .outerjoin(one, and_(one.owner_kind == OWNER, one.owner_id == recipient.id, is_newest(one)))
        .outerjoin(ContactPoint, ContactPoint.id == recipient.contact_point_id)
        .join(Guardian, Guardian.id == func.coalesce(recipient.guardian_id, ContactPoint.guardian_id))
        .where(recipient.announcement_id.in_(ids), *are_theirs)
        .order_by(recipient.id)
    )  # fmt: skip
    return [(row, contact_of(row)) for row in rows]


def _said(contacts: dict[int, Contact]) -> dict[int, tuple[str, str | None]]:
    if not contacts:
        return {}
    by_delivery = {found.delivery_id: (number, found.language) for number, found in contacts.items()}
    bodies: Any = db.session.execute(
        select(Delivery.id, DeliveryContent.body)
        .join(DeliveryContent, DeliveryContent.id == Delivery.content_id)
        .where(Delivery.id.in_(list(by_delivery)))
    )
    return {by_delivery[row.id][0]: (row.body, by_delivery[row.id][1]) for row in bodies}
