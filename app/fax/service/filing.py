"""A fax is filed: to a student, in whose family's timeline it stands then, or simply as done."""

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import transaction
from app.directory.queries.reach import student_visible_to
from app.fax.errors import FaxMoved
from app.fax.errors_triage import StillADraft
from app.fax.models import Fax, FaxStatus
from app.fax.service.looks import touch
from app.fax.service.triage import called, held_by_worker


def file_to(staff: Staff, fax_id: int, student_id: int, *, seen: int | bool | None = False) -> Fax:
    """It is about this child, said by a person. `seen` is the child it was filed to when the asker looked.

    Raises FaxMoved where a colleague filed it to another child meanwhile, NotVisible, and StillADraft.
    """
    with transaction():
        student = student_visible_to(staff, student_id)
        fax = _to_be_filed(staff, fax_id)
        if seen is not False and fax.student_id not in {seen, student_id}:
            raise FaxMoved
        if fax.student_id != student_id or fax.filed_at is None:
            fax.student_id = student_id
            _file(fax, staff)
            audit("fax.filed", fax, {"fax": called(fax), "name": student.full_name}, by=staff)
            touch(fax)
    return fax


def file_away(staff: Staff, fax_id: int) -> Fax:
    """It is done, and about no child. Raises NotVisible, StillADraft."""
    with transaction():
        fax = _to_be_filed(staff, fax_id)
        if fax.filed_at is None:
            _file(fax, staff)
            audit("fax.filed_away", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def unfile(staff: Staff, fax_id: int) -> Fax:
    """It was not about that child, or is not done. Raises NotVisible."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if fax.filed_at is not None:
            fax.student_id = fax.filed_at = fax.filed_by_id = None
            audit("fax.unfiled", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def _to_be_filed(staff: Staff, fax_id: int) -> Fax:
    fax = held_by_worker(staff, fax_id)
    if fax.status == FaxStatus.DRAFT:
        raise StillADraft
    return fax


def _file(fax: Fax, staff: Staff) -> None:
    fax.filed_at, fax.filed_by_id = now(), staff.id
    if fax.is_inbound and fax.read_at is None:
        fax.read_at, fax.read_by_id = fax.filed_at, staff.id
