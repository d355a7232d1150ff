"""What a phone that was picked up is to hear: decided here, said in `app.calls.script`."""

from app.accounts.models import Staff
from app.calls.models import CallState, LegState, PartRole, RecordingNow
from app.calls.references import room_of
from app.calls.said import Do, RoomSaid
from app.calls.service import progress, steps
from app.carrier.calls import HUMAN, is_fax, is_machine
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import School

ASKS = 2
"""So often the moderator is asked for a key."""
PATIENCE = 6
"""So often a phone asks what to do before it is asked for a key: what answered is known by then, or never."""


def answer(reference: str, provider_call_id: str, *, asked: int, key: str | None) -> RoomSaid:
    """The phone asks for the time number `asked` (from 0 on); `key` is what was pressed, "" for nothing, None if not asked."""
    with transaction():
        found = progress.named(reference, provider_call_id)
        if found is None:
            return RoomSaid(do=Do.LEAVE)
        call, leg = found
        steps.move(call, leg, LegState.ANSWERED)
        if leg.is_over or call.is_over:
            return RoomSaid(do=Do.LEAVE, language=leg.language)
        settings = steps.settings_of(call)
        is_moderator = leg.role == PartRole.MODERATOR
        staff, school = db.session.get_one(Staff, call.staff_id), db.session.get_one(School, call.school_id)
        if is_moderator and key:
            leg.answered_by = HUMAN
        do = _of_moderator(leg.answered_by, asked, key) if is_moderator else _what(leg.answered_by, asked, key)
        if do is Do.ENTER and not is_moderator and (settings.is_locked or call.status != CallState.IN_PROGRESS):
            do = Do.LEAVE
        is_recorded = settings.recording != RecordingNow.OFF
        if do is Do.ENTER and is_recorded:
            leg.heard_notice_at = now()
        return RoomSaid(
            do=do, reference=leg.reference, language=leg.language, room=room_of(call), speaker=f"{staff.shown_name}, {school.name}",
            welcome=settings.welcome_message, welcome_language=staff.language, is_moderator=is_moderator,
            ends_conference=is_moderator and settings.ends_with_moderator, seconds=settings.maximum_minutes * 60, is_recorded=is_recorded,
        )  # fmt: skip


def _of_moderator(answered_by: str | None, asked: int, key: str | None) -> Do:
    """Her voicemail never comes in: nobody is called before she has pressed a key."""
    if answered_by == HUMAN:
        return Do.ENTER
    return Do.ASK if key is None or asked < ASKS else Do.HANG_UP


def _what(answered_by: str | None, asked: int, key: str | None) -> Do:
    if is_machine(answered_by) or is_fax(answered_by):
        return Do.LEAVE
    if answered_by == HUMAN or key:
        return Do.ENTER
    if key is not None:
        return Do.LEAVE  # a machine, or nobody who wants to come in
    return Do.ASK if answered_by is not None or asked >= PATIENCE else Do.WAIT
