"""Tasks that are run on the lines of numbers."""

from typing import Any

import structlog
from flask import current_app

from app.accounts.models import Staff
from app.api.courier.models import TaskState, VoiceTask
from app.calls.models import NumberLine
from app.calls.service import number_lines
from app.carrier.gateway import CarrierFailed
from app.core.database import db, transaction

log = structlog.get_logger()
AWAY = "The carrier could not be asked. Run the task again in a few minutes."


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
