"""Recordings as documents."""

from app.api.courier.jsonapi import Resource, moment, resource, text_of
from app.api.courier.queries.voice_recordings import RUNNING, ShownRecording


def recording(each: ShownRecording) -> Resource:
    """With what was said, where it was written down."""
    row, call = each.row, each.call
    attributes = {
        "created-at": moment(row.created_at),
        "download-count": each.opened,
        "duration": max(0, round(row.seconds or 0)),
        "individual-id": text_of(each.guardian),
        "last-modified-at": moment(max(row.created_at, call.ended_at or row.created_at)),
        "phone-number": each.phone,
        "setting-id": text_of(each.line),
        "state": "inprogress" if row.state in RUNNING else "completed",
        "transcription": each.words or None,
    }
    return resource("voice-recordings", row.uuid, attributes)
