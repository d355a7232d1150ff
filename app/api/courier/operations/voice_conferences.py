"""Conference calls, the phones in them, and a token for the phone in a browser."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.queries import voice_conferences as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.people import named
from app.api.courier.shapes import voice_conferences as shapes
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import Call, CallState, ConferenceParticipant
from app.calls.service import Plan
from app.carrier.voice_choice import softphones_of
from app.core.ids import new_uuid


@face.operation("listVoiceConferences", scope=Scope.CALL)
def list_voice_conferences(asked: Asked) -> Answer:
    """The newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = queries.conferences_of(asked.staff).where(place.narrows(Call.school_id)).order_by(Call.id.desc())
    if asked.query.get("filter[individual-id]"):
        wanted = wanted.where(queries.takes_part(UUID(asked.query["filter[individual-id]"])))
    if asked.query.get("filter[states]"):
        states = [state for state in CallState if queries.STATES.get(state, queries.FAILED) in asked.query["filter[states]"]]
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
    family = queries.phones_of(asked.staff, people)
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
    return Answer(body=jsonapi.document(_shown(asked, [queries.conference_named(acting(asked), jsonapi.path_id(asked))])[0]))


@face.operation("getVoiceConferenceCredentials", scope=Scope.CALL)
def get_voice_conference_credentials(asked: Asked) -> Answer:
    """For an hour a browser is the phone of whoever acts."""
    staff = acting(asked)
    queries.conference_named(staff, jsonapi.path_id(asked))
    issued = softphones_of(current_app).issue(staff.uuid.hex)
    if issued is None:
        raise Refused(Why.STATE, "The account at the carrier is not set up for phones in browsers.", code="not_set_up")
    return Answer(200, {"access-token": issued.token})


@face.operation("listVoiceDialLogs", scope=Scope.CALL)
def list_voice_dial_logs(asked: Asked) -> Answer:
    """The phones that were called, the newest first."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = queries.legs_of(asked.staff).where(place.narrows(Call.school_id)).order_by(ConferenceParticipant.id.desc())
    if asked.query.get("filter[conference-id]"):
        wanted = wanted.where(Call.uuid == UUID(asked.query["filter[conference-id]"]))
    if asked.query.get("filter[individual-id]"):
        wanted = wanted.where(queries.is_of(UUID(asked.query["filter[individual-id]"])))
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _dialled(asked, rows)))


@face.operation("getVoiceDialLog", scope=Scope.CALL)
def get_voice_dial_log(asked: Asked) -> Answer:
    """One."""
    found = queries.leg_named(acting(asked), jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_dialled(asked, [found])[0]))


def _shown(asked: Asked, rows: Sequence[Call]) -> list[Resource]:
    return [shapes.conference(each) for each in queries.conferences_shown(asked.staff, rows)]


def _dialled(asked: Asked, rows: Sequence[ConferenceParticipant]) -> list[Resource]:
    return [shapes.leg(each) for each in queries.legs_shown(asked.staff, rows)]
