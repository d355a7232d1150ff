"""Calls, conferences and voicemails."""

from typing import Any
from xml.sax.saxutils import escape

from app.api.common_services.queries_calls import Left, Told
from app.api.common_services.shapes.messages import error_description
from app.api.common_services.shapes.moments import moment
from app.calls.models import CallState, LegState, Outcome, RecordingState
from app.calls.queries_recordings import Words
from app.calls.subtitles import SpokenLine, as_file, lines_of

DIRECT = {
    CallState.PENDING: ("pending", "queued"),
    CallState.RINGING: ("pending", "ringing"),
    CallState.IN_PROGRESS: ("pending", "in-progress"),
    CallState.FINISHED: ("finished", "completed"),
    CallState.NO_ANSWER: ("no_answer", "no-answer"),
    CallState.BUSY: ("busy", "busy"),
    CallState.FAILED: ("failed", "failed"),
    CallState.CANCELED: ("canceled", "canceled"),
}
CONFERENCE = {
    CallState.PENDING: "pending",
    CallState.RINGING: "pending",
    CallState.IN_PROGRESS: "inviting",
    CallState.FINISHED: "finished",
    CallState.NO_ANSWER: "no_answer",
    CallState.BUSY: "no_answer",
    CallState.FAILED: "failed",
    CallState.CANCELED: "canceled",
}


def call_shape(told: Told, link: str | None) -> dict[str, Any]:
    """A direct call, or the main call of a conference. `link` opens what was recorded."""
    call, direct = told.call, told.direct
    internal, provider = statuses(told)
    code = _error(told)
    return {
        "id": call.id,
        "uuid": str(call.uuid),
        "client_conversation_id": told.client_id,
        "internal_status": internal,
        "provider_status": provider,
        "created_at": moment(call.created_at),
        "updated_at": moment(call.ended_at or call.answered_at or call.created_at),
        "call_sid": (direct.far_call_id or direct.own_call_id) if direct else told.conference.provider_id if told.conference else None,
        "provider_number": told.number,
        "participant_number": direct.address or None if direct else told.legs[0].address if told.legs else None,
        "recording_duration": told.words.recording.seconds if told.words else None,
        "recording_url": link,
        "transcription": transcription(told.words),
        "failed_at": moment(call.ended_at) if internal == "failed" else None,
        "error_code": code,
        "error_description": error_description(code) if code else None,
        "machine_detected": bool(direct and direct.outcome in {Outcome.MACHINE, Outcome.FAX}),
    }


def conference_shape(told: Told, link: str | None) -> dict[str, Any]:
    """The conference as a whole."""
    code = _error(told)
    return {
        "id": told.client.id,
        "uuid": str(told.client.uuid),
        "client_conversation_id": told.client_id or "",
        "friendly_name": told.call.title,
        "twilio_number": told.number,
        "bandwidth_number": None,
        "moderator_number": told.legs[0].address if told.legs else "",
        "participant_numbers": [leg.address for leg in told.guests],
        "welcome_message": told.conference.welcome_message or None if told.conference else None,
        "transcription": transcription(told.words),
        "recording_duration": _seconds(told),
        "error_code": code,
        "error_description": error_description(code) if code else None,
        "recording_url": link,
        "created_at": moment(told.client.created_at),
        "updated_at": moment(told.call.ended_at or told.call.answered_at or told.client.updated_at),
    }


def main_call_shape(told: Told, link: str | None) -> dict[str, Any]:
    """The main call at the root, the conference inside."""
    internal, provider = statuses(told)
    whole = conference_shape(told, link)
    return {
        "id": told.call.id,
        "uuid": str(told.call.uuid),
        "client_conversation_id": told.client_id or "",
        "internal_status": internal,
        "provider_status": provider,
        "created_at": moment(told.call.created_at),
        "updated_at": whole["updated_at"],
        **{name: whole[name] for name in ("transcription", "recording_duration", "recording_url", "error_code", "error_description")},
        "conference_call": whole,
    }


def voicemail_shape(left: Left, link: str | None) -> dict[str, Any]:
    """A message after the beep."""
    return {
        "id": left.row.id,
        "created_at": moment(left.row.received_at),
        "updated_at": moment(left.row.done_at or left.row.heard_at or left.row.received_at),
        "internal_status": voicemail_status(left),
        "provider_status": {"pending": "in-progress", "failed": "failed"}.get(voicemail_status(left), "completed"),
        "participant_number": left.row.caller,
        "caller_id": left.name,
        "provider_number": left.number,
        "recording_url": link,
        "recording_duration": left.row.seconds,
        "transcription": transcription(left.words),
    }


def voicemail_status(left: Left) -> str:
    """How far it is."""
    if left.row.is_broken:
        return "failed"
    if left.words is None or left.words.recording.state != RecordingState.READY:
        return "pending"
    return "transcripted" if _lines(left.words) else "recorded"


def statuses(told: Told) -> tuple[str, str | None]:
    """Ours, and the provider's."""
    state = CallState(told.call.status)
    if told.conference is not None:
        if state in {CallState.PENDING, CallState.RINGING}:
            return CONFERENCE[state], None
        came = any(leg.state == LegState.JOINED for leg in told.guests)
        going = "participant-join" if came else "conference-start"
        over = "conference-end" if told.call.answered_at is not None else None
        return CONFERENCE[state], going if state is CallState.IN_PROGRESS else over
    internal, provider = DIRECT[state]
    if told.direct is not None and told.direct.outcome == Outcome.VOICEMAIL:
        internal = "voicemail"
    elif state is CallState.FINISHED and told.words is not None:
        internal = "transcripted" if _lines(told.words) else "recorded"
    return internal, provider


def transcription(words: Words | None) -> dict[str, Any] | None:
    """The words in five formats."""
    lines = _lines(words)
    if not lines:
        return None
    return {
        "srt": as_file(lines, "srt"),
        "dfxp": _dfxp(lines),
        "text": " ".join(line.words for line in lines),
        "webvtt": as_file(lines, "vtt"),
        "formattedText": as_file(lines, "txt"),
    }


def _lines(words: Words | None) -> list[SpokenLine]:
    if words is None or words.transcript is None:
        return []
    return lines_of(words.transcript, words.recording, rests=words.rests, others=words.others)


def _dfxp(lines: list[SpokenLine]) -> str:
    told = "".join(f'<p begin="{line.start:.3f}s" end="{line.end:.3f}s">{escape(line.words)}</p>' for line in lines)
    return f'<?xml version="1.0" encoding="utf-8"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div>{told}</div></body></tt>'


def _seconds(told: Told) -> str | None:
    seconds = told.words.recording.seconds if told.words else None
    return None if seconds is None else f"{seconds:g}"


def _error(told: Told) -> str | None:
    if told.direct is not None:
        return told.direct.error_code
    return next((leg.error_code for leg in told.legs if leg.error_code), None)
