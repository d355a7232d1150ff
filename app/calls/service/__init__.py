"""What can be done with calls. Only here are their rows changed."""

from app.calls.service.beginning_again import call_again
from app.calls.service.briefing import begin_briefing, end_briefing
from app.calls.service.controlling import add, end, hold, hold_all, leave, lock, mute, mute_all, remove, ring_again
from app.calls.service.direct import DirectPlan, hang_up, start_direct, take_from_line
from app.calls.service.noting import save_notes
from app.calls.service.number_lines import save_line, sign_on
from app.calls.service.office_line import places_in_line
from app.calls.service.recording import begin_recording, pause_recording, stop_recording
from app.calls.service.rules import save_rules
from app.calls.service.softphones import gone, here
from app.calls.service.speaking import announce, press_keys
from app.calls.service.starting import Invitee, Plan, start_conference

__all__ = [
    "DirectPlan",
    "Invitee",
    "Plan",
    "add",
    "announce",
    "begin_briefing",
    "begin_recording",
    "call_again",
    "end",
    "end_briefing",
    "gone",
    "hang_up",
    "here",
    "hold",
    "hold_all",
    "leave",
    "lock",
    "mute",
    "mute_all",
    "pause_recording",
    "places_in_line",
    "press_keys",
    "remove",
    "ring_again",
    "save_line",
    "save_notes",
    "save_rules",
    "sign_on",
    "start_conference",
    "start_direct",
    "stop_recording",
    "take_from_line",
]
