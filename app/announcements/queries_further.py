"""What was sent on from an announcement, for its report; and who is still left for another try."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, text

from app.accounts.models import Staff
from app.announcements.audience import Again, Audience
from app.announcements.counts import Counts, counts_of
from app.announcements.further import comes_from
from app.announcements.models import Announcement, AnnouncementRecipient, AnnouncementState
from app.announcements.queries import announcement_is_visible_to
from app.announcements.queries_families import with_outcome
from app.announcements.queries_fates import Why, is_countable
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
    return [
        Further(
            row.id, Again(row.audience.get("again") or Again.REACHED), row.state, row.author_id == staff.id,
            row.started_at or row.accepted_at or row.updated_at, counts_of(row.id),
        )
        for row in rows if row.audience.get("again_of") == announcement.id
    ]  # fmt: skip


def left_for(staff: Staff, announcement: Announcement, again: Again) -> int:
    """How many people another try would be for now: at whom it failed, or for whom it was stopped, and nothing went to them since."""
    recipient = AnnouncementRecipient
    person = func.coalesce(recipient.guardian_id, -recipient.id)
    query = select(func.count(person.distinct())).where(is_wanted_again(staff, Audience(again_of=announcement.id, again=again)))
    if again is Again.FAILED:  # these stand in a small index of their own
        query = query.where(
            recipient.id.in_(
                select(Delivery.owner_id).where(
                    text(UNREACHED), Delivery.owner_kind == OWNER, Delivery.state.in_([DeliveryState.FAILED, DeliveryState.BLOCKED]),
                    Delivery.owner_id >= (announcement.first_recipient_id or 0), Delivery.owner_id <= (announcement.last_recipient_id or 0),
                )
            )
        )  # fmt: skip
    return db.session.scalar(query) or 0


def with_reached_since(announcement: Announcement, counts: Counts, found: Collection[Why]) -> list[Why]:
    """The reasons, with how many of these people were reached by what was sent after it; where they can be counted."""
    reached = came_since(announcement.id) if is_countable(counts) else None
    if reached is None:
        return list(found)
    recipient = AnnouncementRecipient
    return [
        replace(
            why,
            since=db.session.scalar(
                with_outcome(announcement, why.outcome, why.reason)
                .where(recipient.channel == why.channel, reached)
                .with_only_columns(func.count(recipient.id))
            )
            or 0,
        )
        for why in found
    ]


BEFORE = (AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED, AnnouncementState.CANCELLED)
"""Nobody has anything of it."""
