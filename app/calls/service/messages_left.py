"""Messages after the beep: written down when the menu or the carrier first tells of them. Who keeps voicemails builds on these rows."""

from app.calls.events import VoicemailLeft
from app.calls.models import CallState, Outcome, RecordingKind
from app.calls.references import message_in
from app.calls.service import direct_steps, direct_telling, recordings, steps
from app.calls.service.direct_steps import Held
from app.carrier.events import RecordingMoved
from app.carrier.recordings import RecordingStatus
from app.core.database import open_events
from app.core.events import within

BASIS = "voicemail"
"""Whoever speaks after the beep knows that it is kept."""


@within(RecordingMoved)
def follow_message(fact: RecordingMoved) -> None:
    """A message is ready. Told late, twice or out of order it is one row; news of a row that is there are followed with all others."""
    call_id = message_in(fact.reference)
    one = direct_steps.held(call_id) if call_id is not None else None
    if one is None or not one.line.is_inbound or fact.status != RecordingStatus.READY or recordings.known(fact.provider_id) is not None:
        return
    keep(one, fact.provider_id, fact.seconds, is_ready=True)


def keep(one: Held, provider_id: str, seconds: int | None, *, is_ready: bool = False) -> None:
    """The message that a caller left. Belongs into a transaction."""
    is_new = recordings.known(provider_id) is None
    row = recordings.expect(
        one.call, RecordingKind.VOICEMAIL, provider_id, language=one.line.language, consent_basis=BASIS, seconds=seconds
    )
    if is_ready:
        recordings.apply(row, RecordingStatus.READY, seconds)
    if one.line.outcome in {None, Outcome.MISSED, Outcome.NO_MESSAGE}:
        one.line.outcome = Outcome.VOICEMAIL
        if one.call.is_over:  # they hung up after the beep, and that was told first
            one.call.status = CallState.FINISHED
            direct_telling.note_message(one.call)
            steps.changed(one.call)
    if is_new:
        open_events().append(VoicemailLeft(one.call.district_id, one.call.id, row.id))
