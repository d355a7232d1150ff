"""Files on their way in: a ticket, the bytes at a signed address, and then a look at what is really inside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from flask import current_app
from sqlalchemy import Select, and_, or_, select

from app.accounts.models import Staff
from app.announcements import service as announcements
from app.announcements.models import Announcement, AnnouncementFile
from app.api.courier.models import BulkMessage, EmailStatus, MessageDraft, Upload, UploadKind, UserEmail
from app.api.refusals import Refused, Why
from app.config import Settings
from app.conversations.service.attachments import Kept, file_store, keep_file, throw_away
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import Conflict
from app.core.files import FileGone, StoredFile, chunks_of

PURPOSE = "courier.upload"
OPEN_FOR = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)
PATH = "/courier/uploads/"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where to bring a file, and until when."""

    upload: Upload
    url: str
    expires: datetime


def reserve(staff: Staff, kind: UploadKind, owner: UUID, *, name: str, content_type: str) -> Ticket:
    """Announce a file. The owner was looked at already."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        upload = Upload(
            district_id=staff.district_id, staff_id=staff.id, kind=kind, owner_uuid=owner, name=name[:200], content_type=content_type[:100]
        )
        db.session.add(upload)
        db.session.flush()
    expires = now() + OPEN_FOR
    token = signed_links.sign(settings.secret_key, PURPOSE, str(upload.uuid), expires)
    return Ticket(upload, f"{settings.public_url.rstrip('/')}{PATH}{token}", expires)


def bring(token: str, stream: BinaryIO) -> None:
    """Keep the bytes that came to a signed address. Raises BadLink, ExpiredLink, FileTooLarge, and Conflict once it was processed."""
    settings: Settings = current_app.extensions["settings"]
    uuid = UUID(signed_links.read(settings.secret_key, PURPOSE, token, now()))
    release_connection()
    stored = file_store().save(chunks_of(stream), limit=settings.max_upload_bytes)
    try:
        earlier = _arrived(uuid, stored)
    except BaseException:
        throw_away(stored.key)
        raise
    throw_away(earlier)


def process(staff: Staff, upload: Upload) -> Upload:
    """Judge what came by its content and publish it; once more changes nothing. Raises Refused, UploadRefused, FileTooLarge.

    After a refusal another file may be brought to the same address.
    """
    if upload.ready_at is not None:
        return upload
    if upload.raw_key is None:
        raise Refused(Why.STATE, "The file has not arrived. Bring it to the upload-url first.", code="upload_missing")
    raw, uuid = upload.raw_key, upload.uuid
    release_connection()
    with file_store().open(raw) as stream:
        if upload.kind == UploadKind.BULK:
            _put_beside(staff, upload, stream)
        else:
            is_for_phones = upload.kind == UploadKind.MESSAGE
            kept = keep_file(
                stream, filename=upload.name or None, claimed_mime=upload.content_type, is_for_phones=is_for_phones
            )  # fmt: skip
            if not _publish(uuid, kept):
                throw_away(kept.file_key, kept.thumbnail_key)
    throw_away(raw)
    return db.session.scalars(_held(uuid)).one()


def remove(upload: Upload, *, is_removed: bool) -> Upload:
    """Leave a file out of its draft, or take it along again. Raises Refused once the draft was released."""
    with transaction():
        held = db.session.scalars(_held(upload.uuid)).one()
        if held.target_id is not None:
            raise Refused(Why.STATE, "This file has left with its message.", code="posted")
        held.removed_at = now() if is_removed else None
    return held


def _held(uuid: UUID) -> Select[Upload]:
    return select(Upload).where(Upload.uuid == uuid).with_for_update().execution_options(populate_existing=True)


def _arrived(uuid: UUID, stored: StoredFile) -> str | None:
    """Write down where the bytes are; the file that they replace."""
    with transaction():
        upload = db.session.scalar(_held(uuid))
        if upload is None:
            raise FileGone
        if upload.ready_at is not None:
            raise Conflict("This file was processed already. Reserve another one.")
        earlier, upload.raw_key, upload.size = upload.raw_key, stored.key, stored.size
    return earlier


def _publish(uuid: UUID, kept: Kept) -> bool:
    """Whether this was the first look at the file."""
    with transaction():
        upload = db.session.scalars(_held(uuid)).one()
        if upload.ready_at is not None:
            return False
        upload.name, upload.content_type, upload.size = kept.name[:200], kept.content_type, kept.size
        upload.file_key, upload.thumbnail_key, upload.width, upload.height = kept.file_key, kept.thumbnail_key, kept.width, kept.height
        upload.raw_key, upload.ready_at = None, now()
    return True


def _put_beside(staff: Staff, upload: Upload, stream: BinaryIO) -> None:
    """A file of a bulk message stands beside the announcement's words."""
    bulk = db.session.scalars(select(BulkMessage).where(BulkMessage.uuid == upload.owner_uuid)).one()
    announcement = db.session.get_one(Announcement, bulk.announcement_id, populate_existing=True)
    announcements.attach(
        staff, announcement.id, stream, filename=upload.name or None, claimed_mime=upload.content_type, version=announcement.version
    )
    newest = select(AnnouncementFile).where(AnnouncementFile.announcement_id == announcement.id).order_by(AnnouncementFile.id.desc())
    with transaction():
        file, held = db.session.scalars(newest.limit(1)).one(), db.session.scalars(_held(upload.uuid)).one()
        held.name, held.content_type, held.size, held.thumbnail_key = file.name[:200], file.content_type, file.size, file.thumbnail_key
        held.raw_key, held.target_id, held.ready_at = None, file.id, now()


def remove_unsent(limit: int = 200) -> int:
    """Delete files of a week ago that will never leave with anything; returns how many there were. What a draft shows stays with it."""
    emails = select(UserEmail.uuid).where(UserEmail.status == EmailStatus.DRAFT)
    drafts = select(MessageDraft.uuid).where(MessageDraft.released_at.is_(None), MessageDraft.removed_at.is_(None))
    is_nothings = or_(Upload.ready_at.is_(None), Upload.removed_at.is_not(None))
    old = select(Upload).where(
        Upload.created_at < now() - KEPT_FOR,
        Upload.target_id.is_(None),
        or_(
            Upload.kind == UploadKind.BULK,
            and_(Upload.kind == UploadKind.MESSAGE, or_(is_nothings, Upload.owner_uuid.not_in(drafts))),
            and_(Upload.kind == UploadKind.EMAIL, is_nothings, Upload.owner_uuid.in_(emails)),
        ),
    )
    with transaction():
        found = list(db.session.scalars(old.order_by(Upload.id).limit(limit).with_for_update(skip_locked=True)))
        keys = [key for each in found for key in (each.raw_key, each.file_key, each.thumbnail_key)]
        for each in found:
            db.session.delete(each)
    throw_away(*keys)
    return len(found)
