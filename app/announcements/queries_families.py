"""What became of each family and each adult of an announcement, with its steps over other channels. A page costs the same at any size."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.models import (
    Announcement,
    AnnouncementLetter,
    AnnouncementListRow,
    AnnouncementRecipient,
    AnnouncementState,
    Outcome,
)
from app.announcements.queries import announcement_visible_to
from app.announcements.queries_fates import Fate, each_family
from app.announcements.recipients_again import OWNER, with_its_steps
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.core.search_text import fold
from app.delivery.models import UNREACHED, Delivery, DeliveryState
from app.delivery.stops import ASIDE
from app.directory.models import Guardian, Guardianship, Student

ROWS = 50
MOST_WORDS = 5
WAITING, SKIPPED = "waiting", "skipped"
OVER = (AnnouncementState.HALTED, AnnouncementState.CANCELLED)
BADLY_ENDED = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class Contact:
    """One adult over one channel, and what became of it. `outcome` is an Outcome, WAITING or SKIPPED."""

    recipient_id: int
    channel: str
    guardian_id: int | None
    staff_id: int | None
    name: str
    address: str | None
    language: str | None
    outcome: str
    reason: str | None
    """Why it was skipped (a SkipReason) or failed (a code of `carrier.error_codes`)."""
    delivery_id: int | None
    at: datetime | None
    held_until: datetime | None
    contact_point_id: int | None = None
    reached: str | None = None
    """Who heard a call: one of `delivery.models.Reached`."""
    again_at: datetime | None = None
    """When it is tried once more, after it did not reach them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """It was printed, and, if somebody said so, handed out."""

    handed_out_at: datetime | None


@dataclass(slots=True)
class FamilyRow:
    """One family, by its first contact; or, without a `family_id`, somebody who was chosen as a person."""

    family_id: int | None
    id: int
    students: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    letter: Letter | None = None

    @property
    def is_reached(self) -> bool:
        """Over any channel, or by a letter that was handed out."""
        by_letter = self.letter is not None and self.letter.handed_out_at is not None
        return by_letter or any(contact.outcome == Outcome.DELIVERED for contact in self.contacts)


def rows(
    staff: Staff,
    announcement_id: int,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    channel: str | None = None,
    fate: Fate | None = None,
    words: str = "",
    chosen: bool = False,
    cursor: str | None = None,
) -> Page[FamilyRow]:
    """Families in the order of their first contacts, or with `chosen` those who were chosen as persons; six queries.

    `outcome`: families with a contact of that outcome (an Outcome, WAITING or SKIPPED); `reason` narrows SKIPPED and failures.
    `fate`: families that came to that, where they can be counted. `words` are looked for in the names of adults and
    students. Raises NotVisible, BadCursor.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    recipient = AnnouncementRecipient
    key = recipient.id if chosen else recipient.family_id
    query = _with_outcome(announcement, outcome, reason).where(
        recipient.family_id.is_(None) if chosen else recipient.family_id.is_not(None)
    )
    if channel is not None:
        query = query.where(recipient.channel == channel)
    if fate is not None:
        each = each_family(announcement_id).subquery()
        query = query.where(recipient.family_id.in_(select(each.c.family_id).where(each.c.fate == int(fate))))
    if words.strip():
        query = query.where(key.in_(_persons_named(announcement, words) if chosen else families_named(announcement, words)))
    query = query.with_only_columns(key).distinct()
    page = page_of_rows(db.session(), query, [key], limit=ROWS, cursor=cursor, descending=False)
    keys: list[int] = [row[0] for row in page.rows if row[0] is not None]
    found = {number: FamilyRow(None if chosen else number, number) for number in keys}
    for row in recipients(announcement_id, key, keys):
        found[row.id if chosen else row.family_id].contacts.append(contact_of(row))
    if not chosen:
        for family_id, name in _students(announcement_id, keys):
            found[family_id].students.append(name)
        for family_id, handed_out_at in _letters(announcement_id, keys):
            found[family_id].letter = Letter(handed_out_at)
    return Page(list(found.values()), page.next_cursor, page.previous_cursor)


def _with_outcome(announcement: Announcement, outcome: str | None, reason: str | None) -> Select[Any]:
    """Its recipients of one fate. What ended badly is found by its own small index, and so is what was skipped."""
    recipient, one = AnnouncementRecipient, aliased(Delivery)
    query: Select[Any] = select(recipient).where(recipient.announcement_id == announcement.id)
    if outcome is None:
        return query
    if outcome == SKIPPED:
        return query.where(recipient.reason == reason if reason else recipient.reason.is_not(None))
    mine = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, is_newest(one))
    if outcome == Outcome.CANCELLED and announcement.state in OVER:  # who was never fed has no delivery
        return query.where(recipient.reason.is_(None), ~exists().where(mine, one.state != DeliveryState.CANCELLED))
    if outcome == WAITING:
        open_states = [DeliveryState.PENDING, DeliveryState.PROCESSING]
        is_open = exists().where(mine, one.state.in_(open_states))
        is_not_over = is_open if announcement.state in OVER else ~exists().where(mine, one.state.not_in(open_states))
        return query.where(recipient.reason.is_(None), is_not_over)
    if outcome in BADLY_ENDED:
        return query.where(recipient.id.in_(_unreached(announcement, outcome, reason)))
    return query.where(exists().where(mine, one.state == outcome))


def _unreached(announcement: Announcement, outcome: str, reason: str | None) -> Select[Any]:
    query = select(Delivery.owner_id).where(
        text(UNREACHED),
        Delivery.owner_kind == OWNER,
        Delivery.owner_id >= (announcement.first_recipient_id or 0),
        Delivery.owner_id <= (announcement.last_recipient_id or 0),
        Delivery.state == outcome,
        is_newest(Delivery),
    )
    return query.where(Delivery.error_code == reason) if reason else query


def is_newest(delivery: Any) -> ColumnElement[bool]:
    """The condition that nobody had it tried again by another one."""
    later = aliased(Delivery)
    return ~exists().where(later.retry_of_id == delivery.id)


def recipients(announcement_id: int, key: Any, keys: Collection[int]) -> list[Any]:
    """Recipients of an announcement and its steps, with their names and newest deliveries."""
    recipient, one = AnnouncementRecipient, Delivery
    newest = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, is_newest(one))
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, AnnouncementListRow.name, "")
    return list(
        db.session.execute(
            select(
                recipient.id, recipient.family_id, recipient.channel, recipient.guardian_id, recipient.staff_id, recipient.language,
                recipient.reason, recipient.contact_point_id, func.coalesce(one.address, recipient.address).label("address"),
                one.id.label("delivery_id"), one.state, one.error_code, one.held_until, one.started_at, one.finished_at,
                one.reached, one.due_at, Announcement.state.label("of_state"),
                name.label("name"),
            )
            .select_from(recipient)
            .join(Announcement, Announcement.id == recipient.announcement_id)
            .outerjoin(one, newest)
            .outerjoin(Guardian, Guardian.id == recipient.guardian_id)
            .outerjoin(Staff, Staff.id == recipient.staff_id)
            .outerjoin(AnnouncementListRow, AnnouncementListRow.id == recipient.list_row_id)
            .where(recipient.announcement_id.in_(with_its_steps(announcement_id)), key.in_(keys))
            .order_by(recipient.id)
        )
    )  # fmt: skip


def contact_of(row: Any) -> Contact:
    """One of `recipients`."""
    state = row.state
    if row.reason is not None:
        outcome, reason = SKIPPED, row.reason
    elif state in {None, DeliveryState.PENDING, DeliveryState.PROCESSING}:
        is_over = state is None and row.of_state in OVER
        outcome, reason = (Outcome.CANCELLED if is_over else WAITING), row.error_code
    else:
        outcome, reason = state, row.error_code
    return Contact(
        recipient_id=row.id, channel=row.channel, guardian_id=row.guardian_id, staff_id=row.staff_id, name=row.name.strip(),
        address=row.address, language=row.language, outcome=outcome, reason=reason, delivery_id=row.delivery_id,
        at=row.finished_at or row.started_at, held_until=row.held_until, contact_point_id=row.contact_point_id,
        reached=row.reached, again_at=row.due_at if outcome == WAITING and row.error_code and row.due_at < ASIDE else None,
    )  # fmt: skip


def _students(announcement_id: int, family_ids: Collection[int]) -> list[tuple[int, str]]:
    """The children whose first contacts these are, as far as the announcement was about them or their siblings."""
    named = select(AnnouncementRecipient.student_id).where(
        AnnouncementRecipient.announcement_id == announcement_id, AnnouncementRecipient.family_id.in_(family_ids)
    )
    shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name)
    found = db.session.execute(
        select(Guardianship.guardian_id, (shown + " " + Student.family_name))
        .select_from(Guardianship)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(family_ids), Guardianship.is_active.is_(True), Student.id.in_(named))
        .order_by(Student.id)
    )
    return [(row[0], row[1]) for row in found]


def _letters(announcement_id: int, family_ids: Collection[int]) -> list[Any]:
    letter = AnnouncementLetter
    return list(
        db.session.execute(
            select(letter.family_key, letter.handed_out_at).where(
                letter.announcement_id == announcement_id, letter.family_key.in_(family_ids)
            )
        )
    )


def families_named(announcement: Announcement, words: str) -> Select[Any]:
    """The first contacts of families in which an adult or a student of the district has these words in the name."""
    of, other = aliased(Guardianship), aliased(Guardianship)
    adults = select(Guardian.id).where(Guardian.district_id == announcement.district_id, *_has(Guardian.search_text, words))
    students = select(Student.id).where(Student.district_id == announcement.district_id, *_has(Student.search_text, words))
    theirs = select(of.student_id).where(of.guardian_id.in_(adults))
    return select(other.guardian_id).where(or_(other.student_id.in_(theirs), other.student_id.in_(students)))


def _persons_named(announcement: Announcement, words: str) -> Select[Any]:
    recipient, row = AnnouncementRecipient, AnnouncementListRow
    return (
        select(recipient.id)
        .outerjoin(Staff, Staff.id == recipient.staff_id)
        .outerjoin(row, row.id == recipient.list_row_id)
        .where(
            recipient.announcement_id == announcement.id,
            recipient.family_id.is_(None),
            *_has(func.lower(func.coalesce(Staff.name, row.name, "") + " " + func.coalesce(recipient.address, "")), words),
        )
    )


def _has(column: Any, words: str) -> list[ColumnElement[bool]]:
    plain = fold(words).replace("%", "").replace("_", "")
    return [column.like(f"%{word}%") for word in plain.split()[:MOST_WORDS]]
