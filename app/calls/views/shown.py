"""A conference in words: what each row and the head of its page show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.calls.durations import clock
from app.calls.models import FINAL, OVER, CallState, ConferenceCall, ConferenceParticipant, LegState, PartRole, RecordingNow, Step
from app.calls.queries_console import ConferenceRow, LineRow
from app.carrier.error_codes import failure_words
from app.core.clock import now
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import hue, initials, ngettext, reader_language

ABOUT_RECORDING = frozenset({Step.RECORDING_ASKED, Step.RECORDING, Step.NOT_RECORDED})


@dataclass(frozen=True, slots=True)
class Look:
    """A state: the class of its row, the tone and the icon of its words."""

    row: str
    tone: str
    glyph: str
    words: str


class Leg(NamedTuple):
    """One row."""

    id: int
    name: str
    initials: str
    hue: int
    role: str
    number: str
    look: Look
    detail: str
    ticks_from: int | None
    """Seconds that its clock shows already; None where none runs."""
    ticks: str
    """The same as the clock shows them."""
    acts: tuple[str, ...]
    is_moderator: bool
    is_muted: bool
    is_held: bool
    handset: str | None
    """Where it rings, for who practises."""


class Head(NamedTuple):
    """What stands above the people, and in the bar."""

    id: int
    title: str
    status: str
    words: str
    is_over: bool
    is_running: bool
    ticks_from: int | None
    ticks: str
    """As its clock shows it: how long it goes on, or went on."""
    people: str
    """How many are in, or took part."""
    held: int
    are_all_muted: bool
    are_all_held: bool
    is_locked: bool
    may_control: bool
    may_leave: bool
    """Whether the reader is in it."""
    ends_with_moderator: bool
    version: int
    recording: str
    recording_words: str
    unaware: str
    """Who has not heard the whole notice that the call is recorded, and is on hold."""
    being_told: str
    """Who has not, and is told now."""
    has_trouble: bool
    """A recording was wanted and could not begin."""
    is_briefing: bool


def leg_shown(leg: ConferenceParticipant, staff: Staff, handset: str | None, head: Head) -> Leg:
    """A row of the call with this head."""
    look = _look(leg)
    since = leg.held_at if leg.is_held and leg.held_at else leg.since
    ticks = None if head.is_over or leg.state not in {LegState.JOINED, LegState.RINGING, LegState.ANSWERED} else _seconds(since)
    role = _roles(reader_language())[PartRole(leg.role)]
    acts = _acts(leg, staff, is_locked=head.is_locked) if head.may_control and not head.is_over else ()
    return Leg(
        leg.id, leg.name, initials(leg.name), hue(leg.name), role, _number(leg, staff), look, _detail(leg), ticks, clock(ticks),
        acts, leg.role == PartRole.MODERATOR, leg.is_muted, leg.is_held,
        None if head.is_over else handset,
    )  # fmt: skip


def head_shown(row: ConferenceRow, legs: Sequence[ConferenceParticipant], lines: Sequence[LineRow], staff: Staff) -> Head:
    """The head."""
    call, settings = row.call, row.settings
    about = [line.what for line in lines if line.what in ABOUT_RECORDING]
    is_kept = settings.recording in {RecordingNow.ON, RecordingNow.PAUSED}
    not_told = [leg for leg in legs if leg.state == LegState.JOINED and leg.heard_notice_at is None] if is_kept else []
    unaware = [leg.name for leg in not_told]
    others = [leg for leg in legs if leg.role != PartRole.MODERATOR and leg.state == LegState.JOINED]
    ticks = _seconds(call.answered_at) if call.answered_at and not call.is_over else None
    lasted = int((call.ended_at - call.answered_at).total_seconds()) if call.ended_at and call.answered_at else 0
    return Head(
        id=call.id, title=call.title, status=call.status, words=_state(call.status, legs, staff), is_over=call.is_over,
        is_running=call.status == CallState.IN_PROGRESS,
        ticks_from=ticks, ticks=clock(ticks) or (clock(lasted) if lasted else ""),
        people=_people(legs, CallState(call.status)),
        held=sum(leg.is_held for leg in legs), are_all_muted=bool(others) and all(leg.is_muted for leg in others),
        are_all_held=bool(others) and all(leg.is_held for leg in others), is_locked=row.settings.is_locked,
        may_control=role_allows(staff.role, Permission.MAKE_CALLS),
        may_leave=any(leg.staff_id == staff.id and leg.state == LegState.JOINED for leg in legs),
        ends_with_moderator=row.settings.ends_with_moderator,
        version=call.version, recording=settings.recording, recording_words=_recording(settings, unaware),
        unaware=", ".join(leg.name for leg in not_told if leg.is_held),
        being_told=", ".join(leg.name for leg in not_told if not leg.is_held),
        has_trouble=about[:1] == [Step.NOT_RECORDED], is_briefing=settings.is_briefing,
    )  # fmt: skip


def _recording(settings: ConferenceCall, unaware: list[str]) -> str:
    if settings.recording == RecordingNow.ON:
        return _("Recording, everyone was told") if not unaware else _("Recording, everyone who hears was told")
    if settings.recording == RecordingNow.PAUSED and settings.is_left_out:
        return _("Not recording until everyone was told") if unaware else _("Not recording while its line is muted or on hold")
    if settings.recording == RecordingNow.ANNOUNCED and settings.is_left_out:
        return _("Recording goes on in a moment")
    other = {RecordingNow.ANNOUNCED: _("Everyone is being told"), RecordingNow.PAUSED: _("Recording paused")}
    return other.get(RecordingNow(settings.recording), "")


def _number(leg: ConferenceParticipant, staff: Staff) -> str:
    """A colleague's own phone is nobody else's business."""
    return _("own phone") if leg.staff_id not in {None, staff.id} else for_people(leg.address)


def _seconds(since: datetime) -> int:
    return max(0, int((now() - since).total_seconds()))


def _state(status: str, legs: Sequence[ConferenceParticipant], staff: Staff) -> str:
    moderator = next((leg for leg in legs if leg.role == PartRole.MODERATOR), None)
    is_picked_up = status == CallState.RINGING and moderator is not None and moderator.state == LegState.ANSWERED
    if moderator is not None and moderator.staff_id == staff.id:
        own = _own_state(status, is_picked_up=is_picked_up)
        if own:
            return own
    if is_picked_up:
        return _("The moderator’s phone was picked up: a key is waited for")
    if status == CallState.NO_ANSWER and any(leg.state == LegState.NO_KEY for leg in legs):
        return _("The moderator’s phone was picked up, perhaps by a voicemail, but no key was pressed. Nobody else was called.")
    if status == CallState.NO_ANSWER and any(leg.role == PartRole.MODERATOR and leg.state == LegState.VOICEMAIL for leg in legs):
        return _("The moderator’s voicemail picked up. Nobody else was called.")
    return {
        CallState.PENDING: _("The moderator’s phone will ring in a moment"),
        CallState.RINGING: _("The moderator’s phone is ringing"),
        CallState.IN_PROGRESS: _("In progress"),
        CallState.FINISHED: _("Ended"),
        CallState.NO_ANSWER: _("The moderator did not answer. Nobody else was called."),
        CallState.BUSY: _("The moderator’s line was busy. Nobody else was called."),
        CallState.FAILED: _("The moderator’s phone could not be called. Nobody else was called."),
        CallState.CANCELED: _("Called off before it began"),
    }[CallState(status)]


def _own_state(status: str, *, is_picked_up: bool) -> str:
    """To the moderator herself, about her own phone; empty where it says the same to everybody."""
    if is_picked_up:
        return _("Your phone was picked up. Press any key on it, and the others are called.")
    return {CallState.PENDING: _("Your phone will ring in a moment"), CallState.RINGING: _("Your phone is ringing")}.get(
        CallState(status), ""
    )


def _look(leg: ConferenceParticipant) -> Look:
    if leg.state == LegState.JOINED and leg.is_held:
        return Look("hold", "warn", "player-pause", _("On hold"))
    if leg.state == LegState.REMOVED and leg.provider_call_id is None:
        return Look("queued", "", "phone-off", _("Was not called"))
    if leg.state == LegState.JOINED and leg.is_muted:
        return Look("muted", "", "microphone-off", _("Muted"))
    if leg.state == LegState.REMOVED and leg.joined_at:
        return Look("left", "", "phone-off", _("Taken out"))
    return _looks(reader_language())[LegState(leg.state)]


@cache
def _looks(_language: str) -> dict[LegState, Look]:
    """Every row of every page asks for one: they are put into words once for each language."""
    return {
        LegState.QUEUED: Look("queued", "", "clock", _("Waits to be called")),
        LegState.RINGING: Look("ringing", "info", "phone-ringing", _("Ringing")),
        LegState.ANSWERED: Look("ringing", "info", "phone", _("Picked up")),
        LegState.JOINED: Look("joined", "ok", "circle-check", _("In the call")),
        LegState.LEFT: Look("left", "", "phone-off", _("Left the call")),
        LegState.NO_ANSWER: Look("no_answer", "danger", "phone-x", _("No answer")),
        LegState.NO_KEY: Look("no_answer", "danger", "phone-x", _("Picked up, no key pressed")),
        LegState.BUSY: Look("no_answer", "danger", "phone-x", _("Busy")),
        LegState.FAILED: Look("no_answer", "danger", "phone-x", _("Could not be called")),
        LegState.VOICEMAIL: Look("voicemail", "warn", "record-mail", _("Voicemail picked up")),
        LegState.REMOVED: Look("left", "", "phone-off", _("Not called any more")),
    }


@cache
def _roles(_language: str) -> dict[PartRole, str]:
    return {
        PartRole.MODERATOR: _("Staff"),
        PartRole.GUARDIAN: _("Family"),
        PartRole.COLLEAGUE: _("Colleague"),
        PartRole.INTERPRETER: _("Interpreter"),
        PartRole.OTHER: _("Guest"),
    }


def _people(legs: Sequence[ConferenceParticipant], status: CallState) -> str:
    if status in FINAL:
        took_part = {leg.person for leg in legs if leg.joined_at is not None}
        return ngettext("%(num)s person took part", "%(num)s people took part", len(took_part)) if took_part else _("nobody took part")
    if status is not CallState.IN_PROGRESS:
        guests = {leg.person for leg in legs if leg.role != PartRole.MODERATOR}
        return ngettext("%(num)s person will be called", "%(num)s people will be called", len(guests))
    inside = {leg.person for leg in legs if leg.state == LegState.JOINED and not leg.is_held}
    held = len({leg.person for leg in legs if leg.is_held} - inside)
    outside = len({leg.person for leg in legs} - inside) - held
    if held and outside:
        return _("%(inside)s in the call, %(held)s on hold, %(outside)s not", inside=len(inside), held=held, outside=outside)
    if held:
        return _("%(inside)s in the call, %(held)s on hold", inside=len(inside), held=held)
    return _("%(inside)s in the call, %(outside)s not", inside=len(inside), outside=outside) if outside else _("all in the call")


def _detail(leg: ConferenceParticipant) -> str:
    if leg.state == LegState.NO_KEY:
        return _("Perhaps a voicemail")
    if leg.is_over and leg.joined_at is not None:
        return _("%(length)s in the call", length=clock(int((leg.since - leg.joined_at).total_seconds())))
    if leg.state == LegState.VOICEMAIL:
        return _("Was not let in")
    if leg.state == LegState.FAILED and leg.error_code:
        return failure_words(leg.error_code)
    return ""


def _acts(leg: ConferenceParticipant, staff: Staff, *, is_locked: bool) -> tuple[str, ...]:
    if leg.state == LegState.JOINED:
        out = () if leg.staff_id == staff.id else ("remove",)  # one leaves by the bar
        return ("unhold", *out) if leg.is_held else ("unmute" if leg.is_muted else "mute", "hold", "keys", *out)
    if leg.state in OVER:
        return ("locked",) if is_locked else ("ring",)
    return {LegState.QUEUED: ("skip",), LegState.ANSWERED: ("hang_up",)}.get(LegState(leg.state), ("stop",))
