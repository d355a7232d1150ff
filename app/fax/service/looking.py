"""Who looked at a fax, or took it away: families may ask, and the audit log can say."""

from datetime import timedelta

from sqlalchemy import exists, select

from app.accounts.models import AuditEvent, Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.fax.models import Fax

ONCE_IN = timedelta(hours=1)
"""A page that is opened again and again is one line."""


def note_opened(staff: Staff, fax: Fax) -> None:
    """Its pages were shown."""
    if not _lately(staff, fax, "fax.opened"):
        _note(staff, fax, "fax.opened")


def note_printed(staff: Staff, fax: Fax) -> None:
    """It was opened to be printed."""
    if not _lately(staff, fax, "fax.printed"):
        _note(staff, fax, "fax.printed")


def note_edited(staff: Staff, fax: Fax) -> None:
    """What is to be sent was written, or its files changed. Belongs into the transaction that did so."""
    if not _lately(staff, fax, "fax.edited"):
        audit("fax.edited", fax, {}, by=staff)


def note_downloaded(staff: Staff, fax: Fax, kind: str, *, is_rest: bool = False) -> None:
    """Its document left the house: as a PDF, a TIFF, or as it came. `is_rest`: only what goes on where another part ended."""
    if is_rest and _lately(staff, fax, "fax.downloaded"):
        return
    _note(staff, fax, "fax.downloaded", kind=kind)


def _note(staff: Staff, fax: Fax, action: str, **details: str) -> None:
    with transaction():
        audit(action, fax, {"name": fax.name or fax.address, **details}, by=staff)


def _lately(staff: Staff, fax: Fax, action: str) -> bool:
    same = (AuditEvent.district_id == staff.district_id, AuditEvent.subject_type == "fax", AuditEvent.subject_id == fax.id)
    hers = (AuditEvent.staff_id == staff.id, AuditEvent.action == action, AuditEvent.at > now() - ONCE_IN)
    return db.session.scalar(select(exists().where(*same, *hers))) or False
