"""Who opened what was recorded: families may ask, and the audit log can say."""

from datetime import timedelta

from sqlalchemy import exists, select

from app.accounts.models import AuditEvent, Staff
from app.accounts.service.audit import audit
from app.calls.models import Call, Recording
from app.core.clock import now
from app.core.database import db, transaction

OPENED, READ = "recording.opened", "recording.read"
ONCE_IN = timedelta(hours=1)
"""A page that is opened again and again, or a player that starts over, is one line."""


def note_opened(staff: Staff, recording: Recording) -> None:
    """Its sound was asked for."""
    _note(staff, recording, OPENED)


def note_read(staff: Staff, recording: Recording) -> None:
    """What was said was taken away as a file."""
    _note(staff, recording, READ)


def _note(staff: Staff, recording: Recording, action: str) -> None:
    same = (AuditEvent.district_id == staff.district_id, AuditEvent.staff_id == staff.id, AuditEvent.action == action)
    lately = (AuditEvent.subject_id == recording.id, AuditEvent.at > now() - ONCE_IN)
    if db.session.scalar(select(exists().where(*same, *lately))):
        return
    with transaction():
        call = db.session.get_one(Call, recording.call_id)
        audit(action, recording, {"title": call.title}, by=staff)
