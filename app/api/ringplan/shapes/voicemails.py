"""A voicemail as the contract writes it."""

from typing import Any
from uuid import UUID

from app.api.identifiers import id24
from app.api.ringplan.writing import iso, shown_number


def voicemail(row: Any, *, company_id: str, pbx: UUID, link: str) -> dict[str, Any]:
    """Of a row of `queries.voicemails`; `link` opens its sound."""
    words = " ".join(str(line.get("words", "")) for line in row.lines or ()).strip()
    return {
        "_id": id24(row.uuid),
        "company_id": company_id,
        "extension_destination": row.extension,
        "extension_destination_id": id24(row.extension_uuid) if row.extension_uuid is not None else None,
        "extension_source": None,
        "pbx": str(pbx),
        "source_representation_name": row.name or shown_number(row.caller) or None,
        "time_received": iso(row.received_at),
        "voicemail_email": row.email,
        "voicemail_file": {
            "id": id24(row.recording_uuid),
            "duration": row.seconds,
            "link": link,
            "name": f"voicemail-{row.received_at:%Y-%m-%d}-{row.recording_id}.wav",
            "size": row.size,
        },
        "is_read": row.heard_at is not None or row.done_at is not None,
        "transcription": words or None,
    }
