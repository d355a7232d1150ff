"""Going on over another channel where an announcement does not arrive: decided from its report, or called off there."""

from dataclasses import replace

from sqlalchemy import select, update

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.errors import MayNotSend, NoStepLeft, NotMoving
from app.announcements.escalation import Escalation
from app.announcements.events import AnnouncementDue, AnnouncementProgressed
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import announcement_visible_to
from app.core.clock import now
from app.core.database import db, transaction

MAY_BEGIN = (AnnouncementState.SCHEDULED, AnnouncementState.PREPARING, AnnouncementState.SENDING, AnnouncementState.PAUSED,
             AnnouncementState.FINISHED)  # fmt: skip


def escalate(staff: Staff, announcement_id: int, wanted: Escalation) -> Announcement:
    """Go on as `wanted` where it has not arrived by then; nobody's time is counted from before now.

    Raises NoStepLeft (all these channels were used), NotMoving (halted, never sent, or a step itself), MayNotSend, NotVisible.
    """
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
        raise MayNotSend
    if announcement.escalation_of_id is not None:
        raise NotMoving
    used = [name for (names,) in db.session.execute(select(Announcement.channels).where(Announcement.escalation_of_id == announcement_id))
            for name in names]  # fmt: skip
    rest = wanted.without([*announcement.channels, *used])
    if rest is None:
        raise NoStepLeft
    rest = replace(rest, since=now())
    with transaction() as events:
        done = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.state.in_(MAY_BEGIN))
            .values(escalation=rest.document(), is_escalating=True, escalation_step=0, escalates_at=None, updated_at=now())
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        )
        if done is None:
            raise NotMoving
        audit("announcement.will_escalate", announcement, {"title": announcement.title, "minutes": rest.minutes}, by=staff)
        events += [AnnouncementProgressed(announcement.district_id, announcement_id), AnnouncementDue(announcement_id)]
    return announcement_visible_to(staff, announcement_id)


def stay(staff: Staff, announcement_id: int) -> Announcement:
    """Take no further step; what goes out already goes on. Raises NotMoving (none was to come), MayNotSend, NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
        raise MayNotSend
    with transaction() as events:
        done = db.session.scalar(
            update(Announcement)
            .where(Announcement.id == announcement_id, Announcement.is_escalating.is_(True))
            .values(is_escalating=False, escalates_at=None, updated_at=now())
            .returning(Announcement.id)
            .execution_options(synchronize_session=False)
        )
        if done is None:
            raise NotMoving
        audit("announcement.will_not_escalate", announcement, {"title": announcement.title}, by=staff)
        events.append(AnnouncementProgressed(announcement.district_id, announcement_id))
    return announcement_visible_to(staff, announcement_id)
