"""What somebody has asked for, whether or not the carrier has done it."""

from sqlalchemy import exists, select

from app.calls.models import Call, CallWish, ConferenceParticipant, WishKind, WishState
from app.core.database import db


def was_removed(leg: ConferenceParticipant) -> bool:
    """Whether somebody wanted this attempt to end."""
    return _is_wanted(leg, WishKind.REMOVE)


def took_leave(leg: ConferenceParticipant) -> bool:
    """Whether they left by themselves: then the others go on, whatever was chosen when the call began."""
    return _is_wanted(leg, WishKind.LEAVE)


def is_ending(call: Call) -> bool:
    """Whether somebody, or the house, has asked for its end."""
    return bool(db.session.scalar(select(exists().where(CallWish.call_id == call.id, CallWish.kind == WishKind.END))))


def ended_by(call: Call) -> int | None:
    """Who asked for its end, where the carrier did not refuse that; None where nobody did."""
    asked = (CallWish.call_id == call.id, CallWish.kind == WishKind.END, CallWish.state != WishState.FAILED)
    return db.session.scalar(select(CallWish.asked_by_id).where(*asked).order_by(CallWish.id.desc()).limit(1))


def _is_wanted(leg: ConferenceParticipant, kind: WishKind) -> bool:
    of_attempt = (CallWish.participant_id == leg.id, CallWish.attempt == leg.attempt, CallWish.kind == kind)
    return bool(db.session.scalar(select(exists().where(*of_attempt))))
