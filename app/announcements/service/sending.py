"""From a draft to an accepted announcement. Accepting is one compare and set, however many people it is for."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements import corrections, planner
from app.announcements.emergencies import emergency_words
from app.announcements.errors import (
    Changed,
    EmergencyNotAllowed,
    MayNotApprove,
    MayNotSend,
    NotADraft,
    NotLater,
    NotMoving,
    PlanIsStale,
    Returned,
    StillOld,
    TypeTheName,
)
from app.announcements.events import AnnouncementChanged, AnnouncementDue
from app.announcements.models import Announcement, AnnouncementState, Category
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.asked import REOPENS
from app.announcements.service.brake import brake_for
from app.announcements.service.planning import PLAN_LASTS
from app.core.clock import now
from app.core.database import db, transaction
from app.core.prepared import Prepared
from app.core.wall_clock import LATEST


def accept(
    staff: Staff,
    announcement_id: int,
    *,
    version: int,
    fingerprint: str,
    typed_name: str | None = None,
    as_they_are: Collection[str] = (),
    scheduled_for: datetime | None = None,
) -> Announcement:
    """Send what was confirmed, now or at `scheduled_for`; for roles without the right it waits for approval.

    `as_they_are`: texts, by `corrections.Version.key`, that somebody said to send although they say words that were corrected.
    Raises Changed (somebody was quicker), NotADraft, PlanIsStale, TypeTheName, StillOld, NotLater, EmergencyNotAllowed, MayNotSend,
    NotVisible.
    """
    announcement = announcement_visible_to(staff, announcement_id, with_texts=False)
    accept_this(
        staff, announcement, version=version, fingerprint=fingerprint, typed_name=typed_name, as_they_are=as_they_are,
        scheduled_for=scheduled_for,
    )  # fmt: skip
    return announcement_visible_to(staff, announcement_id)


def accept_this(
    staff: Staff,
    announcement: Announcement,
    *,
    version: int,
    fingerprint: str,
    typed_name: str | None = None,
    as_they_are: Collection[str] = (),
    scheduled_for: datetime | None = None,
    reopens: bool | None = None,
) -> None:
    """The same for one that this request has read as visible to `staff`: whoever was quicker since then is found out when it is set.

    `reopens`: whether a closed question is opened again; None where nobody was asked.
    """
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotSend
    sends = role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS)
    if not sends and announcement.author_id != staff.id:
        raise MayNotSend
    _may_be_emergency(staff, announcement)
    if announcement.is_template:
        raise NotADraft
    moment = now()
    if scheduled_for is not None and not moment < scheduled_for <= moment + LATEST:
        raise NotLater
    if announcement.state == AnnouncementState.DRAFT and announcement.version == version:
        _confirmed(announcement, fingerprint, moment)
        brake = brake_for(staff, announcement)
        if not brake.lets_pass(typed_name):
            raise TypeTheName(brake.name)
        _says_it_right(announcement, as_they_are)
    state = AnnouncementState.SCHEDULED if sends else AnnouncementState.AWAITING_APPROVAL
    chosen = {"asks": {**announcement.asks, REOPENS: reopens}} if announcement.asks and reopens is not None else {}
    with transaction() as events:
        _step(
            announcement, AnnouncementState.DRAFT, state, **chosen, version=version, plan_fingerprint_is=fingerprint, accepted_at=moment,
            accepted_by_id=staff.id, scheduled_for=scheduled_for, returned_because=None, is_escalating=announcement.escalation is not None,
        )  # fmt: skip
        audit(_accepted(announcement) if sends else "announcement.submitted", announcement, _told(announcement), by=staff)
        events.append(AnnouncementChanged(announcement.district_id, announcement.id, state, version + 1))
        if sends:
            events.append(AnnouncementDue(announcement.id))


def approve(
    staff: Staff,
    announcement_id: int,
    *,
    version: int,
    fingerprint: str,
    typed_name: str | None = None,
    as_they_are: Collection[str] = (),
    hold: timedelta | None = None,
) -> Announcement:
    """Let go what somebody else wrote, not before `hold` is over; `as_they_are` as in `accept`: it may have been corrected meanwhile.

    Raises MayNotApprove, Changed, PlanIsStale, TypeTheName, StillOld, EmergencyNotAllowed, NotVisible.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    _may_approve(staff, announcement)
    _may_be_emergency(staff, announcement)
    moment = now()
    if announcement.state == AnnouncementState.AWAITING_APPROVAL and announcement.version == version:
        _confirmed(announcement, fingerprint, moment)
        brake = brake_for(staff, announcement)
        if not brake.lets_pass(typed_name):
            raise TypeTheName(brake.name)
        _says_it_right(announcement, as_they_are)
    begins = announcement.scheduled_for
    if hold is not None:
        begins = max(begins or moment, moment + hold)
    with transaction() as events:
        _step(
            announcement, AnnouncementState.AWAITING_APPROVAL, AnnouncementState.SCHEDULED, version=version,
            plan_fingerprint_is=fingerprint, approved_by_id=staff.id, accepted_at=moment, scheduled_for=begins,
        )  # fmt: skip
        if announcement.category == Category.EMERGENCY:
            audit("announcement.emergency", announcement, _told(announcement), by=staff)
        audit("announcement.approved", announcement, _told(announcement), by=staff)
        events += [
            AnnouncementChanged(announcement.district_id, announcement.id, AnnouncementState.SCHEDULED, version + 1),
            AnnouncementDue(announcement.id),
        ]
    return announcement_visible_to(staff, announcement_id)


def refuse(staff: Staff, announcement_id: int, *, version: int, because: str) -> Announcement:
    """Give it back to its author with the reason. Raises MayNotApprove, Changed, NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.author_id != staff.id:  # the author may take it back
        _may_approve(staff, announcement)
    with transaction() as events:
        _step(
            announcement, AnnouncementState.AWAITING_APPROVAL, AnnouncementState.DRAFT, version=version,
            returned_because=_given_back(staff, announcement, because), returned_at=now(), returned_by_id=staff.id, accepted_at=None,
            accepted_by_id=None,
        )  # fmt: skip
        audit("announcement.refused", announcement, {"title": announcement.title}, by=staff)
        events.append(AnnouncementChanged(announcement.district_id, announcement.id, AnnouncementState.DRAFT, version + 1))
    return announcement_visible_to(staff, announcement_id) if announcement.author_id == staff.id else announcement


def _given_back(staff: Staff, announcement: Announcement, because: str) -> str | None:
    """The words of who looked at it; who takes back their own needs none."""
    return None if announcement.author_id == staff.id else because.strip()[:300] or Returned.BY_A_PERSON


def cancel(staff: Staff, announcement_id: int) -> Announcement:
    """Call off what waits for its time or for approval: nobody was written to. Raises NotMoving, MayNotSend, NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if announcement.author_id != staff.id and not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
        raise MayNotSend
    with transaction() as events:
        version = db.session.scalar(
            update(Announcement)
            .where(
                Announcement.id == announcement_id,
                Announcement.state.in_([AnnouncementState.SCHEDULED, AnnouncementState.AWAITING_APPROVAL]),
            )
            .values(
                state=AnnouncementState.CANCELLED, version=Announcement.version + 1, updated_at=now(), finished_at=now(),
                is_escalating=False,
            )
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if version is None:
            raise NotMoving
        audit("announcement.cancelled", announcement, {"title": announcement.title}, by=staff)
        events.append(AnnouncementChanged(announcement.district_id, announcement.id, AnnouncementState.CANCELLED, version))
    return announcement_visible_to(staff, announcement_id)


def reschedule(staff: Staff, announcement_id: int, *, version: int, scheduled_for: datetime | None) -> Announcement:
    """Another time for what waits for its own; None means now. Raises NotLater, Changed, MayNotSend, NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
        raise MayNotSend
    moment = now()
    if scheduled_for is not None and not moment < scheduled_for <= moment + LATEST:
        raise NotLater
    with transaction() as events:
        state = AnnouncementState.SCHEDULED
        _step(announcement, state, state, version=version, scheduled_for=scheduled_for)
        audit("announcement.rescheduled", announcement, {"title": announcement.title}, by=staff)
        events += [AnnouncementChanged(announcement.district_id, announcement.id, state, version + 1), AnnouncementDue(announcement.id)]
    return announcement_visible_to(staff, announcement_id)


def _confirmed(announcement: Announcement, fingerprint: str, at: datetime) -> None:
    if announcement.plan_fingerprint != fingerprint or announcement.planned_at is None or at - announcement.planned_at > PLAN_LASTS:
        raise PlanIsStale


def _says_it_right(announcement: Announcement, as_they_are: Collection[str]) -> None:
    """Nobody gets words that were corrected, but those that somebody said to send as they are."""
    if announcement.plan is None or not (announcement.correction_of_id or announcement.audience.get("again_of")):
        return
    old = corrections.still_old(corrections.versions(announcement), planner.read(announcement.plan))
    if not {one.key for one, _people in old} <= set(as_they_are):
        raise StillOld


def _may_approve(staff: Staff, announcement: Announcement) -> None:
    if not role_allows(staff.role, Permission.APPROVE_ANNOUNCEMENTS) or announcement.author_id == staff.id:
        raise MayNotApprove


def _may_be_emergency(staff: Staff, announcement: Announcement) -> None:
    if announcement.category == Category.EMERGENCY and not role_allows(staff.role, Permission.SEND_EMERGENCY):
        raise EmergencyNotAllowed


def _step(
    announcement: Announcement,
    old: AnnouncementState,
    new: AnnouncementState,
    *,
    version: int,
    plan_fingerprint_is: str | None = None,
    **values: Any,
) -> None:
    """Compare and set. Raises Changed when it is in another state or has another version by now."""
    db.session.flush()
    values |= {"state": new, "version": version + 1, "updated_at": now()}
    known = {"this": announcement.id, "old": old, "known_version": version, "confirmed": plan_fingerprint_is}
    step = _stepping(tuple(values), is_confirmed=plan_fingerprint_is is not None)
    if not step.rows(known | {f"new_{name}": value for name, value in values.items()}):
        raise Changed


@lru_cache(maxsize=16)
def _stepping(names: tuple[str, ...], *, is_confirmed: bool) -> Prepared:
    """The same few sets of columns, again and again."""
    table = cast("Table", Announcement.__table__)
    conditions = [table.c.id == bindparam("this"), table.c.state == bindparam("old"), table.c.version == bindparam("known_version")]
    if is_confirmed:
        conditions.append(table.c.plan_fingerprint == bindparam("confirmed"))
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return Prepared(update(table).where(*conditions).values(values).returning(table.c.id))


def _accepted(announcement: Announcement) -> str:
    return "announcement.emergency" if announcement.category == Category.EMERGENCY else "announcement.accepted"


def _told(announcement: Announcement) -> dict[str, Any]:
    counted = announcement.plan or {}
    told = {"title": announcement.title, "people": int(counted.get("people_reached", 0))}
    if announcement.category == Category.EMERGENCY:
        told["reason"] = emergency_words(announcement)
    return told
