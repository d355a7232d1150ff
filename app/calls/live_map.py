"""What browsers hear of calls: that one changed, or which leg of it. They ask for the rest themselves."""

from app.calls.events import CallChanged, VoicemailLeft
from app.core.events import within
from app.live import service as live


@within(CallChanged)
def push_change(fact: CallChanged) -> None:
    """To who looks at it."""
    payload = {"call_id": fact.call_id, "participant_id": fact.participant_id, "version": fact.version}
    live.push((f"call:{fact.call_id}",), "call:changed", payload, district_id=fact.district_id)


@within(VoicemailLeft)
def push_voicemail(fact: VoicemailLeft) -> None:
    """To who looks at the call."""
    live.push((f"call:{fact.call_id}",), "call:changed", {"call_id": fact.call_id, "participant_id": None}, district_id=fact.district_id)
