"""What can be done with calls. Only here are their rows changed."""

from app.calls.service.controlling import add, end, hold, hold_all, lock, mute, mute_all, remove, ring_again
from app.calls.service.direct import DirectPlan, add_note, hang_up, start_direct, take_from_line
from app.calls.service.softphones import gone, here
from app.calls.service.starting import Invitee, Plan, start_conference

__all__ = [
    "DirectPlan",
    "Invitee",
    "Plan",
    "add",
    "add_note",
    "end",
    "gone",
    "hang_up",
    "here",
    "hold",
    "hold_all",
    "lock",
    "mute",
    "mute_all",
    "remove",
    "ring_again",
    "start_conference",
    "start_direct",
    "take_from_line",
]
