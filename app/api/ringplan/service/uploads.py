"""Files that are kept for a message or a fax to come, and forgotten when nobody sent them."""

from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage

from app.accounts.models import Staff
from app.api.ringplan.models import UploadedFile
from app.conversations.service.attachments import keep_file, throw_away
from app.core.clock import now
from app.core.content_types import FILE_TYPES, TIFF
from app.core.database import db, release_connection, transaction

KEPT_FOR = timedelta(days=30)
"""What is sent has a copy of its own: an upload is for the way there."""
LONGEST_NAME = 200
ACCEPTED = frozenset({*FILE_TYPES, TIFF})
"""What can be texted, and what can be faxed."""


def take(staff: Staff, file: FileStorage, *, description: str | None) -> UploadedFile:
    """Judge a file by its content and keep it. Raises UploadRefused, FileTooLarge."""
    release_connection()
    stream: BinaryIO = file.stream  # type: ignore[assignment]  # the library's own gap
    kept = keep_file(stream, filename=file.filename, claimed_mime=file.mimetype or None, is_for_phones=False, accepted=ACCEPTED)
    with transaction():
        row = UploadedFile(
            district_id=staff.district_id,
            staff_id=staff.id,
            name=kept.name[:LONGEST_NAME],
            uploaded_name=_printable(file.filename or kept.name),
            description=description,
            content_type=kept.content_type,
            size=kept.size,
            file_key=kept.file_key,
            thumbnail_key=kept.thumbnail_key,
            width=kept.width,
            height=kept.height,
        )
        db.session.add(row)
        db.session.flush()
    return row


def forget_old(limit: int = 200) -> int:
    """Remove uploads that are a month old, with their files; returns how many."""
    old = select(UploadedFile.id, UploadedFile.file_key, UploadedFile.thumbnail_key).where(UploadedFile.created_at < now() - KEPT_FOR)
    found = db.session.execute(old.order_by(UploadedFile.id).limit(limit)).all()
    with transaction():
        db.session.execute(delete(UploadedFile).where(UploadedFile.id.in_([row.id for row in found])))
    for row in found:
        throw_away(row.file_key, row.thumbnail_key)
    return len(found)


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in name)[:LONGEST_NAME]
