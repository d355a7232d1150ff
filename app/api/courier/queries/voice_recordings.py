"""Voicemails and recordings of calls that somebody may hear, with what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from app.accounts.models import AuditEvent, Staff
from app.api.refusals import Refused, Why
from app.calls.models import Call, DirectCall, NumberLine, Recording, RecordingKind, RecordingState, Transcript, TranscriptState
from app.calls.queries_recordings import recording_is_audible_to
from app.calls.service.opening import OPENED
from app.core.database import db
from app.directory.models import Guardian, PhoneNumber

RUNNING = (RecordingState.PENDING, RecordingState.FETCHING)


@dataclass(frozen=True, slots=True)
class ShownRecording:
    """A recording with what its document shows."""

    row: Recording
    call: Call
    phone: str | None
    """The other side's; ours where nobody called from outside."""
    line: UUID | None
    guardian: UUID | None
    words: str | None
    opened: int


def recordings_of(staff: Staff) -> Select[Recording]:
    """What was deleted is not among them."""
    return (
        select(Recording)
        .join(Call, Call.id == Recording.call_id)
        .where(recording_is_audible_to(staff), Recording.state != RecordingState.DELETED)
    )


def recording_named(staff: Staff, number: UUID) -> Recording:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(recordings_of(staff).where(Recording.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no recording of this id.")
    return found


def recordings_shown(rows: Sequence[Recording]) -> list[ShownRecording]:
    """In their order, in four queries."""
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
    facts: dict[int, Any] = {row[0]: row for row in db.session.execute(around)}
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
    found = []
    for row in rows:
        _id, theirs, ours, line, guardian = facts[row.call_id]
        phone = ours if theirs is None else theirs or None
        found.append(ShownRecording(row, calls[row.call_id], phone, line, guardian, _words(row, words), opened.get(row.id, 0)))
    return found


def _words(row: Recording, words: dict[str, str]) -> str | None:
    own = words.get(f"recording {row.id}")
    return own or (words.get(f"call {row.call_id}") if row.kind == RecordingKind.CONFERENCE else None)
