"""Voicemails and recordings of calls, with what was said."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.queries import voice_recordings as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.voice_lines import line_named
from app.api.courier.shapes import voice_recordings as shapes
from app.calls.models import Call, Recording
from app.calls.service.opening import note_read
from app.directory.models import Guardian


@face.operation("listVoiceRecordings", scope=Scope.READ_VOICEMAIL)
def list_voice_recordings(asked: Asked) -> Answer:
    """The newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = queries.recordings_of(asked.staff).where(place.narrows(Call.school_id)).order_by(Recording.id.desc())
    if asked.query.get("filter[individual-id]"):
        individual = UUID(asked.query["filter[individual-id]"])
        guardians, staff = select(Guardian.id).where(Guardian.uuid == individual), select(Staff.id).where(Staff.uuid == individual)
        wanted = wanted.where(or_(Call.guardian_id.in_(guardians), Call.staff_id.in_(staff)))
    if asked.query.get("filter[setting-id]"):
        line = line_named(asked.staff, asked.query["filter[setting-id]"], field="query/filter[setting-id]")
        wanted = wanted.where(Call.phone_number_id == line.phone_number_id)
    states = set(asked.query.get("filter[states]") or ())
    if len(states) == 1:
        runs = Recording.state.in_(queries.RUNNING)
        wanted = wanted.where(runs if states == {"inprogress"} else ~runs)
    return Answer(body=jsonapi.page(asked, wanted, _shown))


@face.operation("getVoiceRecording", scope=Scope.READ_VOICEMAIL)
def get_voice_recording(asked: Asked) -> Answer:
    """One; that its words were read is a line of the audit log."""
    staff = acting(asked)
    found = queries.recording_named(staff, jsonapi.path_id(asked))
    shown = _shown([found])[0]
    if shown["attributes"]["transcription"]:
        note_read(staff, found)
    return Answer(body=jsonapi.document(shown))


def _shown(rows: Sequence[Recording]) -> list[Resource]:
    return [shapes.recording(each) for each in queries.recordings_shown(rows)]
