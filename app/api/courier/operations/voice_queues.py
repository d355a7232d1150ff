"""Who answers the line of a number, and who waits in it."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from sqlalchemy import Select, select, text

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.permissions import need
from app.api.courier.voice import lines
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import Call, DirectCall, LineAgent, NumberLine, Stage
from app.calls.models.calls import GOES_ON
from app.calls.models.direct import IN_LINE
from app.calls.queries import is_visible_to
from app.carrier.voice_choice import softphones_of
from app.core.clock import now
from app.core.database import db

SETTING = "setting-id"


@face.operation("listVoiceQueueAgents", scope=Scope.CALL)
def list_voice_queue_agents(asked: Asked) -> Answer:
    """Of one line."""
    line = lines.line_named(asked.staff, asked.query[SETTING], field=f"query/{SETTING}")
    wanted = lines.agents_of(asked.staff).where(LineAgent.number_line_id == line.id).order_by(LineAgent.changed_at, LineAgent.id)
    return Answer(body=jsonapi.page(asked, wanted, _agents))


@face.operation("createVoiceQueueAgent", scope=Scope.CALL)
def create_voice_queue_agent(asked: Asked) -> Answer:
    """In a browser, with a token for its phone, or by a phone that calls are put through to."""
    wanted = jsonapi.given(asked)
    agent_staff = acting(asked, wanted["individual-id"])
    need(agent_staff, Permission.TRIAGE)
    line = lines.line_named(asked.staff, wanted[SETTING], field=f"body/data/attributes/{SETTING}")
    phone = wanted.get("phone-number") or agent_staff.phone if wanted.get("use-pstn") else None
    if wanted.get("use-pstn") and not phone:
        advice = "Give phone-number: there is none on this person's profile."
        raise Refused(Why.RULE, advice, field="body/data/attributes/phone-number", code="no_own_phone")
    agent = calls.sign_on(agent_staff, line.id, phone=phone)
    shown = _agents([agent])[0]
    if phone is None:
        issued = softphones_of(current_app).issue(agent_staff.uuid.hex)
        shown["attributes"]["access-token"] = issued.token if issued else None
    return Answer(201, jsonapi.document(shown))


@face.operation("getVoiceQueueAgent", scope=Scope.CALL)
def get_voice_queue_agent(asked: Asked) -> Answer:
    """One who is signed on still."""
    found = db.session.scalar(lines.agents_of(asked.staff).where(LineAgent.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "Nobody of this id is signed on.")
    return Answer(body=jsonapi.document(_agents([found])[0]))


@face.operation("listVoiceQueueEntries", scope=Scope.CALL)
def list_voice_queue_entries(asked: Asked) -> Answer:
    """Who waits in one line, first come first."""
    line = lines.line_named(asked.staff, asked.query[SETTING], field=f"query/{SETTING}")
    waiting = _entries(asked.staff).where(Call.phone_number_id == line.phone_number_id, text(f"direct_calls.{IN_LINE}"))
    return Answer(body=jsonapi.page(asked, waiting.order_by(Call.id), _waiting))


@face.operation("getVoiceQueueEntry", scope=Scope.CALL)
def get_voice_queue_entry(asked: Asked) -> Answer:
    """One, also after it was answered or over."""
    found = db.session.scalar(_entries(asked.staff).where(Call.uuid == jsonapi.path_id(asked)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no caller of this id.")
    return Answer(body=jsonapi.document(_waiting([found])[0]))


def _entries(staff: Staff) -> Select[Call]:
    need(staff, Permission.READ_CALLS)
    return select(Call).join(DirectCall, DirectCall.call_id == Call.id).where(DirectCall.is_inbound.is_(True), is_visible_to(staff))


def _waiting(rows: Sequence[Call]) -> list[Resource]:
    found = {each.call_id: each for each in db.session.scalars(select(DirectCall).where(DirectCall.call_id.in_([row.id for row in rows])))}
    places = calls.places_in_line(rows)
    return [_entry(row, found[row.id], places.get(row.id, 0)) for row in rows]


def _entry(call: Call, line: DirectCall, place: int) -> dict[str, Any]:
    is_waiting = line.stage == Stage.LINE
    ended = call.answered_at or call.ended_at or now()
    return resource(
        "voice-queue-entries",
        call.uuid,
        {
            "created-at": moment(call.created_at),
            "last-modified-at": moment(line.since),
            "phone-number": line.address or None,
            "position": place,
            "queue-time": max(0, int(((now() if is_waiting else ended) - call.created_at).total_seconds())),
            "state": "waiting" if is_waiting else line.outcome or line.stage,
        },
    )


def _agents(rows: Sequence[LineAgent]) -> list[Resource]:
    ids = [row.staff_id for row in rows]
    people = dict(db.session.execute(select(Staff.id, Staff.uuid).where(Staff.id.in_(ids))).all())
    homes = dict(
        db.session.execute(select(NumberLine.id, NumberLine.uuid).where(NumberLine.id.in_({row.number_line_id for row in rows}))).all()
    )
    speaking = db.session.execute(
        select(DirectCall.answered_by_id, Call.uuid)
        .join(Call, Call.id == DirectCall.call_id)
        .where(text(f"calls.{GOES_ON}"), DirectCall.answered_by_id.in_(ids))
        .order_by(Call.id)
    )
    calls_now = {row[0]: row[1] for row in speaking}
    return [
        resource(
            "voice-queue-agents",
            row.uuid,
            {
                "access-token": None,
                "call": {"id": str(calls_now[row.staff_id])} if row.staff_id in calls_now else None,
                "created-at": moment(row.created_at),
                "individual-id": str(people[row.staff_id]),
                "last-modified-at": moment(row.changed_at),
                "phone-number": row.phone,
                "setting": {"id": str(homes[row.number_line_id])},
                "user": {"id": str(people[row.staff_id])},
            },
        )
        for row in rows
    ]
