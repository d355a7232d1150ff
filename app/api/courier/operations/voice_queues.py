"""Who answers the line of a number, and who waits in it."""

from collections.abc import Sequence

from flask import current_app

from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.permissions import need
from app.api.courier.queries import voice_callers as callers
from app.api.courier.queries import voice_lines as queries
from app.api.courier.shapes import voice_lines as shapes
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import Call, LineAgent
from app.carrier.voice_choice import softphones_of

SETTING = "setting-id"


@face.operation("listVoiceQueueAgents", scope=Scope.CALL)
def list_voice_queue_agents(asked: Asked) -> Answer:
    """Of one line."""
    line = queries.line_named(asked.staff, asked.query[SETTING], field=f"query/{SETTING}")
    wanted = queries.agents_of(asked.staff).where(LineAgent.number_line_id == line.id).order_by(LineAgent.changed_at, LineAgent.id)
    return Answer(body=jsonapi.page(asked, wanted, _agents))


@face.operation("createVoiceQueueAgent", scope=Scope.CALL)
def create_voice_queue_agent(asked: Asked) -> Answer:
    """In a browser, with a token for its phone, or by a phone that calls are put through to."""
    wanted = jsonapi.given(asked)
    agent_staff = acting(asked, wanted["individual-id"])
    need(agent_staff, Permission.TRIAGE)
    line = queries.line_named(asked.staff, wanted[SETTING], field=f"body/data/attributes/{SETTING}")
    phone = wanted.get("phone-number") or agent_staff.phone if wanted.get("use-pstn") else None
    if wanted.get("use-pstn") and not phone:
        advice = "Give phone-number: there is none on this person's profile."
        raise Refused(Why.RULE, advice, field="body/data/attributes/phone-number", code="no_own_phone")
    agent = calls.sign_on(agent_staff, line.id, phone=phone)
    issued = softphones_of(current_app).issue(agent_staff.uuid.hex) if phone is None else None
    shown = shapes.agent(queries.agents_shown([agent])[0], issued.token if issued else None)
    return Answer(201, jsonapi.document(shown))


@face.operation("getVoiceQueueAgent", scope=Scope.CALL)
def get_voice_queue_agent(asked: Asked) -> Answer:
    """One who is signed on still."""
    found = queries.agent_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_agents([found])[0]))


@face.operation("listVoiceQueueEntries", scope=Scope.CALL)
def list_voice_queue_entries(asked: Asked) -> Answer:
    """Who waits in one line, first come first."""
    line = queries.line_named(asked.staff, asked.query[SETTING], field=f"query/{SETTING}")
    need(asked.staff, Permission.READ_CALLS)
    return Answer(body=jsonapi.page(asked, callers.waiting_in(asked.staff, line), _callers))


@face.operation("getVoiceQueueEntry", scope=Scope.CALL)
def get_voice_queue_entry(asked: Asked) -> Answer:
    """One, also after it was answered or over."""
    need(asked.staff, Permission.READ_CALLS)
    return Answer(body=jsonapi.document(_callers([callers.caller_named(asked.staff, jsonapi.path_id(asked))])[0]))


def _agents(rows: Sequence[LineAgent]) -> list[Resource]:
    return [shapes.agent(each) for each in queries.agents_shown(rows)]


def _callers(rows: Sequence[Call]) -> list[Resource]:
    return [shapes.caller(each) for each in callers.callers_shown(rows)]
