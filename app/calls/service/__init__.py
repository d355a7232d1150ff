"""What can be done with calls. Only here are their rows changed."""

from app.calls.service.controlling import add, end, hold, hold_all, lock, mute, mute_all, remove, ring_again
from app.calls.service.starting import Invitee, Plan, start_conference

__all__ = [
    "Invitee",
    "Plan",
    "add",
    "end",
    "hold",
    "hold_all",
    "lock",
    "mute",
    "mute_all",
    "remove",
    "ring_again",
    "start_conference",
]
