"""Files that 24 digits name: an upload of the acting user, and what they may open of messages, faxes and voicemails."""

from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.identifiers import within_id24
from app.api.refusals import Refused, Why
from app.api.ringplan.models import UploadedFile
from app.calls.models import Recording, RecordingKind
from app.calls.queries_recordings import recording_is_audible_to
from app.calls.service import opening
from app.conversations.models import Attachment, Conversation
from app.conversations.queries import is_visible_to as thread_is_visible_to
from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.files import FileGone
from app.fax.models import Fax
from app.fax.queries import is_visible_to as fax_is_visible_to
from app.fax.service import looking

DOCUMENT_TYPE = "application/pdf"


@dataclass(frozen=True, slots=True)
class Named:
    """Where a file is kept, and what it is."""

    key: str
    name: str
    mime: str


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One that is being read."""

    stream: BinaryIO
    name: str
    mime: str
    size: int


def opened(staff: Staff, text: str, *, field: str = "body/file/id") -> OpenFile:
    """An upload of theirs, to be sent. Raises Refused (RULE). Gives the database connection back: reading may be slow."""
    upload = upload_of(staff, text)
    if upload is None:
        raise Refused(Why.RULE, "There is no such file. Upload it first, as the user who sends it: POST /files.", field=field)
    named = Named(upload.file_key, upload.name, upload.content_type)
    release_connection()
    try:
        return read(named)
    except FileGone as error:
        raise Refused(Why.RULE, "This file is no longer kept. Upload it again.", field=field) from error


def upload_of(staff: Staff, text: str) -> UploadedFile | None:
    """What somebody uploaded is theirs alone."""
    return db.session.scalar(select(UploadedFile).where(within_id24(UploadedFile.uuid, text), UploadedFile.staff_id == staff.id))


def readable(caller: Caller, text: str) -> Named:
    """What may be downloaded. Raises Refused (UNKNOWN)."""
    staff = caller.staff
    upload = upload_of(staff, text)
    if upload is not None:
        return Named(upload.file_key, upload.name, upload.content_type)
    found = _of_a_message(staff, text) if caller.may(Scope.READ_TEXTS) else None
    found = found or (_of_a_fax(staff, text) if caller.may(Scope.READ_FAXES) else None)
    found = found or (_of_a_voicemail(staff, text) if caller.may(Scope.READ_VOICEMAIL) else None)
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no file of this id, or it is not for the acting user.")
    return found


def read(named: Named) -> OpenFile:
    """Its bytes. Raises FileGone."""
    store = file_store()
    return OpenFile(store.open(named.key), named.name, named.mime, store.size(named.key))


def _of_a_message(staff: Staff, text: str) -> Named | None:
    found = db.session.scalar(
        select(Attachment)
        .join(Conversation, Conversation.id == Attachment.conversation_id)
        .where(within_id24(Attachment.uuid, text), Attachment.message_id.is_not(None), thread_is_visible_to(staff))
    )
    return None if found is None or found.file_key is None else Named(found.file_key, found.name, found.content_type)


def _of_a_fax(staff: Staff, text: str) -> Named | None:
    fax = db.session.scalar(select(Fax).where(within_id24(Fax.uuid, text), fax_is_visible_to(staff)))
    if fax is None:
        return None
    key, mime = (fax.source_key, fax.source_type) if fax.is_inbound else (fax.document_key, DOCUMENT_TYPE)
    if key is None:
        return None
    looking.note_downloaded(staff, fax, "original" if fax.is_inbound else "pdf")
    return Named(key, f"fax-{fax.id}", mime or "application/octet-stream")


def _of_a_voicemail(staff: Staff, text: str) -> Named | None:
    mine = (within_id24(Recording.uuid, text), Recording.kind == RecordingKind.VOICEMAIL, recording_is_audible_to(staff))
    sound = db.session.scalar(select(Recording).where(*mine))
    if sound is None or sound.file_key is None:
        return None
    opening.note_opened(staff, sound)
    return Named(sound.file_key, f"voicemail-{sound.created_at:%Y-%m-%d}-{sound.id}.wav", "audio/wav")
