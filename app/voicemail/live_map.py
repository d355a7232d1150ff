"""What browsers hear of voicemails: that one came or changed. They ask for its row themselves."""

from app.core.events import within
from app.live import service as live
from app.voicemail.events import VoicemailChanged


@within(VoicemailChanged)
def push_change(fact: VoicemailChanged) -> None:
    """To those whose list shows it."""
    audiences = (f"school:{fact.school_id}", *(f"staff:{one}" for one in fact.staff_ids))
    payload = {"voicemail_id": fact.voicemail_id, "version": fact.version, "is_fresh": fact.is_fresh}
    live.push(audiences, "voicemail:changed", payload, district_id=fact.district_id)
