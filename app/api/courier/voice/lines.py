"""The lines of numbers: which there are, and the tasks that are run on them."""

from typing import Any
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.models import TaskState, VoiceTask
from app.api.refusals import Refused, Why
from app.calls.models import LineAgent, NumberLine
from app.calls.service import number_lines
from app.carrier.gateway import CarrierFailed
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import PhoneNumber

log = structlog.get_logger()
AWAY = "The carrier could not be asked. Run the task again in a few minutes."


def lines_of(staff: Staff) -> Select[NumberLine]:
    """Those whose numbers belong to a text account."""
    return (
        select(NumberLine)
        .join(PhoneNumber, PhoneNumber.id == NumberLine.phone_number_id)
        .where(NumberLine.district_id == staff.district_id, PhoneNumber.messaging_service_id.is_not(None))
    )


def line_named(staff: Staff, number: str | UUID, *, field: str | None = None) -> NumberLine:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(lines_of(staff).where(NumberLine.uuid == UUID(str(number))))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no voice setting of this id. GET /v1/voice-settings/ lists yours.", field=field)
    return found


def agents_of(staff: Staff) -> Select[LineAgent]:
    """Who is signed on now, anywhere in the district."""
    return (
        select(LineAgent)
        .join(NumberLine, NumberLine.id == LineAgent.number_line_id)
        .where(NumberLine.district_id == staff.district_id, LineAgent.ends_at > now())
    )


def refresh(staff: Staff, line: NumberLine, kwargs: dict[str, Any]) -> VoiceTask:
    """Ask the carrier whether those who wait in the line still do. Asked without a transaction; the row says what came of it."""
    with transaction():
        task = VoiceTask(
            district_id=staff.district_id, number_line_id=line.id, staff_id=staff.id, method="refresh_queue_entries", kwargs=kwargs,
            state=TaskState.RUNNING,
        )  # fmt: skip
        db.session.add(task)
    try:
        found = number_lines.refresh(current_app._get_current_object(), line)  # type: ignore[attr-defined]  # noqa: SLF001  # the documented way past the proxy
        ended: tuple[TaskState, dict[str, int], str | None] = (
            TaskState.COMPLETED, {"entries": found.asked, "ended": found.ended}, None,
        )  # fmt: skip
    except CarrierFailed as problem:
        log.warning("courier.line_not_refreshed", problem=type(problem).__name__)
        ended = TaskState.FAILED, {}, AWAY
    with transaction():
        row = db.session.get_one(VoiceTask, task.id, populate_existing=True)
        row.state, row.result, row.error = ended
    return row


def task_named(staff: Staff, number: UUID) -> VoiceTask:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(select(VoiceTask).where(VoiceTask.uuid == number, VoiceTask.district_id == staff.district_id))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no task of this id.")
    return found
