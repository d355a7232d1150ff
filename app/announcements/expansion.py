"""Writing down the recipients of an accepted announcement, stretch by stretch. Each commit says how far it came."""

import time
from collections.abc import Collection

import structlog
from sqlalchemy import delete, func, insert, select, text, update

from app.announcements import channels, corrections, family_counts, planner
from app.announcements.counting import COUNTED
from app.announcements.errors import Returned
from app.announcements.events import AnnouncementChanged
from app.announcements.held import held_announcement
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.stretches import Stretches
from app.core.clock import now
from app.core.database import db, one_connection, open_events, release_connection, transaction

log = structlog.get_logger()
STRETCH = 4_000
"""People in one commit, where one writer holds up all others."""
WIDER = 4
"""So many times as many elsewhere."""
SMALL = 10_000
"""An audience that is planned to have so many at most is written down in one go, beginning with its students."""
BREATH = 0.01
"""Seconds between two commits, in which others come to write, and who comes next is found."""
AT_ONCE = 0.5
"""Seconds after which other announcements have their turn."""
MORE_ALLOWED, MANY_MORE = 5, 0.02
"""So many more people than were confirmed may be reached: the roster changes while one reads."""


def expand(announcement_id: int) -> float | None:
    """Write down some stretches, or settle what is written down. Seconds until the next step; None when it is settled."""
    announcement = db.session.get(Announcement, announcement_id, populate_existing=True)
    if announcement is None or announcement.state != AnnouncementState.PREPARING:
        return None
    if announcement.is_expanded:
        return _settle(announcement_id)
    is_small = int((announcement.plan or {}).get("people", 0)) <= SMALL
    wide = STRETCH if db.engine.dialect.name == "sqlite" else STRETCH * WIDER
    stretches = Stretches(announcement, in_one_go=is_small, people=wide)
    after, is_last, committed = announcement.expanded_through, False, 0.0
    with one_connection(), stretches:
        until = time.monotonic() + AT_ONCE
        while not is_last and time.monotonic() < until:
            through, is_last = stretches.next(after)
            time.sleep(max(0.0, committed + BREATH - time.monotonic()))
            with transaction():
                held = held_announcement(announcement_id, AnnouncementState.PREPARING)
                if held is None or held.is_expanded or held.expanded_through != after:
                    return BREATH
                stretches.write_down()
                held.expanded_through, held.is_expanded = through, is_last
            after, committed = through, time.monotonic()
    return BREATH


def _settle(announcement_id: int) -> float | None:
    """Count what is written down, compare it with what was confirmed, and let it be sent."""
    found = db.session.execute(
        select(
            AnnouncementRecipient.channel, AnnouncementRecipient.reason, func.count(), func.min(AnnouncementRecipient.id),
            func.max(AnnouncementRecipient.id),
        )
        .where(AnnouncementRecipient.announcement_id == announcement_id)
        .group_by(AnnouncementRecipient.channel, AnnouncementRecipient.reason)
    ).all()  # fmt: skip
    if db.engine.dialect.name == "postgresql":
        release_connection()
        with transaction():
            db.session.execute(text("ANALYZE announcement_recipients"))
    release_connection()
    total = sum(row[2] for row in found if row[1] is None)
    announcement = db.session.get_one(Announcement, announcement_id, populate_existing=True)
    because = _why_not(announcement, total, {row[0] for row in found if row[1] is None}, is_nobody=not found)
    if because is not None:
        return _return(announcement_id, because)
    with transaction():
        held = held_announcement(announcement_id, AnnouncementState.PREPARING)
        if held is None:
            return None
        counts = {(channel, f"skip:{reason}"): number for channel, reason, number, *_ in found if reason is not None}
        for channel in held.channels:
            counts |= {(channel, outcome): 0 for outcome in (*COUNTED, Outcome.TOTAL)}
        counts |= {(channel, Outcome.TOTAL): number for channel, reason, number, *_ in found if reason is None}
        db.session.execute(
            insert(AnnouncementCount),
            [
                {"announcement_id": held.id, "channel": channel, "outcome": str(outcome), "n": number, "changed_at": None}
                for (channel, outcome), number in counts.items()
            ],
        )
        held.first_recipient_id = min(row[3] for row in found)
        held.last_recipient_id = max(row[4] for row in found)
        held.fed_through = held.first_recipient_id - 1
        held.state = AnnouncementState.SENDING
        held.started_at = now()
        held.version += 1
        open_events().append(AnnouncementChanged(held.district_id, held.id, held.state, held.version))
    return 0.0


def _why_not(announcement: Announcement, total: int, ways: Collection[str], *, is_nobody: bool) -> Returned | None:
    """What is written down may not be sent without another look at it. `is_nobody`: not even somebody who cannot be reached."""
    if announcement.returned_because:
        return Returned(announcement.returned_because)
    confirmed = planner.read(announcement.plan).addresses if announcement.plan else 0
    if not total and (announcement.escalation_of_id is None or is_nobody):  # a step writes down whom it cannot reach, for the next one
        return Returned.NOBODY
    if total - confirmed > max(MORE_ALLOWED, confirmed * MANY_MORE):
        return Returned.ROSTER_CHANGED
    if corrections.was_overtaken(announcement):
        return Returned.CORRECTED
    if any(channels.adapter(name).pool(announcement) is None for name in ways):
        return Returned.NO_SENDER
    return None


def _return(announcement_id: int, because: Returned) -> float:
    """Nobody was written to: it is a draft again, and says why. What was written down goes first, a stretch at a time."""
    doomed = select(AnnouncementRecipient.id).where(AnnouncementRecipient.announcement_id == announcement_id).limit(STRETCH)
    with transaction():
        mark = update(Announcement).where(Announcement.id == announcement_id, Announcement.returned_because.is_(None))
        db.session.execute(mark.values(returned_because=because.value))
        gone = db.session.execute(delete(AnnouncementRecipient).where(AnnouncementRecipient.id.in_(doomed)))
        if gone.rowcount:  # type: ignore[attr-defined]  # a delete has one
            return BREATH
    is_step = db.session.get_one(Announcement, announcement_id).escalation_of_id is not None  # nobody wrote it, so nobody looks again
    after = AnnouncementState.CANCELLED if is_step else AnnouncementState.DRAFT
    release_connection()
    with transaction() as events:
        version = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.state == AnnouncementState.PREPARING)
            .values(
                state=after, version=Announcement.version + 1, returned_because=because.value, returned_at=now(), returned_by_id=None,
                plan=None, plan_fingerprint=None, planned_at=None, accepted_at=None, scheduled_for=None, expanded_through=None,
                is_expanded=False, updated_at=now(),
            )
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if version is not None:
            district = db.session.get_one(Announcement, announcement_id).district_id
            events.append(AnnouncementChanged(district, announcement_id, after, version))
            family_counts.moved(announcement_id)  # where it was sent on, whoever was written down counted there
            log.info("announcement.returned", announcement_id=announcement_id, because=because)
    return 0.0
