"""Conference calls, the phones in them, and a token for the phone in a browser."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, exists, or_, select

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.organizations import ids_of, place_named
from app.api.courier.queries.people import named
from app.api.courier.voice.conferences import phones_of, seconds_of
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import Call, CallKind, CallState, ConferenceParticipant
from app.calls.queries import is_visible_to
from app.calls.service import Plan
from app.carrier.voice_choice import softphones_of
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import Guardian

_STATES = {
    CallState.PENDING: "created", CallState.RINGING: "running", CallState.IN_PROGRESS: "running", CallState.FINISHED: "completed",
}  # fmt: skip
FAILED = "failed"


@face.operation("listVoiceConferences", scope=Scope.CALL)
def list_voice_conferences(asked: Asked) -> Answer:
    """The newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = _conferences(asked.staff).where(place.narrows(Call.school_id)).order_by(Call.id.desc())
    if asked.query.get("filter[individual-id]"):
        wanted = wanted.where(_takes_part(UUID(asked.query["filter[individual-id]"])))
    if asked.query.get("filter[states]"):
        states = [state for state in CallState if _STATES.get(state, FAILED) in asked.query["filter[states]"]]
        wanted = wanted.where(Call.status.in_(states))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _shown(asked, rows)))


@face.operation("createVoiceConference", scope=Scope.CALL)
def create_voice_conference(asked: Asked) -> Answer:
    """The moderator's phone rings first, then those of the family; the records, their wishes and the night are asked before."""
    wanted = jsonapi.given(asked)
    place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    people = named(asked.staff, [UUID(each) for each in dict.fromkeys([wanted["individual-id"], *wanted.get("participant-ids", ())])])
    is_staff = any(str(each.uuid) == wanted["individual-id"].lower() for each in people.staff)
    moderator = acting(asked, wanted["individual-id"] if is_staff else None)
    phone = wanted.get("moderator-number") or moderator.phone
    if not phone:
        advice = "Give moderator-number, the phone that rings first: there is none on the profile of whoever acts."
        raise Refused(Why.RULE, advice, field="body/data/attributes/moderator-number", code="no_own_phone")
    family = phones_of(asked.staff, people)
    if not family:
        advice = "Name whom to call: a guardian or a student with a phone, as individual-id or in participant-ids."
        raise Refused(Why.RULE, advice, field="body/data/attributes/participant-ids", code="nobody_to_call")
    plan = Plan(
        request_key=new_uuid().hex, moderator_phone=phone, guardian_id=family[0].guardian_id, point_ids=[point.id for point in family],
        colleague_ids=[each.id for each in people.staff if each.id != moderator.id],
    )  # fmt: skip
    return Answer(201, jsonapi.document(_shown(asked, [calls.start_conference(moderator, plan)])[0]))


@face.operation("getVoiceConference", scope=Scope.CALL)
def get_voice_conference(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_shown(asked, [_conference(acting(asked), jsonapi.path_id(asked))])[0]))


@face.operation("getVoiceConferenceCredentials", scope=Scope.CALL)
def get_voice_conference_credentials(asked: Asked) -> Answer:
    """For an hour a browser is the phone of whoever acts."""
    staff = acting(asked)
    _conference(staff, jsonapi.path_id(asked))
    issued = softphones_of(current_app).issue(staff.uuid.hex)
    if issued is None:
        raise Refused(Why.STATE, "The account at the carrier is not set up for phones in browsers.", code="not_set_up")
    return Answer(200, {"access-token": issued.token})


@face.operation("listVoiceDialLogs", scope=Scope.CALL)
def list_voice_dial_logs(asked: Asked) -> Answer:
    """The phones that were called, the newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = _legs(asked.staff).where(place.narrows(Call.school_id)).order_by(ConferenceParticipant.id.desc())
    if asked.query.get("filter[conference-id]"):
        wanted = wanted.where(Call.uuid == UUID(asked.query["filter[conference-id]"]))
    if asked.query.get("filter[individual-id]"):
        wanted = wanted.where(_is_of(UUID(asked.query["filter[individual-id]"])))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _dialled(asked, rows)))


@face.operation("getVoiceDialLog", scope=Scope.CALL)
def get_voice_dial_log(asked: Asked) -> Answer:
    """One."""
    found = db.session.scalar(_legs(acting(asked)).where(ConferenceParticipant.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no dialled phone of this id.")
    return Answer(body=jsonapi.document(_dialled(asked, [found])[0]))


def _conferences(staff: Staff) -> Select[Call]:
    return select(Call).where(Call.kind == CallKind.CONFERENCE, is_visible_to(staff))


def _conference(staff: Staff, number: UUID) -> Call:
    found = db.session.scalar(_conferences(staff).where(Call.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no conference call of this id.")
    return found


def _legs(staff: Staff) -> Select[ConferenceParticipant]:
    return select(ConferenceParticipant).join(Call, Call.id == ConferenceParticipant.call_id).where(is_visible_to(staff))


def _is_of(individual: UUID) -> Any:
    return or_(
        ConferenceParticipant.staff_id.in_(select(Staff.id).where(Staff.uuid == individual)),
        ConferenceParticipant.guardian_id.in_(select(Guardian.id).where(Guardian.uuid == individual)),
    )


def _takes_part(individual: UUID) -> Any:
    return exists().where(ConferenceParticipant.call_id == Call.id, _is_of(individual))


def _people(rows: Sequence[ConferenceParticipant]) -> dict[str, str]:
    staff = select(Staff.id, Staff.uuid).where(Staff.id.in_({row.staff_id for row in rows if row.staff_id}))
    guardians = select(Guardian.id, Guardian.uuid).where(Guardian.id.in_({row.guardian_id for row in rows if row.guardian_id}))
    found = {f"staff {row[0]}": str(row[1]) for row in db.session.execute(staff)}
    return found | {f"guardian {row[0]}": str(row[1]) for row in db.session.execute(guardians)}


def _shown(asked: Asked, rows: Sequence[Call]) -> list[Resource]:
    homes = ids_of(asked.staff, {row.school_id for row in rows})
    wanted = {row.staff_id for row in rows if row.staff_id}
    authors = dict(db.session.execute(select(Staff.id, Staff.uuid).where(Staff.id.in_(wanted))).all())
    return [
        resource(
            "voice-conferences",
            row.uuid,
            {
                "created-at": moment(row.created_at),
                "created-by": str(authors[row.staff_id]) if row.staff_id else None,
                "last-modified-at": moment(row.ended_at or row.answered_at or row.created_at),
                "organization-id": homes[row.school_id],
                "state": _STATES.get(CallState(row.status), FAILED),
            },
        )
        for row in rows
    ]


def _dialled(asked: Asked, rows: Sequence[ConferenceParticipant]) -> list[Resource]:
    calls_of = {each.id: each for each in db.session.scalars(select(Call).where(Call.id.in_({row.call_id for row in rows})))}
    homes = ids_of(asked.staff, {call.school_id for call in calls_of.values()})
    people = _people(rows)
    return [
        resource(
            "voice-dial-logs",
            row.uuid,
            {
                "call-duration": seconds_of(row),
                "conference-id": str(calls_of[row.call_id].uuid),
                "created-at": moment(calls_of[row.call_id].created_at),
                "individual-id": people.get(row.person),
                "last-modified-at": moment(row.since),
                "organization-id": homes[calls_of[row.call_id].school_id],
                "status": row.state,
            },
        )
        for row in rows
    ]
