"""Recordings are written down when the carrier first tells of them. Who fetches and keeps the sound builds on these rows."""

import re

from sqlalchemy import select

from app.calls.events import VoicemailLeft
from app.calls.models import Call, Outcome, Recording, RecordingKind, RecordingState
from app.calls.service import direct_steps
from app.carrier.events import RecordingMoved
from app.carrier.recordings import RecordingStatus
from app.core.database import db, open_events
from app.core.events import within

_REFERENCE = re.compile(r"voicemail\.(\d{1,18})")
GONE = {RecordingStatus.ABSENT, RecordingStatus.FAILED, RecordingStatus.DELETED}


@within(RecordingMoved)
def follow_message(fact: RecordingMoved) -> None:
    """A message after the beep is ready, or never comes. Told late, twice or out of order, it is one row that moves only forward."""
    found = _REFERENCE.fullmatch(fact.reference or "")
    one = direct_steps.held(int(found[1])) if found else None
    if one is None or not one.line.is_inbound:
        return
    known = db.session.scalar(select(Recording).where(Recording.provider_id == fact.provider_id).with_for_update())
    if fact.status in GONE:
        if known is not None and known.state == RecordingState.PENDING:
            known.state, known.error_code = RecordingState.FAILED, fact.error_code
        return
    if fact.status != RecordingStatus.READY or known is not None:
        return
    row = keep(one.call, RecordingKind.VOICEMAIL, fact.provider_id, fact.seconds)
    if one.line.outcome is None or one.line.outcome == Outcome.MISSED:
        one.line.outcome = Outcome.VOICEMAIL
    open_events().append(VoicemailLeft(one.call.district_id, one.call.id, row.id))


def keep(call: Call, kind: RecordingKind, provider_id: str, seconds: int | None) -> Recording:
    """A new row. Belongs into a transaction."""
    row = Recording(district_id=call.district_id, call_id=call.id, kind=kind, provider_id=provider_id, seconds=seconds)
    db.session.add(row)
    db.session.flush()
    return row
