"""Writing down the recipients of an accepted announcement, stretch by stretch. Each commit says how far it came."""

from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Insert, Integer, case, cast, delete, func, insert, literal, select, text, update

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.counting import COUNTED
from app.announcements.errors import Returned
from app.announcements.events import AnnouncementChanged
from app.announcements.held import held_announcement
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementRecipient, AnnouncementState, Outcome
from app.announcements.verdicts import Question, Span, has_guardians, last_person, verdicts
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction

log = structlog.get_logger()
STRETCH = 4_000
"""People in one commit: others wait for it about 40 ms."""
SMALL = 10_000
"""An audience that is planned to have so many at most is written down in one go, beginning with its students."""
BREATH = 0.01
"""Seconds between two commits, in which others come to write."""
MORE_ALLOWED, MANY_MORE = 5, 0.02
"""So many more people than were confirmed may be reached: the roster changes while one reads."""
COLUMNS = ("guardian_id", "staff_id", "list_row_id", "student_id", "family_id", "contact_point_id", "language", "address", "reason")


def expand(announcement_id: int) -> float | None:
    """Write down one stretch, or settle what is written down. Seconds until the next step; None when it is settled.

    The statements are made, and the stretch is found, before the commit begins: others wait only while rows are written.
    """
    announcement = db.session.get(Announcement, announcement_id, populate_existing=True)
    if announcement is None or announcement.state != AnnouncementState.PREPARING:
        return None
    if announcement.is_expanded:
        return _settle(announcement_id)
    stretch = _next_stretch(announcement)
    after = announcement.expanded_through
    release_connection()
    with transaction():
        held = held_announcement(announcement_id, AnnouncementState.PREPARING)
        if held is None or held.is_expanded or held.expanded_through != after:
            return BREATH
        for statement in stretch.statements:
            db.session.execute(statement)
        held.expanded_through, held.is_expanded = stretch.through, stretch.is_last
    return BREATH


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one commit writes down, and how far it comes with it."""

    statements: list[Insert]
    through: int
    is_last: bool


def _next_stretch(announcement: Announcement) -> Stretch:
    author = db.session.get_one(Staff, announcement.author_id)
    questions = [question for question, _pool in planner.questions(announcement, author).values()]
    after = announcement.expanded_through
    if after is None:
        is_small = int((announcement.plan or {}).get("people", 0)) <= SMALL
        in_stretches = not is_small and any(has_guardians(question) for question in questions)
        return Stretch([_insert(question, None, only_chosen=in_stretches) for question in questions], 0, not in_stretches)
    last = db.session.scalar(last_person(questions[0], after, STRETCH))
    if last is None:
        return Stretch([], after, is_last=True)
    return Stretch([_insert(question, Span(after, last), only_chosen=False) for question in questions], last, is_last=False)


def _insert(question: Question, span: Span | None, *, only_chosen: bool) -> Insert:
    rows = verdicts(question, span, only_chosen=only_chosen).subquery("rows")
    values: dict[str, Any] = {
        "announcement_id": cast(literal(question.announcement_id, literal_execute=True), Integer),
        "channel": literal(question.channel.name),
        **{name: rows.c[name] for name in COLUMNS},
    }
    values["address"] = case((rows.c.reason.is_(None), rows.c.address))  # only who is written to keeps one, so that it is unique
    picked = select(*(value.label(name) for name, value in values.items())).order_by(rows.c.source, rows.c.person_id)
    return insert(AnnouncementRecipient).from_select(list(values), picked, include_defaults=False)


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
    if announcement.returned_because:
        return _return(announcement_id, Returned(announcement.returned_because))
    confirmed = planner.read(announcement.plan).addresses if announcement.plan else 0
    if not total:
        return _return(announcement_id, Returned.NOBODY)
    if total - confirmed > max(MORE_ALLOWED, confirmed * MANY_MORE):
        return _return(announcement_id, Returned.ROSTER_CHANGED)
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
                state=after, version=Announcement.version + 1, returned_because=because.value, plan=None,
                plan_fingerprint=None, planned_at=None, accepted_at=None, scheduled_for=None, expanded_through=None, is_expanded=False,
                updated_at=now(),
            )
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if version is not None:
            district = db.session.get_one(Announcement, announcement_id).district_id
            events.append(AnnouncementChanged(district, announcement_id, after, version))
            log.info("announcement.returned", announcement_id=announcement_id, because=because)
    return 0.0
