"""What became of each family and each adult of an announcement, with its steps over other channels. A page costs the same at any size."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements.counts import counts_of
from app.announcements.models import (
    CALLED_OFF,
    Announcement,
    AnnouncementLetter,
    AnnouncementListRow,
    AnnouncementRecipient,
    Channel,
    Outcome,
)
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.contacts import SKIPPED, WAITING, Contact, contact_of, is_newest, recipients, wishes_of
from app.announcements.queries.fates import Fate, each_family, each_person
from app.announcements.recipients_again import OWNER
from app.announcements.sight import in_sight_of
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.core.search_text import fold
from app.delivery.models import UNREACHED, Delivery, DeliveryState
from app.directory.models import (
    ContactPoint,
    Guardian,
    Guardianship,
    Student,
)
from app.directory.queries.reach import guardian_is_visible_to

ROWS = 50
MOST_WORDS = 5
BADLY_ENDED = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """It was printed, and, if somebody said so, handed out."""

    handed_out_at: datetime | None


@dataclass(slots=True)
class FamilyRow:
    """One family, by its first contact; or, without a `family_id`, somebody who was chosen as a person."""

    family_id: int | None
    id: int
    students: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    letter: PrintedLetter | None = None

    @property
    def is_reached(self) -> bool:
        """Over any channel, by a letter that was handed out, or because they answered."""
        by_letter = self.letter is not None and self.letter.handed_out_at is not None
        return by_letter or any(one.outcome == Outcome.DELIVERED or one.has_answered for one in self.contacts)


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
    """Families in the order of their first contacts, or with `chosen` those who were chosen as persons; seven queries.

    With a `channel` each adult over it is a row, so that there are as many as the reasons count. `outcome`: families with a contact of
    that outcome (an Outcome, WAITING or SKIPPED); `reason` narrows SKIPPED and failures. `fate`: families that came to that, where
    they can be counted. `words` are looked for in the names of adults and students. Raises NotVisible, BadCursor.
    """
    announcement = announcement_visible_to(staff, announcement_id, with_texts=False)
    if outcome is not None and _is_nobody(announcement, outcome):
        return Page([], None, None)
    alone = chosen or channel is not None
    key = AnnouncementRecipient.id if alone else AnnouncementRecipient.family_id
    query = _keys(staff, announcement, Narrowed(outcome, reason, channel, fate, words, chosen))
    page = page_of_rows(db.session(), query, [key], limit=ROWS, cursor=cursor, descending=False)
    keys: list[int] = [row[0] for row in page.rows if row[0] is not None]
    found = _filled(announcement, keys, in_sight_of(staff, announcement), staff, alone=alone)
    if not chosen:
        _name(announcement_id, found)
    return Page(found, page.next_cursor, page.previous_cursor)


def rows_of(announcement: Announcement, family_ids: Collection[int], in_sight: ColumnElement[bool], reader: Staff) -> list[FamilyRow]:
    """These families in this order, with those of their adults who are `in_sight`; four queries."""
    found = _filled(announcement, family_ids, in_sight, reader, alone=False)
    _name(announcement.id, found)
    return found


def _filled(
    announcement: Announcement, keys: Collection[int], in_sight: ColumnElement[bool], reader: Staff, *, alone: bool
) -> list[FamilyRow]:
    found = {number: FamilyRow(None if alone else number, number) for number in keys}
    key = AnnouncementRecipient.id if alone else AnnouncementRecipient.family_id
    shown = recipients(announcement.id, key, keys, in_sight, reader)
    wishes = wishes_of(announcement, {row.address for row in shown if row.address})
    for row in shown:
        wish = wishes.get((row.address, row.channel == Channel.EMAIL))
        one = found[row.id if alone else row.family_id]
        one.family_id = row.family_id
        one.contacts.append(replace(contact_of(row), wish=wish))
    return list(found.values())


def _name(announcement_id: int, rows: Collection[FamilyRow]) -> None:
    """Write down whose families these are, and what letters they got."""
    ids = {row.family_id for row in rows if row.family_id is not None}
    students, letters = defaultdict[int, list[str]](list), dict[int, PrintedLetter]()
    for family_id, name, _grade in students_of(announcement_id, ids):
        students[family_id].append(name)
    for family_id, handed_out_at in _letters(announcement_id, ids):
        letters[family_id] = PrintedLetter(handed_out_at)
    for row in rows:
        row.students, row.letter = students[row.family_id or 0], letters.get(row.family_id or 0)


class Narrowed(NamedTuple):
    """To whom a table is narrowed, as `rows` is asked."""

    outcome: str | None = None
    reason: str | None = None
    channel: str | None = None
    fate: Fate | None = None
    words: str = ""
    chosen: bool = False


def how_many(staff: Staff, announcement: Announcement, narrowed: Narrowed) -> int:
    """The rows of all pages together; for an announcement that was fetched as visible, and of a countable size."""
    return db.session.scalar(select(func.count()).select_from(_keys(staff, announcement, narrowed).subquery())) or 0


def _keys(staff: Staff, announcement: Announcement, narrowed: Narrowed) -> Select[Any]:
    recipient, chosen, channel = AnnouncementRecipient, narrowed.chosen, narrowed.channel
    key = recipient.id if chosen or channel is not None else recipient.family_id
    query = with_outcome(announcement, narrowed.outcome, narrowed.reason).where(in_sight_of(staff, announcement))
    if channel is not None:
        query = query.where(recipient.channel == channel)
    else:
        query = query.where(recipient.family_id.is_(None) if chosen else recipient.family_id.is_not(None))
    if narrowed.fate is not None:
        each = (each_person if chosen else each_family)(announcement.id).subquery()
        is_so = each.c.fate <= int(Fate.NOBODY) if narrowed.fate == Fate.NOBODY else each.c.fate == int(narrowed.fate)
        of = (recipient.staff_id, recipient.list_row_id) if chosen else (recipient.family_id,)
        query = query.where(or_(*(column.in_(select(each.c[column.key]).where(is_so)) for column in of)))
    if narrowed.words.strip():
        persons = key.in_(_persons_named(announcement, narrowed.words, staff))
        families = recipient.family_id.in_(families_named(announcement, narrowed.words))
        query = query.where(persons if chosen else families if channel is None else or_(persons, families))
    return query.with_only_columns(key).distinct()


def _is_nobody(announcement: Announcement, outcome: str) -> bool:
    """Whether the stored numbers say that there is none, so that no million rows are walked to find that out."""
    if announcement.state in CALLED_OFF and not announcement.is_swept:
        return False  # what was never fed is not counted yet
    found = counts_of(announcement.id).together
    numbers: dict[str, int] = {
        WAITING: found.waiting, SKIPPED: sum(found.skipped.values()), Outcome.HANDED_OVER: found.handed_over, Outcome.SENT: found.sent,
        Outcome.DELIVERED: found.delivered, Outcome.FAILED: found.failed, Outcome.BLOCKED: found.blocked,
        Outcome.CANCELLED: found.cancelled,
    }  # fmt: skip
    return announcement.is_expanded and numbers.get(outcome, 1) <= 0


def with_outcome(announcement: Announcement, outcome: str | None, reason: str | None) -> Select[Any]:
    """Its recipients of one fate. What ended badly is found by its own small index, and so is what was skipped."""
    recipient, one = AnnouncementRecipient, aliased(Delivery)
    query: Select[Any] = select(recipient).where(recipient.announcement_id == announcement.id)
    if outcome is None:
        return query
    if outcome == SKIPPED:
        return query.where(recipient.reason == reason if reason else recipient.reason.is_not(None))
    mine = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, is_newest(one))
    if outcome == Outcome.CANCELLED and announcement.state in CALLED_OFF:  # who was never fed has no delivery
        return query.where(recipient.reason.is_(None), ~exists().where(mine, one.state != DeliveryState.CANCELLED))
    if outcome == WAITING:
        open_states = [DeliveryState.PENDING, DeliveryState.PROCESSING]
        is_open = exists().where(mine, one.state.in_(open_states))
        is_not_over = is_open if announcement.state in CALLED_OFF else ~exists().where(mine, one.state.not_in(open_states))
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


def students_of(announcement_id: int, family_ids: Collection[int]) -> list[tuple[int, str, str]]:
    """The children whose first contacts these are, with their grades, as far as the announcement was about them or their siblings."""
    named = select(AnnouncementRecipient.student_id).where(
        AnnouncementRecipient.announcement_id == announcement_id, AnnouncementRecipient.family_id.in_(family_ids)
    )
    shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name)
    found = db.session.execute(
        select(Guardianship.guardian_id, (shown + " " + Student.family_name), Student.grade)
        .select_from(Guardianship)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(family_ids), Guardianship.is_active.is_(True), Student.id.in_(named))
        .order_by(Student.id)
    )
    return [(row[0], row[1], row[2] or "") for row in found]


def first_contacts(family_ids: Collection[int]) -> dict[int, str]:
    """The names by which families are known."""
    found = db.session.execute(select(Guardian.id, Guardian.given_name, Guardian.family_name).where(Guardian.id.in_(family_ids)))
    return {row[0]: f"{row[1]} {row[2]}".strip() for row in found}


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


def _persons_named(announcement: Announcement, words: str, reader: Staff) -> Select[Any]:
    """By what stands in the list, or by the name under which the `reader` knows a phone of it."""
    recipient, row = AnnouncementRecipient, AnnouncementListRow
    address = func.coalesce(recipient.address, row.address, "")
    known = (
        select(ContactPoint.id)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(guardian_is_visible_to(reader), *_has(Guardian.search_text, words))
    )
    named = and_(*_has(func.lower(func.coalesce(Staff.name, row.name, "") + " " + address), words))
    return (
        select(recipient.id)
        .outerjoin(Staff, Staff.id == recipient.staff_id)
        .outerjoin(row, row.id == recipient.list_row_id)
        .where(
            recipient.announcement_id == announcement.id,
            recipient.family_id.is_(None),
            or_(named, and_(recipient.list_row_id.is_not(None), recipient.contact_point_id.in_(known))),
        )
    )


def _has(column: Any, words: str) -> list[ColumnElement[bool]]:
    plain = fold(words).replace("%", "").replace("_", "")
    return [column.like(f"%{word}%") for word in plain.split()[:MOST_WORDS]]
