"""Voicemails and recordings of calls, with what was said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.accounts.models import AuditEvent, Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.organizations import place_named
from app.api.courier.voice.lines import line_named
from app.api.refusals import Refused, Why
from app.calls.models import Call, DirectCall, NumberLine, Recording, RecordingKind, RecordingState, Transcript, TranscriptState
from app.calls.queries_recordings import recording_is_audible_to
from app.calls.service.opening import OPENED, note_read
from app.core.database import db
from app.directory.models import Guardian, PhoneNumber

_RUNNING = (RecordingState.PENDING, RecordingState.FETCHING)


@face.operation("listVoiceRecordings", scope=Scope.READ_VOICEMAIL)
def list_voice_recordings(asked: Asked) -> Answer:
    """The newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = _recordings(asked.staff).where(place.narrows(Call.school_id)).order_by(Recording.id.desc())
    if asked.query.get("filter[individual-id]"):
        individual = UUID(asked.query["filter[individual-id]"])
        guardians, staff = select(Guardian.id).where(Guardian.uuid == individual), select(Staff.id).where(Staff.uuid == individual)
        wanted = wanted.where(or_(Call.guardian_id.in_(guardians), Call.staff_id.in_(staff)))
    if asked.query.get("filter[setting-id]"):
        line = line_named(asked.staff, asked.query["filter[setting-id]"], field="query/filter[setting-id]")
        wanted = wanted.where(Call.phone_number_id == line.phone_number_id)
    states = set(asked.query.get("filter[states]") or ())
    if len(states) == 1:
        runs = Recording.state.in_(_RUNNING)
        wanted = wanted.where(runs if states == {"inprogress"} else ~runs)
    return Answer(body=jsonapi.page(asked, wanted, _shown))


@face.operation("getVoiceRecording", scope=Scope.READ_VOICEMAIL)
def get_voice_recording(asked: Asked) -> Answer:
    """One; that its words were read is a line of the audit log."""
    staff = acting(asked)
    found = db.session.scalar(_recordings(staff).where(Recording.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no recording of this id.")
    shown = _shown([found])[0]
    if shown["attributes"]["transcription"]:
        note_read(staff, found)
    return Answer(body=jsonapi.document(shown))


def _recordings(staff: Staff) -> Select[Recording]:
    return (
        select(Recording)
        .join(Call, Call.id == Recording.call_id)
        .where(recording_is_audible_to(staff), Recording.state != RecordingState.DELETED)
    )


def _shown(rows: Sequence[Recording]) -> list[Resource]:
    ids, call_ids = [row.id for row in rows], {row.call_id for row in rows}
    calls = {each.id: each for each in db.session.scalars(select(Call).where(Call.id.in_(call_ids)))}
    around = (
        select(Call.id, DirectCall.address, PhoneNumber.address, NumberLine.uuid, Guardian.uuid)
        .join(PhoneNumber, PhoneNumber.id == Call.phone_number_id)
        .outerjoin(DirectCall, DirectCall.call_id == Call.id)
        .outerjoin(NumberLine, NumberLine.phone_number_id == Call.phone_number_id)
        .outerjoin(Guardian, Guardian.id == Call.guardian_id)
        .where(Call.id.in_(call_ids))
    )
    facts = {row[0]: row for row in db.session.execute(around)}
    said = or_(Transcript.recording_id.in_(ids), Transcript.call_id.in_(call_ids))
    words: dict[str, str] = {}
    for each in db.session.scalars(select(Transcript).where(said, Transcript.state == TranscriptState.READY)):
        spoken = " ".join(str(line["words"]) for line in each.lines)
        words[f"recording {each.recording_id}" if each.recording_id else f"call {each.call_id}"] = spoken
    opened = dict(
        db.session.execute(
            select(AuditEvent.subject_id, func.count())
            .where(
                AuditEvent.district_id.in_({row.district_id for row in rows}), AuditEvent.subject_type == "recording",
                AuditEvent.subject_id.in_(ids), AuditEvent.action == OPENED,
            )
            .group_by(AuditEvent.subject_id)
        ).all()
    )  # fmt: skip
    return [_shape(row, calls[row.call_id], facts[row.call_id], _words(row, words), opened.get(row.id, 0)) for row in rows]


def _words(row: Recording, words: dict[str, str]) -> str | None:
    own = words.get(f"recording {row.id}")
    return own or (words.get(f"call {row.call_id}") if row.kind == RecordingKind.CONFERENCE else None)


def _shape(row: Recording, call: Call, facts: Any, words: str | None, opened: int) -> dict[str, Any]:
    _call_id, theirs, ours, line, guardian = facts
    return resource(
        "voice-recordings",
        row.uuid,
        {
            "created-at": moment(row.created_at),
            "download-count": opened,
            "duration": max(0, round(row.seconds or 0)),
            "individual-id": str(guardian) if guardian else None,
            "last-modified-at": moment(max(row.created_at, call.ended_at or row.created_at)),
            "phone-number": ours if theirs is None else theirs or None,
            "setting-id": str(line) if line else None,
            "state": "inprogress" if row.state in _RUNNING else "completed",
            "transcription": words or None,
        },
    )
