"""Going on over the next channel where an announcement did not arrive. One commit takes the step and makes what it sends.

Each step is an announcement of its own, planned and sent as every other; the first one knows which are still to come.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import case, func, select, text, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.announcements import asking, planner
from app.announcements import audience as audiences
from app.announcements.asking_words import tail_of
from app.announcements.audience import Again, Audience
from app.announcements.channels import adapter
from app.announcements.errors import ChannelAway
from app.announcements.escalation import Because, Escalation, read
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement, AnnouncementState, AnnouncementText, Channel
from app.announcements.queries_asked import survey_of
from app.announcements.service.files import copy_files
from app.announcements.sweeping import deliveries_of
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.loops import AFTER_TROUBLE
from app.delivery.models import Delivery

log = structlog.get_logger()
MAY_GO_ON = (AnnouncementState.SENDING, AnnouncementState.FINISHED)
STOPPED_STEP = (AnnouncementState.CANCELLED, AnnouncementState.HALTED)
"""Unless nobody was left to reach, which is no reason to stop."""
_ESCALATING = (
    select(Announcement.id, Announcement.escalates_at)
    .where(text("is_escalating"), Announcement.state.in_(MAY_GO_ON), Announcement.is_fed.is_(True))
    .order_by(Announcement.id)
)
_AGAIN = {Because.UNREACHED: Again.UNREACHED, Because.UNANSWERED: Again.UNANSWERED}


def turn(moment: datetime) -> float | None:
    """Look at each announcement that may go on; seconds until the next is due, None when none is."""
    waiting = db.session.execute(_ESCALATING).all()
    release_connection()
    pause: float | None = None
    for number, due_at in waiting:
        try:
            wait = _look(number, due_at, moment)
        except Exception:  # one that cannot go on must keep back neither the others nor what is told of them
            log.exception("announcements.step_failed", announcement=number)
            db.session.remove()
            wait = AFTER_TROUBLE
        if wait is not None:
            pause = wait if pause is None else min(pause, wait)
    return pause


def _look(announcement_id: int, due_at: datetime | None, moment: datetime) -> float | None:
    """Take the step that is due; otherwise in how many seconds it will be, None where nobody knows yet."""
    due_at = due_at or _time(announcement_id, moment)
    if due_at is None:
        return None
    if due_at > moment:
        return (due_at - moment).total_seconds()
    step(announcement_id, due_at, moment)
    return None


def _time(announcement_id: int, moment: datetime) -> datetime | None:
    """Say when the next step is due, once everything before it is on its way. A step that somebody stopped ends it."""
    announcement = db.session.get_one(Announcement, announcement_id, populate_existing=True)
    escalation = read(announcement.escalation)
    steps = _steps(announcement)
    newest = max(steps, key=lambda one: one.id, default=None) if announcement.escalation_step else None
    stopped = newest is not None and newest.state in STOPPED_STEP and newest.returned_because is None
    if escalation is None or stopped:
        release_connection()
        _set(announcement_id, None, is_escalating=False)
        return None
    untried = _untried(announcement, steps)
    goes_out = any(not one.is_fed and one.state not in STOPPED_STEP for one in steps)
    release_connection()
    if goes_out or untried.in_hand:
        return None
    due_at = max(untried.held_until or moment, moment) + timedelta(minutes=escalation.minutes)
    return due_at if _set(announcement_id, None, escalates_at=due_at) else None


def step(announcement_id: int, due_at: datetime, moment: datetime) -> None:
    """Take the step that was due at `due_at`, unless somebody took it, stopped it, or some still wait for their morning."""
    announcement = db.session.get_one(Announcement, announcement_id, populate_existing=True)
    escalation = read(announcement.escalation)
    if escalation is None or announcement.escalation_step >= len(escalation.over):
        _set(announcement_id, due_at, is_escalating=False)
        return
    untried = _untried(announcement, _steps(announcement))
    if untried.in_hand or untried.held_until is not None:
        release_connection()
        _set(announcement_id, due_at, escalates_at=max(untried.held_until or moment, moment) + timedelta(minutes=escalation.minutes))
        return
    channel = escalation.over[announcement.escalation_step]
    author = db.session.get_one(Staff, announcement.author_id)
    wave = wave_of(announcement, escalation, channel)
    try:
        plan = planner.plan(wave, author)
    except ChannelAway:
        plan = None
    release_connection()
    left = announcement.escalation_step + 1 < len(escalation.over)
    is_for_nobody = plan is None or not plan.addresses  # then the next step need not wait
    due_next = moment if left and is_for_nobody else None
    with transaction() as events:
        if not _set(announcement_id, due_at, escalates_at=due_next, escalation_step=announcement.escalation_step + 1, is_escalating=left):
            return
        events.append(AnnouncementProgressed(announcement.district_id, announcement_id))
        if plan is None or not plan.addresses:
            log.info("announcement.step_for_nobody", announcement_id=announcement_id, channel=channel)
            return
        wave.plan, wave.plan_fingerprint, wave.planned_at = plan.document(), plan.fingerprint, moment
        wave.sender_scope = next((one.scope for one in plan.channels.values() if one.scope), None)
        db.session.add(wave)
        db.session.flush()
        copy_files(announcement_id, wave)
        audit("announcement.escalated", announcement, {"title": announcement.title, "people": plan.people_reached, "channel": channel})
        events.append(AnnouncementChanged(wave.district_id, wave.id, wave.state, wave.version))


def wave_of(announcement: Announcement, escalation: Escalation, channel: str) -> Announcement:
    """The next announcement, kept nowhere yet: the same over another channel, for those whom it did not reach."""
    left_out = audiences.read(announcement.audience)
    chosen = Audience(
        again_of=announcement.id, again=_AGAIN[Because(escalation.because)], without_guardians=left_out.without_guardians
    )  # fmt: skip
    moment = now()
    return Announcement(
        district_id=announcement.district_id, school_id=announcement.school_id, author_id=announcement.author_id,
        title=announcement.title, category=announcement.category, send_to=announcement.send_to, channels=[channel],
        audience=chosen.document(), fallback_language=announcement.fallback_language, has_canary=False, version=1,
        state=AnnouncementState.SCHEDULED, accepted_at=moment, accepted_by_id=announcement.accepted_by_id,
        approved_by_id=announcement.approved_by_id, escalation_of_id=announcement.id, created_at=moment, updated_at=moment,
        emergency_reason=announcement.emergency_reason, emergency_words=announcement.emergency_words,
        replies_to=announcement.replies_to, replies_to_id=announcement.replies_to_id, asks=announcement.asks,
        survey_of_id=survey_of(announcement), texts=words_for(announcement, channel),
    )  # fmt: skip


def words_for(announcement: Announcement, channel: str) -> list[AnnouncementText]:
    """What is said over a channel: what was written for it, else what was written for another, without its files."""
    by_channel: dict[str, list[AnnouncementText]] = {}
    for one in announcement.texts:
        if one.body.strip() or one.media:
            by_channel.setdefault(one.channel, []).append(one)
    own = by_channel.get(channel)
    model = own or next((by_channel[name] for name in (*announcement.channels, *Channel) if name in by_channel), [])
    asked, original = asking.of(announcement.asks), announcement.fallback_language
    return [
        AnnouncementText(
            channel=channel, language=one.language, subject=one.subject if own else announcement.title, body=one.body,
            tail=tail_of(asked, channel, one.language, original), origin=one.origin, media=list(one.media) if own else [],
        )
        for one in model
    ]  # fmt: skip


def _steps(announcement: Announcement) -> list[Announcement]:
    return list(
        db.session.scalars(
            select(Announcement).where(Announcement.escalation_of_id == announcement.id).execution_options(populate_existing=True)
        )
    )


class _Untried(NamedTuple):
    """What was never handed over: how much may leave at any moment, and when the last of those leaves who sleep."""

    in_hand: int
    held_until: datetime | None


def _untried(announcement: Announcement, steps: list[Announcement]) -> _Untried:
    in_hand, held_until = 0, None
    for one in (announcement, *steps):
        for name in one.channels:
            found: Any = db.session.execute(
                select(func.count(case((Delivery.held_until.is_(None), 1))), func.max(Delivery.held_until)).where(
                    text(adapter(name).waiting), Delivery.attempts == 0, deliveries_of(one)
                )
            ).one()
            in_hand += found[0]
            held_until = max(filter(None, (held_until, found[1])), default=None)
    return _Untried(in_hand, held_until)


def _set(announcement_id: int, due_at: datetime | None, **values: Any) -> bool:
    """Change where it stands, if it still stands where it was seen and may go on at all; alone, or in the caller's transaction."""
    is_due = Announcement.escalates_at.is_(None) if due_at is None else Announcement.escalates_at == due_at
    with transaction():
        done = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.is_escalating.is_(True), Announcement.state.in_(MAY_GO_ON), is_due)
            .values(**values)
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        )
    return done is not None


__all__ = ["step", "turn", "wave_of", "words_for"]
