"""The report of an announcement: how far it is as a whole, and what became of each family. A page costs the same at any size."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, text
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.counts import Counts, counts_of
from app.announcements.models import Announcement, AnnouncementListRow, AnnouncementReach, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.queries import announcement_visible_to
from app.announcements.recipients_again import OWNER
from app.core.clock import now
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.delivery.models import UNREACHED, Delivery, DeliveryState
from app.delivery.stops import ASIDE
from app.directory.models import Guardian, Guardianship, Student

ROWS = 50
AT_ONCE = 500
COUNTABLE = 50_000
"""Recipients up to which families are counted one by one."""
WAITING, SKIPPED = "waiting", "skipped"
OVER = (AnnouncementState.HALTED, AnnouncementState.CANCELLED)
BADLY_ENDED = frozenset({Outcome.FAILED, Outcome.BLOCKED, Outcome.CANCELLED})


@dataclass(frozen=True, slots=True)
class Report:
    """The head of the page; four queries."""

    announcement: Announcement
    counts: Counts
    families: int
    families_reached: int | None
    """With a delivered message, over any channel; None while there are too many to count."""
    eta: datetime | None
    """When the last one is handed over at the numbers' pace; None when nothing is on its way."""


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


@dataclass(slots=True)
class FamilyRow:
    """One family, by its first contact; or, without a `family_id`, somebody who was chosen as a person."""

    family_id: int | None
    id: int
    students: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def is_reached(self) -> bool:
        """Over any channel."""
        return any(contact.outcome == Outcome.DELIVERED for contact in self.contacts)


@dataclass(frozen=True, slots=True)
class ReachPoint:
    """How many were handed over, delivered and failed by `at`."""

    at: datetime
    handed_over: int
    delivered: int
    failed: int


def report(staff: Staff, announcement_id: int) -> Report:
    """The numbers as they are now. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    counts = counts_of(announcement_id)
    families = int((announcement.plan or {}).get("families", 0))
    reached = _families_reached(announcement_id) if counts.together.total <= COUNTABLE else None
    return Report(announcement, counts, families, reached, eta(announcement, counts))


def eta(announcement: Announcement, counts: Counts) -> datetime | None:
    """When the last of what waits leaves, if nothing else is sent."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.plan is None:
        return None
    planned = planner.read(announcement.plan)
    moment = now()
    ends = [moment]
    for name, channel in planned.channels.items():
        found = counts.channels.get(name)
        waiting = found.waiting if found is not None else channel.addresses
        if waiting and channel.per_second and channel.addresses:
            units = waiting * channel.units / channel.addresses
            ends.append(moment + timedelta(seconds=units / channel.per_second))
            ends += [datetime.fromisoformat(hold.until) for hold in channel.held]
    return max(ends)


def rows(
    staff: Staff,
    announcement_id: int,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    channel: str | None = None,
    chosen: bool = False,
    cursor: str | None = None,
) -> Page[FamilyRow]:
    """Families in the order of their first contacts, or with `chosen` those who were chosen as persons; five queries.

    `outcome`: families with a contact of that fate (an Outcome, WAITING or SKIPPED); `reason` narrows SKIPPED and failures.
    Raises NotVisible, BadCursor.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    recipient = AnnouncementRecipient
    key = recipient.id if chosen else recipient.family_id
    query = _with_outcome(announcement, outcome, reason).where(
        recipient.family_id.is_(None) if chosen else recipient.family_id.is_not(None)
    )
    if channel is not None:
        query = query.where(recipient.channel == channel)
    query = query.with_only_columns(key).distinct()
    page = page_of_rows(db.session(), query, [key], limit=ROWS, cursor=cursor, descending=False)
    keys: list[int] = [row[0] for row in page.rows if row[0] is not None]
    found = {number: FamilyRow(None if chosen else number, number) for number in keys}
    for row in _recipients(announcement_id, key, keys):
        found[row.id if chosen else row.family_id].contacts.append(_contact(row, announcement))
    if not chosen:
        for family_id, name in _students(announcement_id, keys):
            found[family_id].students.append(name)
    return Page(list(found.values()), page.next_cursor, page.previous_cursor)


def failed(staff: Staff, announcement_id: int) -> Iterator[Contact]:
    """Everybody at whom it failed or was stopped at the last moment, for a file; read some hundreds at a time. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    return _failed(announcement)


def reach(announcement_id: int, *, most: int = 60) -> list[ReachPoint]:
    """How it spread, in at most `most` even steps; as many rows as it took minutes. For an announcement that was fetched as visible."""
    minutes = db.session.execute(
        select(AnnouncementReach.minute, AnnouncementReach.outcome, func.sum(AnnouncementReach.n))
        .where(AnnouncementReach.announcement_id == announcement_id)
        .group_by(AnnouncementReach.minute, AnnouncementReach.outcome)
        .order_by(AnnouncementReach.minute)
    ).all()
    if not minutes:
        return []
    first, last = minutes[0][0], minutes[-1][0]
    step = timedelta(minutes=max(1, -(-(int((last - first).total_seconds()) // 60 + 1) // most)))
    so_far = dict.fromkeys((Outcome.HANDED_OVER, Outcome.DELIVERED, Outcome.FAILED), 0)
    points: dict[datetime, ReachPoint] = {}
    for minute, outcome, number in minutes:
        so_far[Outcome(outcome)] += int(number)
        end = first + ((minute - first) // step + 1) * step
        points[end] = ReachPoint(end, so_far[Outcome.HANDED_OVER], so_far[Outcome.DELIVERED], so_far[Outcome.FAILED])
    return list(points.values())


def _with_outcome(announcement: Announcement, outcome: str | None, reason: str | None) -> Select[Any]:
    """Its recipients of one fate. What ended badly is found by its own small index, and so is what was skipped."""
    recipient, one = AnnouncementRecipient, aliased(Delivery)
    query: Select[Any] = select(recipient).where(recipient.announcement_id == announcement.id)
    if outcome is None:
        return query
    if outcome == SKIPPED:
        return query.where(recipient.reason == reason if reason else recipient.reason.is_not(None))
    mine = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, _is_newest(one))
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
        _is_newest(Delivery),
    )
    return query.where(Delivery.error_code == reason) if reason else query


def _is_newest(delivery: Any) -> ColumnElement[bool]:
    """Nobody had it tried again by another one."""
    later = aliased(Delivery)
    return ~exists().where(later.retry_of_id == delivery.id)


def _recipients(announcement_id: int, key: Any, keys: Collection[int]) -> list[Any]:
    """Recipients with their names and newest deliveries."""
    recipient, one = AnnouncementRecipient, Delivery
    newest = and_(one.owner_kind == OWNER, one.owner_id == recipient.id, _is_newest(one))
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, AnnouncementListRow.name, "")
    return list(
        db.session.execute(
            select(
                recipient.id, recipient.family_id, recipient.channel, recipient.guardian_id, recipient.staff_id, recipient.language,
                recipient.reason, recipient.contact_point_id, func.coalesce(one.address, recipient.address).label("address"),
                one.id.label("delivery_id"), one.state, one.error_code, one.held_until, one.started_at, one.finished_at,
                one.reached, one.due_at,
                name.label("name"),
            )
            .select_from(recipient)
            .outerjoin(one, newest)
            .outerjoin(Guardian, Guardian.id == recipient.guardian_id)
            .outerjoin(Staff, Staff.id == recipient.staff_id)
            .outerjoin(AnnouncementListRow, AnnouncementListRow.id == recipient.list_row_id)
            .where(recipient.announcement_id == announcement_id, key.in_(keys))
            .order_by(recipient.id)
        )
    )  # fmt: skip


def _contact(row: Any, announcement: Announcement) -> Contact:
    state = row.state
    if row.reason is not None:
        outcome, reason = SKIPPED, row.reason
    elif state in {None, DeliveryState.PENDING, DeliveryState.PROCESSING}:
        is_over = state is None and announcement.state in OVER
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


def _failed(announcement: Announcement) -> Iterator[Contact]:
    after = (announcement.first_recipient_id or 0) - 1
    while True:
        query = (
            select(Delivery.owner_id)
            .where(
                text(UNREACHED),
                Delivery.owner_kind == OWNER,
                Delivery.owner_id > after,
                Delivery.owner_id <= (announcement.last_recipient_id or 0),
                Delivery.state.in_([Outcome.FAILED, Outcome.BLOCKED]),
                _is_newest(Delivery),
            )
            .order_by(Delivery.owner_id)
            .limit(AT_ONCE)
        )
        ids = list(db.session.scalars(query))
        if not ids:
            return
        for row in _recipients(announcement.id, AnnouncementRecipient.id, ids):
            yield _contact(row, announcement)
        after = ids[-1]


def _families_reached(announcement_id: int) -> int:
    arrived = exists().where(
        Delivery.owner_kind == OWNER, Delivery.owner_id == AnnouncementRecipient.id, Delivery.state == DeliveryState.DELIVERED
    )
    query = select(func.count(AnnouncementRecipient.family_id.distinct())).where(
        AnnouncementRecipient.announcement_id == announcement_id, arrived
    )
    return db.session.scalar(query) or 0
