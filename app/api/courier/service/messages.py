"""Messages: posted into a conversation, or kept back until they are released."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.accounts.models import Staff
from app.api.courier.models import MessageDraft, Upload, UploadKind
from app.api.courier.queries.channels import channel
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, Message
from app.conversations.service.attachments import Kept
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid

EVERYBODY = "all"
LONGEST = 10_000


def post(staff: Staff, talk: Conversation, words: str, *, read_by: str = "") -> Message:
    """Send a message to everybody in a channel; `read_by` as the contract's auto-ack. Raises Refused, and as the room's `send`."""
    with transaction():
        readers = _readers(staff, talk, read_by)
        message = threads.send(staff, talk.id, words, uuid=new_uuid())
        _read(readers, message)
    return message


def keep_back(staff: Staff, talk: Conversation, words: str, *, read_by: str = "") -> MessageDraft:
    """Keep a message as a draft of one's own. Raises Refused."""
    _readers(staff, talk, read_by)
    with transaction():
        draft = MessageDraft(
            district_id=talk.district_id, conversation_id=talk.id, staff_id=staff.id, body=words[:LONGEST], auto_ack=read_by
        )
        db.session.add(draft)
        db.session.flush()
    return draft


def change_draft(staff: Staff, talk: Conversation, draft: MessageDraft, values: dict[str, Any]) -> Message | None:
    """Other words, removed or restored; the message where it was released. Raises Refused, and as `send`."""
    with transaction():
        draft = db.session.scalars(
            select(MessageDraft).where(MessageDraft.id == draft.id).with_for_update().execution_options(populate_existing=True)
        ).one()
        if draft.released_at is not None:
            raise Refused(Why.STATE, "This draft was released a moment ago.", code="released")
        if "message" in values:
            draft.body = values["message"][:LONGEST]
        if "removed" in values:
            draft.removed_at = now() if values["removed"] else None
        draft.updated_at = now()
        if values.get("draft", True):
            return None
        if draft.removed_at is not None:
            raise Refused(Why.STATE, "This draft was removed. Restore it first.", code="removed")
        message = threads.send(
            staff, talk.id, draft.body, uuid=draft.uuid, attachment_ids=[*map(partial(_attached, staff, talk), _files_of(draft.uuid))]
        )
        draft.released_at = now()
        _read(_readers(staff, talk, draft.auto_ack), message)
    return message


def acknowledge(staff: Staff, talk: Conversation, message: Message) -> None:
    """Read up to a message; where one colleague's reading counts for all of the channel, they have read it, too."""
    seen = channel(staff, talk)
    with transaction():
        threads.mark_read(staff, talk.id, message.id)
        if seen.shares_reading:
            _read([each.staff for each in seen.members if each.staff is not None and each.staff.id != staff.id], message)


def _files_of(draft: UUID) -> list[Upload]:
    """Those whose bytes came, also those that nobody had judged: a text must not leave without one of its files."""
    came = select(Upload).where(
        Upload.kind == UploadKind.MESSAGE,
        Upload.owner_uuid == draft,
        or_(Upload.ready_at.is_not(None), Upload.raw_key.is_not(None)),
        Upload.removed_at.is_(None),
    )
    return list(db.session.scalars(came.order_by(Upload.id)))


def _attached(staff: Staff, talk: Conversation, upload: Upload) -> int:
    """The file of a draft as one of the conversation, under the id that was given out for it."""
    if upload.file_key is None:
        raise Refused(Why.STATE, "A file of this draft has not been processed yet.", code="upload_pending")
    kept = Kept(upload.name, upload.content_type, upload.size, upload.file_key, upload.thumbnail_key, upload.width, upload.height)
    upload.target_id = threads.attach_kept(staff, talk, kept, uuid=upload.uuid).id
    return upload.target_id


def _readers(staff: Staff, talk: Conversation, read_by: str) -> Sequence[Staff]:
    """Whose copy counts as read at once beside the author's. Raises Refused for who is not in the channel."""
    if not read_by:
        return []
    inside = [member.staff for member in channel(staff, talk).members if member.staff is not None]
    chosen = inside if read_by == EVERYBODY else [each for each in inside if str(each.uuid) == read_by.lower()]
    if not chosen:
        sentence = "auto-ack is empty, all, or the id of a colleague in this channel."
        raise Refused(Why.RULE, sentence, field="body/data/attributes/auto-ack")
    return [each for each in chosen if each.id != staff.id]


def _read(readers: Sequence[Staff], message: Message) -> None:
    for reader in readers:
        threads.mark_read(reader, message.conversation_id, message.id)
