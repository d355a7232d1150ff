"""One draft per person and conversation, kept on the server so that it follows its writer to the next device."""

from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.events import DraftChanged
from app.conversations.models import Conversation, Draft
from app.conversations.service import access
from app.conversations.service.composing import LONGEST_BODY
from app.core.clock import now
from app.core.database import db, open_events, transaction


def save_draft(staff: Staff, conversation_id: int, body: str, *, is_note: bool = False) -> Draft | None:
    """Keep what this person is writing; an empty text drops the draft. Raises NotVisible, NotAllowed."""
    with transaction():
        conversation = access.writable(staff, conversation_id)
        if not body.strip():
            forget(conversation, staff)
            return None
        return keep(conversation, staff, body[:LONGEST_BODY], is_note=is_note)


def discard_draft(staff: Staff, conversation_id: int) -> None:
    """Drop this person's draft. Raises NotVisible."""
    with transaction():
        forget(access.readable(staff, conversation_id), staff)


def keep(conversation: Conversation, staff: Staff, body: str, *, is_note: bool = False) -> Draft:
    """The same for a held conversation, within a transaction."""
    draft = of(conversation, staff)
    if draft is None:
        draft = Draft(conversation_id=conversation.id, staff_id=staff.id, body=body)
        db.session.add(draft)
    draft.body, draft.is_note, draft.updated_at = body, is_note, now()
    db.session.flush()
    _tell(conversation, staff, is_gone=False)
    return draft


def put_back(conversation: Conversation, staff: Staff, body: str) -> None:
    """Words that were taken back stand before what this person has begun meanwhile. Within a transaction."""
    draft = of(conversation, staff)
    if not body or (draft is not None and draft.body.startswith(body)):
        return
    begun = draft.body if draft is not None else ""
    keep(conversation, staff, f"{body}\n{begun}"[:LONGEST_BODY] if begun.strip() else body, is_note=draft is not None and draft.is_note)


def forget(conversation: Conversation, staff: Staff, *, is_note: bool | None = None) -> None:
    """Drop the draft, or only one of the kind that was sent now. Within a transaction."""
    draft = of(conversation, staff)
    if draft is None or is_note not in {None, draft.is_note}:
        return
    db.session.delete(draft)
    db.session.flush()
    _tell(conversation, staff, is_gone=True)


def of(conversation: Conversation, staff: Staff) -> Draft | None:
    """What this person has begun to write here."""
    return db.session.scalar(select(Draft).where(Draft.conversation_id == conversation.id, Draft.staff_id == staff.id))


def _tell(conversation: Conversation, staff: Staff, *, is_gone: bool) -> None:
    open_events().append(DraftChanged(conversation.district_id, staff.id, conversation.id, conversation.version, is_gone))
