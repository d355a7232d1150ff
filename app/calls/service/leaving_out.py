"""What is left out of a recording: nothing is kept while somebody hears who was not told, or while its line is muted or on hold.

The recording runs on one person's line. Whoever is muted means not to be heard, and whoever is on hold hears music.
"""

from sqlalchemy import exists, select, text

from app.calls.models import OPEN, Call, CallWish, ConferenceParticipant, LegState, RecordingNow, WishKind, WishState
from app.calls.service import steps, writing_down
from app.core.database import db

RUNS = frozenset({RecordingNow.ON, RecordingNow.PAUSED})


def heed(call: Call) -> None:
    """Have it pause, tell whoever does not know, and have it go on once nothing stands against it. Belongs into a transaction."""
    settings = steps.settings_of(call)
    if settings.recording not in RUNS:
        return
    for leg in steps.legs_of(call):
        if is_unaware(leg) and not is_about_to_be_told(leg):
            steps.wish(call, WishKind.NOTICE, leg)
    if not has_reason(call):
        if settings.is_left_out:
            settings.is_left_out = False
            steps.wish(call, WishKind.PAUSE, on=False)
    elif not settings.is_left_out and settings.recording == RecordingNow.ON:
        settings.is_left_out = True
        steps.wish(call, WishKind.PAUSE)
    writing_down.attend(call)


def is_unaware(leg: ConferenceParticipant) -> bool:
    """Whether they are in, hear and speak, and were never told that the call is recorded."""
    return leg.state == LegState.JOINED and not leg.is_held and leg.heard_notice_at is None


def best_line(call: Call) -> ConferenceParticipant | None:
    """On whose line to record: the first who is in, the moderator mostly; rather one who is neither muted nor on hold."""
    inside = [leg for leg in steps.legs_of(call) if leg.state == LegState.JOINED and leg.provider_call_id]
    return min(inside, key=lambda leg: (_is_shut(leg), leg.id), default=None)


def has_reason(call: Call) -> bool:
    """Whether something stands against keeping what is said now."""
    line = steps.settings_of(call).recording_leg
    return any(is_unaware(leg) or (leg.provider_call_id == line and _is_shut(leg)) for leg in steps.legs_of(call))


def _is_shut(leg: ConferenceParticipant) -> bool:
    return leg.is_muted or leg.is_held


def is_about_to_be_told(leg: ConferenceParticipant) -> bool:
    """Whether the notice for them waits, or is being said."""
    alone = (CallWish.participant_id == leg.id) & (CallWish.attempt == leg.attempt) & text(OPEN)
    with_all = CallWish.participant_id.is_(None) & (CallWish.state == WishState.WAITING)
    told = (CallWish.call_id == leg.call_id, CallWish.kind == WishKind.NOTICE, alone | with_all)
    return bool(db.session.scalar(select(exists().where(*told))))
