"""Notifications: lines of the bell menu, pushed to the browsers that were registered, and mailed to who wants that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Staff, StaffStatus
from app.api.courier.models import UserDevice, UserNotification, UserPreference
from app.core.database import db
from app.delivery.service import Letter, LetterRequest, Mailbox, enqueue_letter
from app.live import service as live

OWNER = "courier_notice"
WEB, EMAIL = "web", "email"
WAYS = (EMAIL, WEB)
"""By which ways the house notifies; without a wish it is the browser."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told: that something happened, never what a family wrote."""

    district_id: int
    school_id: int | None
    category: str
    title: str
    body: str
    details: Mapping[str, Any] = field(default_factory=dict)


def notify(staff_ids: Sequence[int], notice: Notice) -> None:
    """Tell each of these people by the ways that they want. Belongs into the transaction in which it happened."""
    people = db.session.scalars(select(Staff).where(Staff.id.in_(staff_ids), Staff.status == StaffStatus.ACTIVE).order_by(Staff.id))
    wishes = ways_of_each(staff_ids)
    for person in people:
        ways = wishes[person.id]
        if WEB in ways:
            _push(person, notice)
        if EMAIL in ways:
            mail([person], notice)


def ways_of_each(staff_ids: Sequence[int]) -> dict[int, list[str]]:
    """By which ways these people want to hear, in one query."""
    wishes = db.session.scalars(select(UserPreference).where(UserPreference.staff_id.in_(staff_ids)))
    return {number: [WEB] for number in staff_ids} | {wish.staff_id: list(wish.ways) for wish in wishes}


def mail(people: Sequence[Staff], notice: Notice) -> None:
    """The same by email to colleagues. Belongs into a transaction."""
    mailboxes = tuple(Mailbox(person.mailbox) for person in people if person.mailbox)
    if mailboxes:
        letter = Letter(notice.title, notice.body, "en", notice.school_id, is_for_offices=True)
        enqueue_letter(LetterRequest(notice.district_id, OWNER, people[0].id, letter, mailboxes, is_reply=True))


def listening(staff_ids: Sequence[int]) -> set[int]:
    """Those who registered a browser for what comes often."""
    query = select(UserDevice.staff_id).where(UserDevice.staff_id.in_(staff_ids), UserDevice.is_allowed.is_(True))
    return set(db.session.scalars(query))


def awaiting(staff_ids: Sequence[int]) -> set[int]:
    """Those who registered a browser or said how they want to hear: for anybody else nobody would ever read or acknowledge it."""
    wishes = select(UserPreference.staff_id).where(UserPreference.staff_id.in_(staff_ids))
    return listening(staff_ids) | set(db.session.scalars(wishes))


def _push(person: Staff, notice: Notice) -> None:
    devices = select(UserDevice.id).where(UserDevice.staff_id == person.id, UserDevice.is_allowed.is_(True)).order_by(UserDevice.id)
    waiting = select(func.count()).where(UserNotification.staff_id == person.id, UserNotification.acknowledged_at.is_(None))
    row = UserNotification(
        district_id=notice.district_id, staff_id=person.id, school_id=notice.school_id, category=notice.category,
        title=notice.title[:200], body=notice.body[:300], details=dict(notice.details),
        device_ids=list(db.session.scalars(devices)), badge=(db.session.scalar(waiting) or 0) + 1,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    payload = {"notification_id": str(row.uuid), "category": row.category, "badge": row.badge}
    live.push((f"staff:{person.id}",), "notification:added", payload, district_id=row.district_id)
