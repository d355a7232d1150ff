"""A further announcement for some recipients of an earlier one: a correction, another try, a reminder. Each begins as a draft."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.audience import ANY, Again, Audience
from app.announcements.corrections import headed
from app.announcements.counts import counts_of
from app.announcements.errors import EmergencyNotAllowed, MayNotDraft, MayNotSend, NotMoving
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementState, AnnouncementText, Category
from app.announcements.queries import announcement_visible_to, pace
from app.announcements.service.copies import copy_of, duplicate
from app.announcements.service.corrected_words import say_it_right
from app.announcements.service.draft_contents import LONGEST_SUBJECT, LONGEST_TITLE, DraftText, draft_of, write_texts
from app.announcements.service.running import MOST_HELD, RUNNING, halt, stop_held, stop_steps
from app.announcements.service.sending import cancel
from app.announcements.words_over import words_for
from app.core.database import db, open_events, transaction
from app.core.presentation import reader_language

STARTED = (*RUNNING, AnnouncementState.PAUSED, AnnouncementState.FINISHED, AnnouncementState.HALTED)


def correct(staff: Staff, announcement_id: int) -> Announcement:
    """Halt what still goes out, and draft a correction for exactly those who were already written to, at the same addresses.

    Where it was halted on its way, its author may have those for whom it had not left get the new words, too. It goes over every
    channel of the first and of its steps: who only got a call or an email heard the mistake just the same.

    Raises NotMoving when nothing ever left, MayNotSend, NotVisible.
    """
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        if not role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS):
            raise MayNotSend
        if source.state in {*RUNNING, AnnouncementState.PAUSED}:
            halt(staff, announcement_id)
        stop_steps(source.id)
        db.session.refresh(source)
        copy = _again(staff, source, Again.REACHED)
        _speak_over_its_steps(source, copy)
        copy.correction_of_id = source.id
        copy.has_canary = False
        copy.title = headed(source.title, reader_language())[:LONGEST_TITLE]
        for one in db.session.scalars(select(AnnouncementText).where(AnnouncementText.announcement_id == copy.id)):
            one.subject = headed(one.subject, one.language)[:LONGEST_SUBJECT]
        audit("announcement.corrected", source, {"title": source.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def _speak_over_its_steps(source: Announcement, copy: Announcement) -> None:
    """Its steps went over further channels: what they said is there to be put right as well."""
    for one in db.session.scalars(
        select(Announcement)
        .where(Announcement.escalation_of_id == source.id, Announcement.state.in_(STARTED))
        .options(selectinload(Announcement.texts))
        .order_by(Announcement.id)
    ):
        new = [name for name in one.channels if name not in copy.channels]
        if new:
            copy.channels = [*copy.channels, *new]
            write_texts(copy, tuple(text for text in draft_of(one).texts if text.channel in new), instead=new)


def resend_to_failed(staff: Staff, announcement_id: int, *, over: str | None = None) -> Announcement:
    """Draft the same for those at whom it failed, where it failed or `over` another channel; their best addresses of today are used."""
    return _drafted(staff, announcement_id, Again.FAILED, over)


def reach_left_out(staff: Staff, announcement_id: int) -> Announcement:
    """Draft the same, over all channels of the first, for those for whom it was stopped before it left."""
    return _drafted(staff, announcement_id, Again.LEFT_OUT, None)


def hurry(staff: Staff, announcement_id: int) -> Announcement:
    """Stop what the night holds back, and draft the same as an emergency, which passes it, for those who do not have it.

    What leaves just now goes on. Why it is an emergency is for its author to say, before it goes out.
    Raises EmergencyNotAllowed, MayNotSend, NotMoving, NotVisible.
    """
    if not role_allows(staff.role, Permission.SEND_EMERGENCY):
        raise EmergencyNotAllowed
    with transaction():
        announcement = announcement_visible_to(staff, announcement_id)
        if announcement.state == AnnouncementState.SCHEDULED:
            cancel(staff, announcement_id)
            copy = duplicate(staff, announcement_id)
        else:
            asleep = pace.asleep(announcement, counts_of(announcement_id))
            if asleep is not None and not asleep.is_all and sum(asleep.copies.values()) <= MOST_HELD:
                stop_held(staff, announcement_id)
            else:
                halt(staff, announcement_id)
            copy = _drafted(staff, announcement_id, Again.LEFT_OUT, None)
        copy.category, copy.has_canary = Category.EMERGENCY, False
    return announcement_visible_to(staff, copy.id)


def reach_the_rest(staff: Staff, announcement_id: int, *, over: str) -> Announcement:
    """Draft the same over another channel for all at whom it did not arrive over any, or not yet."""
    return _drafted(staff, announcement_id, Again.UNREACHED, over)


def make_sure(staff: Staff, announcement_id: int, *, over: str) -> Announcement:
    """Draft the same over another channel for those whom it was sent to, whichever way, without any word that it arrived."""
    return _drafted(staff, announcement_id, Again.UNCONFIRMED, over)


def follow_up(staff: Staff, announcement_id: int) -> Announcement:
    """Draft a reminder, over all channels of the first, for those who got it whichever way and have not written since."""
    return _drafted(staff, announcement_id, Again.SILENT, None)


def _drafted(staff: Staff, announcement_id: int, which: Again, over: str | None) -> Announcement:
    with transaction():
        source = announcement_visible_to(staff, announcement_id)
        copy = _again(staff, source, which, ANY if over is not None else None)
        copy.follow_up_of_id = source.id
        copy.survey_of_id = (source.survey_of_id or source.id) if source.asks else None
        if over is not None:
            copy.channels = [over]
            words = [DraftText(one.channel, one.language, one.body, one.subject, one.origin) for one in words_for(source, over)]
            write_texts(copy, tuple(words), instead=[over])
        say_it_right(copy, source)
        audit("announcement.followed_up", source, {"title": source.title}, by=staff)
    return announcement_visible_to(staff, copy.id)


def _again(staff: Staff, source: Announcement, which: Again, again_channel: str | None = None) -> Announcement:
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    db.session.refresh(source)
    if source.state not in STARTED or (source.was_stopped_early and which is not Again.REACHED):
        raise NotMoving
    chosen = Audience(again_of=source.id, again=which, again_channel=again_channel)
    copy = copy_of(source, staff, audience=chosen.document())
    copy.escalation = None
    db.session.flush()
    open_events().append(AnnouncementChanged(copy.district_id, copy.id, AnnouncementState.DRAFT, copy.version))
    return copy
