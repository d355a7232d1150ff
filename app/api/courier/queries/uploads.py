"""Files on their way in, by what they are for."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Staff
from app.api.courier.models import Upload, UploadKind
from app.conversations.models import Attachment, Conversation, Message, MessageKind
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible


def files_of(owner: UUID, *, kind: UploadKind = UploadKind.MESSAGE, with_pending: bool = False) -> list[Upload]:
    """The files of a draft, a bulk message or an email that was seen already, oldest first."""
    query = select(Upload).where(Upload.kind == kind, Upload.owner_uuid == owner)
    if not with_pending:
        query = query.where(Upload.ready_at.is_not(None))
    return list(db.session.scalars(query.order_by(Upload.id)))


def files_of_each(owners: Collection[UUID]) -> dict[UUID, list[Upload]]:
    """The files of several drafts, each with its own, in one query."""
    found: dict[UUID, list[Upload]] = {owner: [] for owner in owners}
    if owners:
        ready = (Upload.kind == UploadKind.MESSAGE, Upload.owner_uuid.in_(owners), Upload.ready_at.is_not(None))
        for upload in db.session.scalars(select(Upload).where(*ready).order_by(Upload.id)):
            found[upload.owner_uuid].append(upload)
    return found


def upload_named(staff: Staff, uuid: UUID, kind: UploadKind) -> Upload:
    """One's own. Raises NotVisible."""
    found = db.session.scalar(select(Upload).where(Upload.uuid == uuid, Upload.kind == kind, Upload.staff_id == staff.id))
    if found is None:
        raise NotVisible
    return found


def attachments_of(message: Message) -> list[Attachment]:
    """The files of a message that was seen already."""
    return list(db.session.scalars(select(Attachment).where(Attachment.message_id == message.id).order_by(Attachment.id)))


def attachment_of_message(staff: Staff, uuid: UUID) -> tuple[Attachment, UUID]:
    """A file that was sent or came, and the id of its message. Raises NotVisible."""
    found = db.session.execute(
        select(Attachment, Message.uuid)
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Attachment.uuid == uuid, Message.kind != MessageKind.NOTE, is_visible_to(staff))
    ).first()
    if found is None:
        raise NotVisible
    return found[0], found[1]


def upload_anywhere(staff: Staff, uuid: UUID, kind: UploadKind) -> Upload:
    """A file of the district: ask who may act as its owner. Raises NotVisible."""
    found = db.session.scalar(select(Upload).where(Upload.uuid == uuid, Upload.kind == kind, Upload.district_id == staff.district_id))
    if found is None:
        raise NotVisible
    return found
