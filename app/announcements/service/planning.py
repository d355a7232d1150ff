"""Counting what sending would do, and keeping it to be confirmed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import update

from app.accounts.models import Staff
from app.announcements import asking, planner
from app.announcements.errors import (
    Changed,
    NobodyToReach,
    NoSender,
    NotADraft,
    NothingToSay,
    NotLater,
    NotReady,
    QuestionNotReady,
    SayWhy,
    UnknownTokens,
    UnresolvedTokens,
)
from app.announcements.kept_counts import Keep, anew
from app.announcements.models import Announcement, AnnouncementState, Category, EmergencyReason
from app.announcements.planner import Plan
from app.announcements.queries import announcement_visible_to
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import HomeroomError
from app.core.presentation import gettext as _

PLAN_LASTS = timedelta(hours=12)
"""What was shown this morning may be sent now; what was shown yesterday is looked at again."""
HOLD, NO_HOLD = timedelta(seconds=60), timedelta()
"""So long everybody can still stop what a page sends at once."""
PLANNABLE = (AnnouncementState.DRAFT, AnnouncementState.AWAITING_APPROVAL)


def plan(staff: Staff, announcement_id: int, *, version: int, hold: timedelta = NO_HOLD) -> Plan:
    """Count what sending would do, and keep it to be confirmed. Counting holds nobody up: only keeping it is a transaction.

    `hold`: how long it can still be stopped after it was confirmed.

    Raises Changed, NotADraft, NotVisible, and what stands in the way of sending: NothingToSay, UnknownTokens,
    UnresolvedTokens, NoSender, NobodyToReach, ChannelAway.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.state not in PLANNABLE or announcement.is_template:
        raise NotADraft
    if announcement.version != version:
        raise Changed
    counted = planner.plan(announcement, db.session.get_one(Staff, announcement.author_id), begins_at(announcement) or now() + hold)
    _check(announcement, counted)
    release_connection()
    with transaction():
        kept = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.version == version, Announcement.state.in_(PLANNABLE))
            .values(
                plan=counted.document(), plan_fingerprint=counted.fingerprint, planned_at=now(),
                sender_scope=next((channel.scope for channel in counted.channels.values() if channel.scope), None),
            )
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if kept is None:
            raise Changed
    return counted


def preview(staff: Staff, announcement_id: int, keep: Keep = anew, *, hold: timedelta = NO_HOLD) -> Plan:
    """The same while it is still being written: nothing is stored, and nothing missing is refused. Raises NotVisible, ChannelAway."""
    announcement = announcement_visible_to(staff, announcement_id)
    return planner.plan(announcement, db.session.get_one(Staff, announcement.author_id), begins_at(announcement) or now() + hold, keep)


def look(staff: Staff, announcement_id: int, *, hold: timedelta = NO_HOLD) -> Plan:
    """What is asked before it goes out: the kept plan while it counts, otherwise a fresh one. Nothing is written.

    Raises as `plan`.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.state not in PLANNABLE or announcement.is_template:
        raise NotADraft
    if is_planned(announcement) and announcement.plan is not None:
        return planner.read(announcement.plan)
    counted = planner.plan(announcement, db.session.get_one(Staff, announcement.author_id), begins_at(announcement) or now() + hold)
    _check(announcement, counted)
    return counted


def is_planned(announcement: Announcement) -> bool:
    """Whether what was counted last still counts."""
    return announcement.plan is not None and announcement.planned_at is not None and now() - announcement.planned_at <= PLAN_LASTS


def begins_at(announcement: Announcement) -> datetime | None:
    """When it goes out, if that is to come: who would be held for the night depends on it."""
    moment = announcement.scheduled_for
    return moment if moment is not None and moment > now() else None


def _check(announcement: Announcement, counted: Plan) -> None:
    """Raises what stands in the way: all of it, where there is more than one thing."""
    found = list(_troubles(announcement, counted))
    if len(found) > 1:
        raise NotReady(found)
    if found:
        raise found[0]


def _troubles(announcement: Announcement, counted: Plan) -> Iterator[HomeroomError]:
    written = {text.channel for text in announcement.texts if text.body.strip() or text.media}
    has_words = bool(announcement.channels) and set(announcement.channels) <= written
    if not counted.people:
        yield NobodyToReach(None if any(announcement.audience.values()) else _("Nobody is chosen. Choose who it is for."))
    if not has_words:
        yield NothingToSay()
    if announcement.category == Category.EMERGENCY and not _says_why(announcement):
        yield SayWhy()
    if announcement.scheduled_for is not None and announcement.state == AnnouncementState.DRAFT and announcement.scheduled_for <= now():
        yield NotLater()
    lack = _lacks(announcement)
    if lack is not None:
        yield QuestionNotReady(*lack)
    if counted.unknown_tokens:
        yield UnknownTokens(counted.unknown_tokens)
    if counted.unresolved_tokens:
        yield UnresolvedTokens(counted.unresolved_tokens)
    if any(channel.scope is None for channel in counted.channels.values()):
        yield NoSender()
    if has_words and counted.people and not counted.addresses:
        yield NobodyToReach()


def _lacks(announcement: Announcement) -> tuple[asking.Lack, str] | None:
    """What its question lacks."""
    asked = asking.of(announcement.asks)
    if asked is None:
        return None
    languages = {text.language for text in announcement.texts if text.channel in announcement.channels and text.body.strip()}
    original = announcement.fallback_language or next(iter(asked.wordings), "en")
    return asking.lacks(asked, languages, original, begins_at(announcement) or now())


def _says_why(announcement: Announcement) -> bool:
    is_named = announcement.emergency_reason not in {None, EmergencyReason.OTHER}
    return is_named or bool(announcement.emergency_reason and announcement.emergency_words)
