"""What browsers hear of calls: that one changed, or which leg of it. They ask for the rest themselves."""

from datetime import timedelta

from app.calls.events import CallChanged, LineChanged, RecordingChanged, VoicemailLeft, WordsSaid
from app.calls.models import Call, DirectCall
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.live import service as live
from app.live.queries import was_told

WORDS = "call:words"
A_SECOND = timedelta(seconds=1)


@within(CallChanged)
def push_change(fact: CallChanged) -> None:
    """To who looks at it."""
    payload = {"call_id": fact.call_id, "participant_id": fact.participant_id, "version": fact.version}
    is_of_row = fact.is_conference and fact.participant_id is not None
    live.push((f"call:{fact.call_id}",), "call:changed", payload, district_id=fact.district_id, brings=is_of_row)
    call = None if fact.is_conference else db.session.get(Call, fact.call_id)
    if call is not None:  # lists, the office's line, and a phone that rings
        persons = {number for number in (call.staff_id, _taker_of(call)) if number is not None}
        audiences = (f"school:{call.school_id}", *(f"staff:{number}" for number in sorted(persons)))
        live.push(audiences, "calls:changed", {"call_id": call.id, "version": fact.version}, district_id=fact.district_id)


@within(LineChanged)
def push_line(fact: LineChanged) -> None:
    """To whose rail shows how many wait."""
    live.push((f"school:{fact.school_id}",), "line:changed", {"school_id": fact.school_id}, district_id=fact.district_id)


def _taker_of(call: Call) -> int | None:
    line = db.session.get(DirectCall, call.id)
    return line.answered_by_id if line is not None else None


@within(WordsSaid)
def push_words(fact: WordsSaid) -> None:
    """To who reads along, at most once a second for each call: a browser that hears it looks once more when that second is over."""
    audience = f"call:{fact.call_id}"
    if not was_told(audience, WORDS, since=now() - A_SECOND):
        live.push((audience,), WORDS, {"call_id": fact.call_id}, district_id=fact.district_id)


@within(VoicemailLeft, RecordingChanged)
def push_sound(fact: VoicemailLeft | RecordingChanged) -> None:
    """To who looks at the call."""
    live.push((f"call:{fact.call_id}",), "call:changed", {"call_id": fact.call_id, "participant_id": None}, district_id=fact.district_id)
