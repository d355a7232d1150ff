"""A further announcement for some recipients of an earlier one: a correction, another try, a reminder. Each begins as a draft."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.audience import Again, Audience
from app.announcements.errors import MayNotDraft, MayNotSend, NotMoving
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementState, Channel
from app.announcements.queries import announcement_visible_to
from app.announcements.service.drafts import copy_of
from app.announcements.service.running import RUNNING, halt, stop_steps
from app.core.database import db, open_events, transaction

STARTED = (*RUNNING, AnnouncementState.PAUSED, AnnouncementState.FINISHED, AnnouncementState.HALTED)


def correct(staff: Staff, announcement_id: int) -> Announcement:
    """Halt what still goes out, and draft a correction for exactly those who were already written to, at the same addresses.

    It goes over every channel of the first: who only got a call or an email reads the mistake just the same.

    Raises NotMoving when nothing ever left, MayNotSend, NotVisible.
    """
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
            raise MayNotSend
        if source.state in {*RUNNING, AnnouncementState.PAUSED}:
            halt(staff, announcement_id)
        stop_steps(source.id)
        copy = _again(staff, source, Again.REACHED, None)
        copy.correction_of_id = source.id
        copy.has_canary = False
        audit("announcement.corrected", source, {"title": source.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def resend_to_failed(staff: Staff, announcement_id: int, *, channel: str | None = None, over: str | None = None) -> Announcement:
    """Draft the same for those at whom it failed, where it failed or `over` another channel; their best addresses of today are used."""
    return _drafted(staff, announcement_id, Again.FAILED, channel, over)


def reach_the_rest(staff: Staff, announcement_id: int, *, channel: str = Channel.SMS, over: str) -> Announcement:
    """Draft the same over another channel for all at whom it did not arrive, or not yet."""
    return _drafted(staff, announcement_id, Again.UNREACHED, channel, over)


def make_sure(staff: Staff, announcement_id: int, *, channel: str = Channel.SMS, over: str) -> Announcement:
    """Draft the same over another channel for those whom it was sent to without any word that it arrived."""
    return _drafted(staff, announcement_id, Again.UNCONFIRMED, channel, over)


def follow_up(staff: Staff, announcement_id: int, *, channel: str = Channel.SMS) -> Announcement:
    """Draft a reminder for those who got it and have not written since."""
    return _drafted(staff, announcement_id, Again.SILENT, channel, None)


def _drafted(staff: Staff, announcement_id: int, which: Again, channel: str | None, over: str | None) -> Announcement:
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        copy = _again(staff, source, which, channel)
        copy.follow_up_of_id = source.id
        copy.survey_of_id = (source.survey_of_id or source.id) if source.asks else None
        if over is not None:
            copy.channels = [over]
        audit("announcement.followed_up", source, {"title": source.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def _again(staff: Staff, source: Announcement, which: Again, channel: str | None) -> Announcement:
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    db.session.refresh(source)
    if source.state not in STARTED or (source.was_stopped_early and which is not Again.REACHED):
        raise NotMoving
    chosen = Audience(again_of=source.id, again=which, again_channel=channel)
    copy = copy_of(source, staff, audience=chosen.document())
    copy.channels = [channel] if channel else list(source.channels)
    copy.escalation = None
    db.session.flush()
    open_events().append(AnnouncementChanged(copy.district_id, copy.id, AnnouncementState.DRAFT, copy.version))
    return copy
