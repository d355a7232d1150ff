"""Files beside messages: what staff put there, what guardians sent. Judged by content; pictures are made anew."""

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

import structlog
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.carrier.choice import current_carrier
from app.carrier.gateway import CarrierFailed, MediaRefused
from app.config import Settings
from app.conversations import queries
from app.conversations.errors import NotAllowed
from app.conversations.events import MessageChanged
from app.conversations.models import Attachment, Conversation, ConversationKind, Message
from app.conversations.service import access, group_relay, inbox_row
from app.core import images, uploads
from app.core.clock import now
from app.core.content_types import FILE_TYPES, Family, FileType
from app.core.database import db, open_events, release_connection, transaction
from app.core.errors import HomeroomError
from app.core.files import FileStore, LocalFileStore

log = structlog.get_logger()
FETCHED_WITHIN = timedelta(hours=24)
"""So long a file is asked for at the carrier, before its bubble says that it could not be fetched."""
LONGEST_PROBLEM = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is safely stored, with its small picture if it is one."""

    name: str
    content_type: str
    size: int
    file_key: str
    thumbnail_key: str | None = None
    width: int | None = None
    height: int | None = None


def file_store() -> FileStore:
    """Where this installation keeps files."""
    settings: Settings = current_app.extensions["settings"]
    store: FileStore = current_app.extensions.get("files") or LocalFileStore(settings.data / "files")
    return store


def keep_file(
    stream: BinaryIO,
    *,
    filename: str | None,
    claimed_mime: str | None = None,
    is_for_phones: bool,
    accepted: Collection[FileType] = FILE_TYPES,
) -> Kept:
    """Store a file outside of any transaction. A picture that is for phones is made small enough for them.

    Raises UploadRefused and FileTooLarge, with advice; then nothing is kept.
    """
    settings: Settings = current_app.extensions["settings"]
    store = file_store()
    taken = uploads.take(store, stream, filename=filename, claimed_mime=claimed_mime, limit=settings.max_upload_bytes, accepted=accepted)
    if taken.type.family is not Family.IMAGE or taken.type not in images.PICTURES:
        return Kept(taken.name, taken.type.mime, taken.stored.size, taken.stored.key)
    try:
        with store.open(taken.stored.key) as original:
            data = original.read()
        picture = images.fit(data) if is_for_phones else images.clean(data)
        small = images.thumbnail(picture.data)
        thumbnail = store.save(iter([small.data]), extension=small.type.extensions[0])
        whole = store.save(iter([picture.data]), extension=picture.type.extensions[0])
    finally:
        store.delete(taken.stored.key)
    name = uploads.honest_name(taken.name, picture.type)
    return Kept(name, picture.type.mime, whole.size, whole.key, thumbnail.key, picture.width, picture.height)


def keep_all(files: Iterable[tuple[BinaryIO, str | None, str | None]]) -> list[Kept]:
    """Store what came together, as (stream, name, claimed type): all of it, or nothing. Raises as `keep_file`."""
    kept: list[Kept] = []
    try:
        for stream, name, kind in files:
            kept.append(keep_file(stream, filename=name, claimed_mime=kind, is_for_phones=False))  # the ones before a refusal are wanted
    except HomeroomError:
        for file in kept:
            throw_away(file.file_key, file.thumbnail_key)
        raise
    return kept


def throw_away(*keys: str | None) -> None:
    """Delete stored files that no row names any more."""
    for key in keys:
        if key is not None:
            file_store().delete(key)


def attach(
    staff: Staff,
    conversation_id: int,
    stream: BinaryIO,
    *,
    filename: str | None,
    claimed_mime: str | None = None,
) -> Attachment:
    """Put a file beside what this person is writing. Raises NotVisible, NotAllowed, UploadRefused, FileTooLarge."""
    conversation = queries.conversation_visible_to(staff, conversation_id)
    access.may_write(staff)
    release_connection()
    kept = keep_file(stream, filename=filename, claimed_mime=claimed_mime, is_for_phones=True)
    return attach_kept(staff, conversation, kept)


def attach_kept(staff: Staff, conversation: Conversation, kept: Kept, *, uuid: UUID | None = None) -> Attachment:
    """The same with a file that is stored already, for a conversation that was visible; under the `uuid` that was promised, if one was."""
    access.may_write(staff)
    with transaction():
        attachment = Attachment(
            district_id=conversation.district_id,
            conversation_id=conversation.id,
            staff_id=staff.id,
            name=kept.name,
            content_type=kept.content_type,
            size=kept.size,
            **({"uuid": uuid} if uuid is not None else {}),
        )
        hold(attachment, kept)
        db.session.add(attachment)
        db.session.flush()
    return attachment


def detach(staff: Staff, attachment_uuid: UUID) -> int:
    """Take a file away that was not sent yet; its conversation. Raises NotVisible, NotAllowed for what was sent or is somebody else's."""
    with transaction():
        attachment = queries.attachment_visible_to(staff, attachment_uuid)
        is_used = attachment.message_id is not None or attachment.scheduled_message_id is not None
        if is_used or attachment.staff_id != staff.id:
            raise NotAllowed(_("This file is part of a message already."))
        keys, conversation_id = (attachment.file_key, attachment.thumbnail_key), attachment.conversation_id
        db.session.delete(attachment)
    throw_away(*keys)
    return conversation_id


def fetch_expected(limit: int = 50) -> int:
    """Fetch what still waits at the carrier, oldest first; returns how many there were."""
    waiting = select(Attachment.id).where(Attachment.file_key.is_(None), Attachment.problem.is_(None), Attachment.source_url.is_not(None))
    numbers = list(db.session.scalars(waiting.order_by(Attachment.id).limit(limit)))
    for number in numbers:
        try:
            fetch(number)
        except Exception:
            log.exception("attachment.fetch_failed", attachment=number)
    return len(numbers)


def fetch(attachment_id: int) -> None:
    """Bring one file of an inbound message home. Safe to run twice; a carrier that is away is asked again later."""
    attachment = db.session.get(Attachment, attachment_id, populate_existing=True)
    if attachment is None or attachment.file_key is not None or attachment.problem is not None or not attachment.source_url:
        return
    url, since, claimed = attachment.source_url, attachment.created_at, attachment.content_type
    release_connection()
    try:
        kept = _bring(url)
    except MediaRefused:
        _settle(attachment_id, None, _("The carrier no longer has this file. Ask the family to send it again."))
    except CarrierFailed:
        if now() - since > FETCHED_WITHIN:
            _settle(attachment_id, None, _("This file could not be fetched. Ask the family to send it again."))
    except HomeroomError as refusal:
        log.info("attachment.refused", attachment=attachment_id, code=refusal.code, claimed=claimed)
        _settle(attachment_id, None, refusal.advice)
    else:
        _settle(attachment_id, kept, None)


def _bring(url: str) -> Kept:
    settings: Settings = current_app.extensions["settings"]
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as file:
        carrier_file: BinaryIO = file  # type: ignore[assignment]  # the standard library's own gap
        current_carrier().fetch_media(url, carrier_file, most_bytes=settings.max_upload_bytes)
        file.seek(0)
        return keep_file(carrier_file, filename=None, is_for_phones=False)


def _settle(attachment_id: int, kept: Kept | None, problem: str | None) -> None:
    """Write down how it went; whoever was faster wins, and the other's copy is thrown away."""
    with transaction():
        message_id = db.session.scalar(select(Attachment.message_id).where(Attachment.id == attachment_id))
        message = db.session.get_one(Message, message_id)
        conversation = inbox_row.hold(message.conversation_id)
        attachment = db.session.get_one(Attachment, attachment_id, populate_existing=True)
        is_first = attachment.file_key is None and attachment.problem is None
        if is_first:
            attachment.problem = problem[:LONGEST_PROBLEM] if problem else None
            if kept is not None:
                attachment.name, attachment.content_type, attachment.size = kept.name, kept.content_type, kept.size
                hold(attachment, kept)
            db.session.flush()
            inbox_row.show_again(conversation, message)
            open_events().append(MessageChanged(message.district_id, conversation.id, message.id))
            is_complete = all(each.file_key or each.problem for each in message.attachments)
            if is_complete and conversation.kind == ConversationKind.GROUP and "relay" not in message.details:
                group_relay.relay(conversation, message)
    if kept is not None and not is_first:
        throw_away(kept.file_key, kept.thumbnail_key)


def sweep_files() -> int:
    """Remove uploads that a killed process left half written; returns how many."""
    return file_store().sweep(now())


def hold(attachment: Attachment, kept: Kept) -> None:
    """Give a row its stored file."""
    attachment.file_key, attachment.thumbnail_key = kept.file_key, kept.thumbnail_key
    attachment.width, attachment.height = kept.width, kept.height
