"""Announcements of bearers with their counts, and what became of each number."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select

from app.accounts.callers import Caller
from app.announcements.models import (
    Announcement,
    AnnouncementCount,
    AnnouncementList,
    AnnouncementListRow,
    AnnouncementRecipient,
    AnnouncementText,
)
from app.announcements.recipients_again import OWNER
from app.api.common_services.models import ClientAnnouncement
from app.api.common_services.paging import Page
from app.api.common_services.shapes.announcements import Shown, announcement_shape, recipient_shape
from app.api.common_services.sight import is_own
from app.api.totals import counted, total_beside
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber


@dataclass(frozen=True, slots=True)
class Found:
    """An announcement and what only its program knows of it."""

    announcement: Announcement
    client: ClientAnnouncement

    @property
    def subject(self) -> str:
        """News of the whole wait for each other."""
        return f"announcement:{self.announcement.uuid}"

    def of(self, recipient_id: int) -> str:
        """News of one recipient wait for each other, and never for those of another."""
        return f"{self.subject}:{recipient_id}"


def announcement_of(caller: Caller, uuid: UUID) -> Found:
    """One of the bearer's. Raises NotVisible."""
    return _first(_own(caller).where(Announcement.uuid == uuid))


def announcement_shown(found: Found) -> dict[str, Any]:
    """With its counts as they are now."""
    return _shown([found])[0]


def announcements_shown(caller: Caller, *, page: int, per_page: int) -> Page:
    """The bearer's, newest first."""
    before = (page - 1) * per_page
    newest = _own(caller).order_by(ClientAnnouncement.announcement_id.desc()).offset(before).limit(per_page + 1)
    rows = db.session.execute(newest).all()
    goes_on, rows = len(rows) > per_page, rows[:per_page]
    all_of_them = select(ClientAnnouncement.announcement_id).where(is_own(caller, ClientAnnouncement))
    total = total_beside(rows, before=before, goes_on=goes_on, count=lambda: counted(all_of_them))
    return Page(_shown([Found(*row) for row in rows]), goes_on, total)


def recipients_shown(found: Found, *, page: int, per_page: int) -> Page:
    """What became of each number, in the order of the first call; what was no number stands at the end.

    The numbers that were given are a list of their own, so all are there before anybody is written to.
    """
    first = (page - 1) * per_page
    mine = AnnouncementListRow.list_id == found.client.list_id
    begin = select(AnnouncementListRow.id).where(mine).order_by(AnnouncementListRow.id).offset(first).limit(1).scalar_subquery()
    row = AnnouncementListRow
    wanted = select(row.id, row.address, row.problem).where(mine, row.id >= begin)
    rows = db.session.execute(wanted.order_by(row.id).limit(per_page)).all()
    none = {each.id: each.problem for each in rows if each.problem is not None}
    kept = db.session.get_one(AnnouncementList, found.client.list_id)
    total = kept.good_rows + len(kept.bad_rows)
    return Page(_fates(found, [(each.id, each.address or "") for each in rows], none), first + len(rows) < total and bool(rows), total)


@dataclass(frozen=True, slots=True)
class Moved:
    """Of one announcement those who moved on, each with what became of them."""

    found: Found
    recipients: list[tuple[int, dict[str, Any]]]


def moved_recipients(recipient_ids: Collection[int]) -> list[Moved]:
    """Those of announcements of bearers: a query, and two more for each announcement, however many moved."""
    rows = db.session.execute(
        select(
            Announcement, ClientAnnouncement, AnnouncementRecipient.list_row_id, AnnouncementRecipient.address, AnnouncementRecipient.id
        )
        .join(ClientAnnouncement, ClientAnnouncement.announcement_id == Announcement.id)
        .join(AnnouncementRecipient, AnnouncementRecipient.announcement_id == Announcement.id)
        .where(AnnouncementRecipient.id.in_(recipient_ids), AnnouncementRecipient.list_row_id.is_not(None))
        .order_by(AnnouncementRecipient.id)
    ).all()  # fmt: skip
    of_each: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_each[row[0].id].append(row)
    moved = []
    for some in of_each.values():
        found = Found(some[0][0], some[0][1])
        fates = _fates(found, [(row[2] or 0, row[3] or "") for row in some])
        moved.append(Moved(found, [(row[4], fate) for row, fate in zip(some, fates, strict=True)]))
    return moved


def any_in(district_id: int) -> bool:
    """Whether a program ever announced anything here: otherwise nothing more needs to be asked."""
    return bool(db.session.scalar(select(exists().where(ClientAnnouncement.district_id == district_id))))


def answered(district_id: int, address: str, phone_number_id: int) -> tuple[Found, int] | None:
    """The newest announcement of a program that reached a phone from one of our numbers, and as which of its recipients."""
    row = db.session.execute(
        _all()
        .add_columns(AnnouncementRecipient.id)
        .join(AnnouncementRecipient, AnnouncementRecipient.announcement_id == Announcement.id)
        .join(Delivery, Delivery.owner_id == AnnouncementRecipient.id)
        .where(
            Delivery.district_id == district_id, Delivery.address == address, Delivery.owner_kind == OWNER,
            Delivery.phone_number_id == phone_number_id,
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    return (Found(row[0], row[1]), row[2]) if row is not None else None


def _fates(found: Found, numbers: Sequence[tuple[int, str]], none: Mapping[int, str] | None = None) -> list[dict[str, Any]]:
    """What became of lines of its list. `none` says of some from the first on that they are no numbers."""
    ids, addresses = [number for number, _address in numbers], [address for _number, address in numbers]
    of_it: ColumnElement[bool] = AnnouncementRecipient.announcement_id == found.announcement.id
    newest = (
        select(func.max(Delivery.id))
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == AnnouncementRecipient.id)
        .correlate(AnnouncementRecipient)
        .scalar_subquery()
    )
    written = db.session.execute(
        select(AnnouncementRecipient.address, Delivery)
        .join(Delivery, Delivery.id == newest)
        .where(of_it, AnnouncementRecipient.channel.in_(found.announcement.channels), AnnouncementRecipient.address.in_(addresses))
        .execution_options(populate_existing=True)
    )
    deliveries: dict[str, Delivery] = {address: delivery for address, delivery in written if address is not None}
    left_out = db.session.execute(
        select(AnnouncementRecipient.list_row_id, AnnouncementRecipient.reason).where(
            of_it, AnnouncementRecipient.reason.is_not(None), AnnouncementRecipient.list_row_id.in_(ids)
        )
    )
    reasons: dict[int, str] = dict(none or {}) | {
        number: reason for number, reason in left_out if number is not None and reason is not None
    }
    return [
        recipient_shape(address, found.announcement, found.client, deliveries.get(address), reasons.get(number))
        for number, address in numbers
    ]


def _shown(found: Sequence[Found]) -> list[dict[str, Any]]:
    ids = [one.announcement.id for one in found]
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for row in db.session.execute(
        select(AnnouncementCount.announcement_id, AnnouncementCount.outcome, func.sum(AnnouncementCount.n).label("n"))
        .where(AnnouncementCount.announcement_id.in_(ids))
        .group_by(AnnouncementCount.announcement_id, AnnouncementCount.outcome)
    ):
        counts[row.announcement_id][row.outcome] = int(row.n)
    texts = select(AnnouncementText.announcement_id, AnnouncementText.body).where(AnnouncementText.announcement_id.in_(ids))
    bodies = {row.announcement_id: row.body for row in db.session.execute(texts)}
    lists = select(AnnouncementList.id, AnnouncementList.good_rows, AnnouncementList.bad_rows)
    sizes = {
        row.id: (row.good_rows, len(row.bad_rows))
        for row in db.session.execute(lists.where(AnnouncementList.id.in_([one.client.list_id for one in found])))
    }
    speakers = {one.announcement.sender_scope: _speaker(one.announcement.sender_scope) for one in found}
    return [
        announcement_shape(
            Shown(
                one.announcement, one.client, bodies.get(one.announcement.id, ""), counts[one.announcement.id],
                sizes.get(one.client.list_id, (0, 0)), speakers[one.announcement.sender_scope],
            )
        )
        for one in found
    ]  # fmt: skip


def _speaker(scope: str | None) -> str | None:
    """The number that speaks, where it is one."""
    kind, _colon, number = (scope or "").partition(":")
    if not number.isdecimal():
        return None
    mine = PhoneNumber.id == int(number) if kind == "number" else PhoneNumber.messaging_service_id == int(number)
    found = db.session.scalars(select(PhoneNumber.address).where(mine, PhoneNumber.is_active.is_(True)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _all() -> Select[Announcement, ClientAnnouncement]:
    query = select(Announcement, ClientAnnouncement).join(ClientAnnouncement, ClientAnnouncement.announcement_id == Announcement.id)
    return query.execution_options(populate_existing=True)


def _own(caller: Caller) -> Select[Announcement, ClientAnnouncement]:
    return _all().where(is_own(caller, ClientAnnouncement))


def _found(query: Select[Announcement, ClientAnnouncement]) -> Found | None:
    row = db.session.execute(query.limit(1)).first()
    return Found(row[0], row[1]) if row is not None else None


def _first(query: Select[Announcement, ClientAnnouncement]) -> Found:
    found = _found(query)
    if found is None:
        raise NotVisible
    return found
