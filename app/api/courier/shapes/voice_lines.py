"""Lines of numbers, who answers them, who waits in them, and the tasks run on them, as documents."""

from uuid import UUID

from app.api.courier.jsonapi import Resource, moment, resource, text_of
from app.api.courier.models import VoiceTask
from app.api.courier.queries.voice_callers import Caller
from app.api.courier.queries.voice_lines import ShownAgent, ShownLine
from app.calls.models import Stage
from app.core.clock import now


def line(each: ShownLine) -> Resource:
    """What calls to a number do."""
    row = each.row
    attributes = {
        "account-id": str(each.account),
        "created-at": moment(row.created_at),
        "forward-number": row.forward_number,
        "last-modified-at": moment(row.changed_at),
        "organization-id": str(each.organization),
        "phone-number": each.number.address,
        "recording-enabled": row.takes_messages,
        "recording-message": row.before_beep or None,
        "wait-message": row.while_waiting or None,
    }
    return resource("voice-settings", row.uuid, attributes)


def agent(each: ShownAgent, token: str | None = None) -> Resource:
    """Who answers; with a token for a phone in a browser where one was just issued."""
    attributes = {
        "access-token": token,
        "call": {"id": str(each.call)} if each.call else None,
        "created-at": moment(each.row.created_at),
        "individual-id": str(each.person),
        "last-modified-at": moment(each.row.changed_at),
        "phone-number": each.row.phone,
        "setting": {"id": str(each.line)},
        "user": {"id": str(each.person)},
    }
    return resource("voice-queue-agents", each.row.uuid, attributes)


def caller(each: Caller) -> Resource:
    """Who waits, or waited."""
    call, direct = each.call, each.direct
    is_waiting = direct.stage == Stage.LINE
    until = now() if is_waiting else call.answered_at or call.ended_at or now()
    attributes = {
        "created-at": moment(call.created_at),
        "last-modified-at": moment(direct.since),
        "phone-number": direct.address or None,
        "position": each.place if is_waiting else 0,
        "queue-time": max(0, int((until - call.created_at).total_seconds())),
        "state": "waiting" if is_waiting else direct.outcome or direct.stage,
    }
    return resource("voice-queue-entries", call.uuid, attributes)


def task(row: VoiceTask, author: UUID | None, line_id: UUID) -> Resource:
    """What was done to a line."""
    attributes = {
        "created-at": moment(row.created_at),
        "created-by": text_of(author),
        "error-message": row.error,
        "kwargs": row.kwargs,
        "method": row.method,
        "result": row.result,
        "setting": {"id": str(line_id)},
        "state": row.state,
    }
    return resource("voice-tasks", row.uuid, attributes)
