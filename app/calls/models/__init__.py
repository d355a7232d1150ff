"""Calls between staff and families."""

from app.calls.models.calls import FINAL, Call, CallKind, CallState
from app.calls.models.conferences import LIVE, OVER, ConferenceCall, ConferenceParticipant, LegState, PartRole
from app.calls.models.wishes import OPEN, CallWish, WishKind, WishState

__all__ = [
    "FINAL",
    "LIVE",
    "OPEN",
    "OVER",
    "Call",
    "CallKind",
    "CallState",
    "CallWish",
    "ConferenceCall",
    "ConferenceParticipant",
    "LegState",
    "PartRole",
    "WishKind",
    "WishState",
]
