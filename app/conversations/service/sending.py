"""Send now, take it back within five seconds, try again, and lay failures to rest."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from app.accounts.models import Staff
from app.conversations.models import Message
from app.conversations.service import access, composing, dispatch, drafts
from app.core.clock import now
from app.core.database import transaction

UNDO = timedelta(seconds=5)
"""So long a text waits in the outbox, where it can be taken back."""


def send(
    staff: Staff,
    conversation_id: int,
    body: str,
    *,
    uuid: UUID,
    attachment_ids: Sequence[int] = (),
    as_mms: bool = False,
    translation: str | None = None,
    translations: Mapping[str, str] | None = None,
    translated_by: str | None = None,
) -> Message:
    """Put a message into the thread and the outbox; it leaves in five seconds unless it is taken back.

    `uuid` comes from the writer's browser: the same one again returns the first message. `translation` is for the
    conversation's own language, `translations` for the languages of a group. Raises NotVisible, NotAllowed,
    NothingToSend, MessageTooLong, TooManyFiles, UnfilledFields, FactsChanged, CannotReceiveTexts (RecipientOptedOut),
    ContactNotPermitted, NobodyToReach, NoFreeNumber; then nothing is written.
    """
    with transaction():
        conversation = access.writable(staff, conversation_id)
        if first := dispatch.earlier(uuid, conversation, staff):
            return first
        parcel = composing.check_words(
            conversation,
            body,
            attachments=composing.unsent_attachments(conversation, staff, attachment_ids),
            as_mms=as_mms,
            translation=translation,
            translations=translations,
            translated_by=translated_by,
        )
        message = dispatch.deliver(conversation, parcel, dispatch.Sending(staff, uuid, now() + UNDO, {}))
        drafts.forget(conversation, staff, is_note=False)
    return message
