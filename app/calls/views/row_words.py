"""A call in words: what a row of the list, and the page of one call, say."""

from dataclasses import dataclass

from app.calls.guesses import GUESSES
from app.calls.models import CallState, Outcome, Stage
from app.calls.queries_history import CallRow
from app.core.presentation import gettext as _

UNANSWERED = frozenset({CallState.NO_ANSWER, CallState.BUSY})
NEVER_BEGAN = UNANSWERED | {CallState.FAILED, CallState.CANCELED}
"""Of a conference: its moderator never came in."""


@dataclass(frozen=True, slots=True)
class Look:
    """The icon of its direction, the class of that, and a sentence."""

    glyph: str
    tone: str
    words: str


def look_of(row: CallRow, reader_id: int) -> Look:
    """Of one call."""
    if row.is_conference:
        by = conference_words(row.staff, is_own=row.is_begun_by(reader_id))
        return Look("users-group", "", _("%(conference)s, did not begin", conference=by) if row.status in NEVER_BEGAN else by)
    if row.is_inbound:
        return _came_in(row, reader_id)
    return _went_out(row, is_own=row.is_begun_by(reader_id))


def conference_words(starter: str, *, is_own: bool) -> str:
    """Whose conference it was."""
    return _("Conference by you") if is_own else _("Conference by %(name)s", name=starter)


def stage_words(stage: str) -> str:
    """Where a call between two is; nothing for one that is over."""
    return {
        Stage.OWN: _("Connecting you"),
        Stage.FAR: _("Their phone is ringing"),
        Stage.MENU: _("Listens to the menu"),
        Stage.BROWSER: _("Rings in the browser"),
        Stage.PHONE: _("Rings on the phone"),
        Stage.LINE: _("Waits in the office’s line"),
        Stage.VOICEMAIL: _("Leaves a message"),
        Stage.TALKING: _("In the call"),
    }.get(Stage(stage), "")


def now_words(row: CallRow, reader_id: int) -> str:
    """How a call stands that goes on, or how it ended, as one sentence."""
    if row.outcome in GUESSES and (row.stage == Stage.TALKING or row.status == CallState.FINISHED):
        return _("Voicemail picked up") if row.outcome == Outcome.MACHINE else _("A fax machine picked up")
    if not row.is_over and row.stage:
        return stage_words(row.stage) or _("In the call")
    if row.is_inbound:
        return _came_in(row, reader_id).words
    if row.rang_nobody and row.status in UNANSWERED:
        return _("Your own phone was not picked up. The family was not called.")
    return {
        CallState.FINISHED: _("Call ended"),
        CallState.NO_ANSWER: _("No answer"),
        CallState.BUSY: _("The line was busy"),
        CallState.FAILED: _("The call could not be connected"),
        CallState.CANCELED: _("You hung up before anybody answered"),
    }.get(CallState(row.status), _("Connecting you"))


def _came_in(row: CallRow, reader_id: int) -> Look:
    if not row.is_over:
        return Look("phone-incoming", "is-in", _("Calling now"))
    if row.outcome == Outcome.ANSWERED:
        is_own = reader_id == (row.taker_id or row.staff_id)
        by = _("Answered by you") if is_own else _("Answered by %(name)s", name=row.taker or row.staff)
        return Look("phone-incoming", "is-in", by)
    if row.outcome == Outcome.VOICEMAIL:
        return Look("record-mail", "is-in", _("Left a voicemail"))
    if row.outcome == Outcome.STOPPED:
        return Look("ban", "", _("Wants no more automated calls"))
    if row.outcome == Outcome.NO_MESSAGE:
        return Look("phone-incoming", "", _("Called, left no message"))
    whose = _("Missed, for %(name)s", name=row.staff) if row.staff else _("Missed, for the office")
    return Look("phone-x", "is-missed", _("Missed, for you") if row.staff_id == reader_id else whose)


def _went_out(row: CallRow, *, is_own: bool) -> Look:
    who = _("You called") if is_own else _("%(name)s called", name=row.staff)
    if not row.is_over:
        return Look("phone-outgoing", "", _("%(who)s, goes on", who=who))
    if row.status == CallState.FINISHED and row.outcome == Outcome.MACHINE:
        return Look("record-mail", "", _("%(who)s, voicemail picked up", who=who))
    if row.status == CallState.FINISHED and row.outcome == Outcome.FAX:
        return Look("phone-x", "", _("%(who)s, a fax machine picked up", who=who))
    if row.status == CallState.FINISHED:
        return Look("phone-outgoing", "", who)
    if row.rang_nobody and row.status in UNANSWERED:
        return Look("phone-x", "", _("Own phone not picked up, family not called"))
    ends = {CallState.NO_ANSWER: _("no answer"), CallState.BUSY: _("busy"), CallState.CANCELED: _("hung up")}
    end = ends.get(CallState(row.status), _("not connected"))
    return Look("phone-outgoing", "", f"{who}, {end}")
