"""Pause, go on, halt. The claim of a dispatcher asks for the state in its own transaction: what is stopped is not taken any more."""

from typing import Any

from sqlalchemy import and_, update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements import canary
from app.announcements.channels import adapter
from app.announcements.errors import MayNotSend, NotMoving
from app.announcements.events import AnnouncementChanged, AnnouncementDue
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import announcement_visible_to
from app.announcements.sweeping import deliveries_of
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.delivery.models import Delivery
from app.delivery.service import bulk

MOST_HELD = 5_000
"""So many are taken back at once while others leave; of more, all is halted, and swept bit by bit."""
RUNNING = (AnnouncementState.PREPARING, AnnouncementState.SENDING)
BY_A_PERSON, BY_THE_CANARY, BY_SILENCE, WITHOUT_SENDER = "person", "canary", "silence", "no_sender"
"""Who or what paused it: somebody; that the first few failed, or that nobody says what became of them; that no number is left to send."""


def pause(staff: Staff, announcement_id: int) -> Announcement:
    """Hand nothing more over until somebody lets it go on. Raises NotMoving, MayNotSend, NotVisible."""
    return _move(
        staff, announcement_id, (AnnouncementState.SENDING,), AnnouncementState.PAUSED, "announcement.paused", paused_because=BY_A_PERSON
    )


def resume(staff: Staff, announcement_id: int) -> Announcement:
    """Go on. Where its first few failed, the next few go first; where they are still awaited, they are awaited again.

    Where nobody says what became of them, everybody follows.
    Raises NotMoving, MayNotSend, NotVisible.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    changes: dict[str, Any] = {"paused_because": None}
    if announcement.paused_because == BY_THE_CANARY:
        changes |= {"canary_seen": canary.seen_now(announcement), "canary_until": None}
    elif announcement.paused_because == BY_SILENCE:
        changes |= {"canary_passed": True, "canary_until": None}
    elif announcement.canary_until is not None:
        changes["canary_until"] = max(announcement.canary_until, now() + 2 * canary.PATIENCE)
    return _move(staff, announcement_id, (AnnouncementState.PAUSED,), AnnouncementState.SENDING, "announcement.resumed", **changes)


def halt(staff: Staff, announcement_id: int) -> Announcement:
    """End it here, with all its steps over other channels: what was not handed over never is. Raises NotMoving, MayNotSend, NotVisible."""
    with transaction():
        halted = _move(
            staff, announcement_id, (*RUNNING, AnnouncementState.PAUSED), AnnouncementState.HALTED, "announcement.halted",
            finished_at=now(), is_swept=False, is_escalating=False, escalates_at=None,
        )  # fmt: skip
        stop_steps(announcement_id)
    return halted


def stop_held(staff: Staff, announcement_id: int) -> None:
    """Take back what waits in the outbox for the morning; the rest goes on. Raises NotMoving, MayNotSend, NotVisible."""
    with transaction():
        announcement = announcement_visible_to(staff, announcement_id)
        if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
            raise MayNotSend
        held = and_(deliveries_of(announcement), Delivery.held_until > now())
        found = [bulk.take_back(adapter(name).waiting, held, MOST_HELD) for name in announcement.channels]
        if announcement.state not in RUNNING or not any(found):
            raise NotMoving
        audit("announcement.held_stopped", announcement, {"title": announcement.title}, by=staff)
        open_events().append(AnnouncementDue(announcement.id))


def stop_steps(announcement_id: int) -> None:
    """Have no further step taken, and stop those that go out. Belongs into a transaction."""
    db.session.execute(
        update(Announcement).where(Announcement.id == announcement_id).values(is_escalating=False, escalates_at=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    for old, new in (
        ((AnnouncementState.SCHEDULED,), AnnouncementState.CANCELLED),
        ((*RUNNING, AnnouncementState.PAUSED), AnnouncementState.HALTED),
    ):
        stopped = db.session.execute(
            update(Announcement)
            .where(Announcement.escalation_of_id == announcement_id, Announcement.state.in_(old))
            .values(state=new, version=Announcement.version + 1, updated_at=now(), finished_at=now(), is_swept=False)
            .returning(Announcement.district_id, Announcement.id, Announcement.version)
            .execution_options(synchronize_session=False)
        )
        for district_id, number, version in stopped:
            open_events().extend([AnnouncementChanged(district_id, number, new, version), AnnouncementDue(number)])


def _move(
    staff: Staff, announcement_id: int, old: tuple[AnnouncementState, ...], new: AnnouncementState, action: str, **values: object
) -> Announcement:
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
        raise MayNotSend
    with transaction() as events:
        version = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.state.in_(old))
            .values(state=new, version=Announcement.version + 1, updated_at=now(), **values)
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )
        if version is None:
            raise NotMoving
        audit(action, announcement, {"title": announcement.title}, by=staff)
        events += [AnnouncementChanged(announcement.district_id, announcement.id, new, version), AnnouncementDue(announcement.id)]
    return announcement_visible_to(staff, announcement_id)
