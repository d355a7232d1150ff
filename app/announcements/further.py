"""What was sent on from an announcement to some of its people: another try, a correction, a reminder, a step over another channel.

Who was reached by one of these counts as reached, and is not offered to be written to once more.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from flask import g, has_request_context
from sqlalchemy import ColumnElement, Select, or_, select

from app.announcements.models import Announcement, AnnouncementState
from app.core.database import db

BEGUN = (
    AnnouncementState.PREPARING, AnnouncementState.SENDING, AnnouncementState.PAUSED, AnnouncementState.FINISHED, AnnouncementState.HALTED,
)  # fmt: skip


def comes_from(ids: set[int]) -> ColumnElement[bool]:
    """The condition on `Announcement` that it was made from one of these; each link has an index of its own."""
    one = Announcement
    return or_(one.follow_up_of_id.in_(ids), one.correction_of_id.in_(ids), one.escalation_of_id.in_(ids))


def sent_after(announcement_id: int, *, besides: int | None = None) -> list[int]:
    """All that began, with what was sent on from these in turn. `besides`: one that is just looking for its own people.

    A page asks it again and again, and is told the same.
    """
    if not has_request_context():
        return _sent_after(announcement_id, besides)
    kept: dict[tuple[int, int | None], list[int]] = g.setdefault("sent_after", {})
    if (announcement_id, besides) not in kept:
        kept[announcement_id, besides] = _sent_after(announcement_id, besides)
    return kept[announcement_id, besides]


def _sent_after(announcement_id: int, besides: int | None) -> list[int]:
    found: set[int] = set()
    newest = {announcement_id}
    while newest:
        rows = db.session.scalars(
            select(Announcement.id).where(
                Announcement.id > announcement_id, comes_from(newest), Announcement.state.in_(BEGUN), Announcement.id != (besides or 0)
            )
        )
        newest = set(rows) - found - {announcement_id}
        found |= newest
    return sorted(found)


def after_each(district_id: int, announcement_ids: Collection[int]) -> dict[int, tuple[set[int], set[int]]]:
    """Of each of a district: itself with its steps, and the same with all that was sent on from it. A query for each link of the chain."""
    made_from: dict[int, set[int]] = defaultdict(set)
    steps: dict[int, set[int]] = defaultdict(set)
    newest = known = set(announcement_ids)
    one = Announcement
    while newest:
        links = select(one.id, one.follow_up_of_id, one.correction_of_id, one.escalation_of_id)
        rows = db.session.execute(links.where(one.district_id == district_id, comes_from(newest), one.state.in_(BEGUN))).all()
        for number, *sources in rows:
            for source in filter(None, sources):
                made_from[source].add(number)
            if sources[-1] is not None:
                steps[sources[-1]].add(number)
        newest = {row[0] for row in rows} - known
        known = known | newest
    return {number: ({number} | steps[number], _reachable(number, made_from)) for number in announcement_ids}


def _reachable(start: int, made_from: Mapping[int, Collection[int]]) -> set[int]:
    found, newest = {start}, {start}
    while newest:
        newest = {number for source in newest for number in made_from.get(source, ())} - found
        found |= newest
    return found


def waiting_after(announcement_id: int) -> list[Announcement]:
    """What is to be sent on from it, or from what was: accepted, and still waiting for its time or for somebody's word."""
    waiting = (AnnouncementState.SCHEDULED, AnnouncementState.AWAITING_APPROVAL)
    origins = {announcement_id, *sent_after(announcement_id)}
    query = select(Announcement).where(Announcement.id > announcement_id, comes_from(origins), Announcement.state.in_(waiting))
    return list(db.session.scalars(query.order_by(Announcement.id)))


def with_all_after(announcement_id: int, *, besides: int | None = None) -> Select[Any]:
    """Its id, those of its steps, and of all that was sent on from it."""
    further = sent_after(announcement_id, besides=besides)
    own = or_(Announcement.id == announcement_id, Announcement.escalation_of_id == announcement_id)
    return select(Announcement.id).where(or_(own, Announcement.id.in_(further)) if further else own)
