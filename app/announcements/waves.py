"""Going on over the next channel where an announcement did not arrive. One commit takes the step and makes what it sends.

Everybody's time runs from when it was handed over for them, so a step is taken for some after the others. Each time that is an
announcement of its own, planned and sent as every other; the first one knows which are still to come.
"""

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import case, func, or_, select, text, update

from app.accounts.models import Staff
from app.accounts.queries_access import may_begin
from app.accounts.service import audit
from app.announcements import audience as audiences
from app.announcements import planner
from app.announcements.audience import Again, Audience
from app.announcements.channels import adapter
from app.announcements.counts import counts_of
from app.announcements.errors import ChannelAway
from app.announcements.escalation import Because, Escalation, read
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import CALLED_OFF, Announcement, AnnouncementRecipient, AnnouncementState
from app.announcements.planner import Plan
from app.announcements.queries.asked import survey_of
from app.announcements.queries.fates import COUNTABLE
from app.announcements.recipients_again import is_wanted_again
from app.announcements.service.files import copy_files
from app.announcements.sweeping import deliveries_of
from app.announcements.words_over import words_for
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.core.prepared import Prepared
from app.delivery.loops import AFTER_TROUBLE
from app.delivery.models import Delivery

log = structlog.get_logger()
MAY_GO_ON = (AnnouncementState.SENDING, AnnouncementState.FINISHED)
_GOES_ON: Any = (
    select(Announcement.id, Announcement.escalates_at)
    .where(text("is_escalating"), or_(*(Announcement.state == each for each in MAY_GO_ON)))
    .order_by(Announcement.id)
)
_ESCALATING = Prepared(_GOES_ON)
_AGAIN = {Because.UNREACHED: Again.UNREACHED, Because.UNANSWERED: Again.UNANSWERED}
SHORTEST, PART = timedelta(seconds=15), 1 / 20
"""Between two looks at who is due: a part of the time after which it goes on, so that nobody's step is late by more."""
A_TWENTIETH = 20
"""Of the time at most goes into looking, however many people there are."""


def turn(moment: datetime) -> float | None:
    """Look at each announcement that may go on; seconds until the next is due, None when none is."""
    waiting = [_ESCALATING.read(row) for row in _ESCALATING.rows({})]
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


def _look(announcement_id: int, look_at: datetime | None, moment: datetime) -> float | None:
    """Take the steps that are due at the time to look; otherwise in how many seconds that is."""
    if look_at is not None and look_at > moment:
        return (look_at - moment).total_seconds()
    return step(announcement_id, look_at, moment)


def step(announcement_id: int, look_at: datetime | None, moment: datetime) -> float | None:
    """Go on for everybody who is due, over the channel that is next for them, unless somebody looked since `look_at`, or stopped it.

    Seconds until the next look, none where something begins that is to be moved on at once; None where there is none.
    """
    began = time.monotonic()
    announcement = db.session.get_one(Announcement, announcement_id, populate_existing=True)
    escalation = read(announcement.escalation)
    steps = [one for one in _steps(announcement) if escalation is not None and set(one.channels) <= set(escalation.over)]
    # that nobody was left to reach with a step (`returned_because`) is no reason to stop
    is_stopped = any(one.state in CALLED_OFF and one.returned_because is None for one in steps)
    if escalation is None or is_stopped or not may_begin(announcement.bearer_id):
        release_connection()
        _set(announcement_id, look_at, is_escalating=False, escalates_at=None)
        return None
    if any(not one.is_expanded and one.state not in CALLED_OFF for one in steps):
        release_connection()
        return SHORTEST.total_seconds() / A_TWENTIETH  # who is in them is not written down yet
    first = max(filter(None, (announcement.started_at, escalation.since)), default=moment) + timedelta(minutes=escalation.minutes)
    may_look = first <= moment and (announcement.is_fed or counts_of(announcement.id).together.total <= COUNTABLE)
    due = _due(announcement, escalation, moment) if may_look else []
    untried = _untried(announcement, steps)
    release_connection()
    slack = max(SHORTEST, timedelta(minutes=escalation.minutes) * PART, timedelta(seconds=(time.monotonic() - began) * A_TWENTIETH))
    next_look = max(moment + slack, first)
    is_quiet = may_look and not due and not untried.in_hand and not _later(announcement, escalation, moment)
    is_over = is_quiet and untried.held_until is None
    if is_quiet and untried.held_until is not None:
        next_look = max(next_look, untried.held_until)
    release_connection()
    taken = max([announcement.escalation_step, *(escalation.over.index(wave.channels[0]) + 1 for wave, _plan in due)])
    changes = {"escalates_at": None if is_over else next_look, "is_escalating": not is_over, "escalation_step": taken}
    with transaction() as events:
        if not _set(announcement_id, look_at, **changes):
            return 0.0
        for wave, plan in due:
            _begin(announcement, wave, plan, moment)
        if due or is_over:
            events.append(AnnouncementProgressed(announcement.district_id, announcement_id))
    if due:
        return 0.0
    return None if is_over else (next_look - moment).total_seconds()


def _due(announcement: Announcement, escalation: Escalation, moment: datetime) -> list[tuple[Announcement, Plan]]:
    """A further announcement for each channel over which somebody is due. A channel over which nobody can speak is passed over."""
    author = db.session.get_one(Staff, announcement.author_id)
    found, before = [], None
    for channel in escalation.over:
        wave = wave_of(announcement, escalation, channel, before, moment - timedelta(minutes=escalation.minutes))
        try:
            plan = planner.plan(wave, author) if _is_anybody(wave, author) else None
        except ChannelAway:
            continue
        if plan is not None and any(one.scope is None for one in plan.channels.values()):
            continue
        if plan is not None and plan.people:
            found.append((wave, plan))
        before = channel
    return found


def _later(announcement: Announcement, escalation: Escalation, moment: datetime) -> bool:
    """Whether somebody will be due as soon as their time is over."""
    author, before = db.session.get_one(Staff, announcement.author_id), None
    for channel in escalation.over:
        wave = wave_of(announcement, escalation, channel, before, moment)
        if adapter(channel).pool(wave) is None:
            continue
        if _is_anybody(wave, author):
            return True
        before = channel
    return False


def _is_anybody(wave: Announcement, author: Staff) -> bool:
    condition = is_wanted_again(author, audiences.read(wave.audience))
    return db.session.scalar(select(AnnouncementRecipient.id).where(condition).limit(1)) is not None


def _begin(announcement: Announcement, wave: Announcement, plan: Plan, moment: datetime) -> None:
    """Write it down. Part of the commit that took the step."""
    wave.plan, wave.plan_fingerprint, wave.planned_at = plan.document(), plan.fingerprint, moment
    wave.sender_scope = next((one.scope for one in plan.channels.values() if one.scope), None)
    db.session.add(wave)
    db.session.flush()
    copy_files(announcement.id, wave)
    told = {"title": announcement.title, "people": plan.people_reached, "channel": wave.channels[0]}
    audit("announcement.escalated", announcement, told)
    open_events().append(AnnouncementChanged(wave.district_id, wave.id, wave.state, wave.version))


def wave_of(announcement: Announcement, escalation: Escalation, channel: str, before: str | None, by: datetime) -> Announcement:
    """The next announcement, kept nowhere yet: the same over another channel, for those whom it did not reach and whose time is over."""
    left_out = audiences.read(announcement.audience)
    chosen = Audience(
        again_of=announcement.id, again=_AGAIN[Because(escalation.because)], without_guardians=left_out.without_guardians,
        again_channel=channel, again_after=before, again_by=by.isoformat(),
    )  # fmt: skip
    moment = now()
    return Announcement(
        district_id=announcement.district_id, school_id=announcement.school_id, author_id=announcement.author_id,
        bearer_id=announcement.bearer_id, title=announcement.title, opening=announcement.opening, category=announcement.category,
        send_to=announcement.send_to,
        channels=[channel],
        audience=chosen.document(), fallback_language=announcement.fallback_language, has_canary=False, version=1,
        state=AnnouncementState.SCHEDULED, accepted_at=moment, accepted_by_id=announcement.accepted_by_id,
        approved_by_id=announcement.approved_by_id, escalation_of_id=announcement.id, created_at=moment, updated_at=moment,
        emergency_reason=announcement.emergency_reason, emergency_words=announcement.emergency_words,
        replies_to=announcement.replies_to, replies_to_id=announcement.replies_to_id, asks=announcement.asks,
        survey_of_id=survey_of(announcement), texts=words_for(announcement, channel),
    )  # fmt: skip


def _steps(announcement: Announcement) -> list[Announcement]:
    return list(
        db.session.scalars(
            select(Announcement).where(Announcement.escalation_of_id == announcement.id).execution_options(populate_existing=True)
        )
    )


class _Untried(NamedTuple):
    """What was never handed over: how much may leave at any moment, and when the first of those leaves who sleep."""

    in_hand: int
    held_until: datetime | None


def _untried(announcement: Announcement, steps: list[Announcement]) -> _Untried:
    in_hand, held_until = 0, None
    for one in (announcement, *steps):
        for name in one.channels:
            found: Any = db.session.execute(
                select(func.count(case((Delivery.held_until.is_(None), 1))), func.min(Delivery.held_until)).where(
                    text(adapter(name).waiting), Delivery.attempts == 0, deliveries_of(one)
                )
            ).one()
            in_hand += found[0]
            held_until = min(filter(None, (held_until, found[1])), default=None)
        in_hand += not one.is_fed and one.state not in CALLED_OFF
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


__all__ = ["step", "turn", "wave_of"]
