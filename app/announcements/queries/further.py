"""What was sent on from an announcement, for its report; and who is still left for another try."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, literal, null, select, text

from app.accounts.models import Staff
from app.announcements.audience import Again, Audience
from app.announcements.counts import Counts, counts_of_each
from app.announcements.further import comes_from
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementState, SkipReason
from app.announcements.queries import announcement_is_visible_to
from app.announcements.queries.contacts import SKIPPED, is_newest
from app.announcements.queries.families import with_outcome
from app.announcements.queries.fates import Why, is_countable, reasons
from app.announcements.recipients_again import OWNER, came_since, is_wanted_again
from app.core.database import db
from app.delivery.models import UNREACHED, Delivery, DeliveryState

MOST = 50


@dataclass(frozen=True, slots=True)
class Further:
    """Another announcement that was made from this one."""

    id: int
    which: Again
    state: str
    is_mine: bool
    at: datetime
    """When it began, or, if it did not yet, when it was saved last."""
    counts: Counts


def made_from(staff: Staff, announcement: Announcement) -> list[Further]:
    """The oldest first; drafts only to whom they show."""
    rows = db.session.scalars(
        select(Announcement)
        .where(
            Announcement.id > announcement.id, comes_from({announcement.id}), Announcement.escalation_of_id.is_(None),
            announcement_is_visible_to(staff),
        )
        .order_by(Announcement.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    found = [row for row in rows if row.audience.get("again_of") == announcement.id]
    counts = counts_of_each([row.id for row in found])
    return [
        Further(
            row.id, Again(row.audience.get("again") or Again.REACHED), row.state, row.author_id == staff.id,
            row.started_at or row.accepted_at or row.updated_at, counts[row.id],
        )
        for row in found
    ]  # fmt: skip


def left_for(staff: Staff, announcement: Announcement, *both: Again) -> int:
    """How many people another try would be for now: at whom it failed, or for whom it was stopped, and nothing went to them since.

    Of several, who is in all of them. What is no number is nobody.
    """
    recipient = AnnouncementRecipient
    person = func.coalesce(recipient.guardian_id, -recipient.id)
    wanted = [is_wanted_again(staff, Audience(again_of=announcement.id, again=again)) for again in both]
    is_somebody = func.coalesce(recipient.reason, "") != SkipReason.NO_PHONE.value
    query = select(func.count(person.distinct())).where(*wanted, is_somebody)
    if Again.FAILED in both:  # these stand in a small index of their own
        query = query.where(
            recipient.id.in_(
                select(Delivery.owner_id).where(
                    text(UNREACHED), Delivery.owner_kind == OWNER, Delivery.state.in_([DeliveryState.FAILED, DeliveryState.BLOCKED]),
                    Delivery.owner_id >= (announcement.first_recipient_id or 0), Delivery.owner_id <= (announcement.last_recipient_id or 0),
                )
            )
        )  # fmt: skip
    return db.session.scalar(query) or 0


def reasons_of(announcement: Announcement, counts: Counts) -> list[Why]:
    """Why people were not reached, the most frequent first; each with its families and who was reached since, where these are counted."""
    if not is_countable(counts):
        return reasons(announcement, counts)
    recipient, reached = AnnouncementRecipient, came_since(announcement.id)
    since = func.count(case((reached, 1))) if reached is not None else literal(0)
    others = func.count(case((recipient.family_id.is_(None), 1)))
    numbers = (func.count(recipient.id), func.count(recipient.family_id.distinct()), others, since)
    mine = recipient.announcement_id == announcement.id
    skipped: Any = (
        select(recipient.channel, literal(SKIPPED), recipient.reason, *numbers)
        .where(mine, recipient.reason.is_not(None), recipient.reason != SkipReason.SAME_ADDRESS)
        .group_by(recipient.channel, recipient.reason)
    )
    badly: Any = (
        select(recipient.channel, Delivery.state, Delivery.error_code, *numbers)
        .select_from(Delivery)
        .join(recipient, recipient.id == Delivery.owner_id)
        .where(
            mine, text(UNREACHED), Delivery.owner_kind == OWNER, Delivery.state != DeliveryState.CANCELLED, is_newest(Delivery),
            Delivery.owner_id >= (announcement.first_recipient_id or 0), Delivery.owner_id <= (announcement.last_recipient_id or 0),
        )
        .group_by(recipient.channel, Delivery.state, Delivery.error_code)
    )  # fmt: skip
    stopped: Any = with_outcome(announcement, DeliveryState.CANCELLED, None).with_only_columns(
        recipient.channel, literal(DeliveryState.CANCELLED.value), null(), *numbers
    )
    asked = [skipped, badly]
    if counts.together.cancelled:
        asked.append(stopped.group_by(recipient.channel))
    found = [Why(*row) for query in asked for row in db.session.execute(query)]
    return sorted(found, key=lambda why: -why.people)


BEFORE = (AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED, AnnouncementState.CANCELLED)
"""Nobody has anything of it."""
