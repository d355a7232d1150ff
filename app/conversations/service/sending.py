"""Send now, take it back within five seconds, try again, and lay failures to rest."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.behind import bearer_behind, system_behind
from app.accounts.models import Staff
from app.accounts.service import audit
from app.conversations.errors import NotAllowed, TooLateToUndo
from app.conversations.events import ConversationDeleted
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.queries_reach import contact_point_within_reach
from app.conversations.service import access, composing, desk, dispatch, drafts, following, inbox_row, lines, outbox, unsent_files
from app.conversations.service.recipients import recipients_of, refusal, refusal_of_point
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.ids import new_uuid
from app.delivery import service as delivery_service
from app.delivery.errors import NotDoubtful, NotFailed
from app.delivery.models import DeliveryState, Priority
from app.delivery.service import Doubt
from app.directory.models import School

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
    hold: timedelta = UNDO,
    priority: Priority = Priority.DEFAULT,
    as_written: bool = False,
) -> Message:
    """Put a message into the thread and the outbox; it leaves in five seconds, or after `hold`, unless it is taken back.

    `uuid` comes from the writer's browser: the same one again returns the first message. `translation` is for the
    conversation's own language, `translations` for the languages of a group. `as_written` leaves alone what looks like a
    merge field. Raises NotVisible, NotAllowed, NothingToSend, MessageTooLong, TooManyFiles, UnfilledFields, FactsChanged,
    CannotReceiveTexts (RecipientOptedOut), ContactNotPermitted, NobodyToReach, NoFreeNumber; then nothing is written.
    """
    with transaction():
        conversation = access.writable(staff, conversation_id)
        place = desk.lay(conversation, staff, uuid)
        if place.earlier_id is not None and (first := dispatch.earlier(uuid, conversation, staff)):
            return first
        parcel = composing.check_words(
            conversation,
            body,
            attachments=composing.unsent_attachments(conversation, staff, attachment_ids),
            as_mms=as_mms,
            translation=translation,
            translations=translations,
            translated_by=translated_by,
            source=staff.language,
            as_written=as_written,
        )
        message = dispatch.deliver(conversation, parcel, dispatch.Sending(staff, uuid, now() + hold, {}, priority), place)
        if priority is not Priority.BULK and bearer_behind() is not None:  # what goes to many stands in the audit log as a whole
            audit("message.sent", conversation, {"name": conversation.title}, by=staff)
        if place.draft_is_note is False and not system_behind():
            drafts.forget(conversation, staff, is_note=False)
    return message


def undo(staff: Staff, message_id: int) -> str:
    """Take back a text of one's own that has not left, and give its words back to the composer.

    Compare and set on this message's own deliveries: it leaves, or it is taken back, never both. Taken back twice gives
    the words again. Raises TooLateToUndo, NotAllowed, NotVisible.
    """
    with transaction():
        message = access.actionable_message(staff, message_id)
        if message.staff_id != staff.id or message.kind != MessageKind.OUTBOUND:
            raise NotAllowed(_("Only who wrote a text can take it back."))
        copies = list(db.session.scalars(select(Message).where(Message.parent_id == message.id).order_by(Message.conversation_id)))
        try:
            outbox.take_back([copy.id for copy in copies] or [message.id])
        except TooLateToUndo:
            db.session.refresh(message)
            if message.status == MessageStatus.CANCELLED:
                return message.body
            raise
        for copy in copies:
            line = inbox_row.hold(copy.conversation_id)
            withdraw(copy, line)
            leave_no_empty_line(line)
        conversation = inbox_row.hold(message.conversation_id)
        withdraw(message, conversation)
        unsent_files.give_back(message.attachments)
        drafts.put_back(conversation, staff, message.body)
        return message.body


def retry(staff: Staff, message_id: int, contact_point_id: int | None = None) -> Message:
    """Try a failed text again: to the same address, or as a new message to another address or guardian of the family.

    Raises NotFailed when it did not fail or somebody was faster, MayNotRetry when it would fail again, and what `send` raises.
    """
    with transaction():
        message = access.actionable_message(staff, message_id)
        conversation = db.session.get_one(Conversation, message.conversation_id)
        failed = outbox.newest_of(message.id, DeliveryState.FAILED, DeliveryState.BLOCKED)
        if not failed or message.failure_settled:
            raise NotFailed
        if contact_point_id is not None and contact_point_id not in {delivery.contact_point_id for delivery in failed}:
            return _send_elsewhere(staff, message, conversation, contact_point_id)
        places = {}
        for recipient in recipients_of(conversation):
            if recipient.point.id in {delivery.contact_point_id for delivery in failed} and (why := refusal(conversation, recipient)):
                raise why
            places[recipient.point.id] = outbox.place_of(recipient)
        for delivery in failed:
            if contact_point_id in {None, delivery.contact_point_id}:
                place = places.get(delivery.contact_point_id or 0)
                delivery_service.retry(delivery.id, place if place and place.address != delivery.address else None)
    return message


def settle_failure(staff: Staff, message_id: int) -> None:
    """Somebody dealt with a failure in another way: it no longer counts in the inbox. Raises NotVisible, NotAllowed."""
    with transaction():
        message = access.actionable_message(staff, message_id)
        _lay_to_rest(message)


def decide_doubt(staff: Staff, message_id: int, decision: Doubt) -> None:
    """Say what became of a text of which a crash left nobody sure. Raises NotDoubtful when the carrier spoke meanwhile."""
    with transaction():
        message = access.actionable_message(staff, message_id)
        doubtful = [row for row in outbox.newest_of(message.id, DeliveryState.PROCESSING) if row.doubtful_since is not None]
        if not doubtful:
            raise NotDoubtful
        for row in doubtful:
            delivery_service.resolve_doubt(row.id, decision)


def withdraw(message: Message, conversation: Conversation) -> None:
    """Show in no thread any more what was taken back from the outbox. The conversation is held."""
    message.status, message.due_at = MessageStatus.CANCELLED, None
    db.session.flush()
    inbox_row.look_again(conversation)
    inbox_row.changed(conversation)
    following.tell(message)


def leave_no_empty_line(line: Conversation) -> None:
    """Undoing the text to a group also undoes the conversations that it began."""
    if line.last_message_id == 0:
        line.deleted_at = now()
        open_events().append(ConversationDeleted(**inbox_row.about(line)))


def _send_elsewhere(staff: Staff, message: Message, conversation: Conversation, contact_point_id: int) -> Message:
    if message.details.get("link"):
        raise NotAllowed(_("A link is for one guardian. Send a new one from the other conversation."))
    point = contact_point_within_reach(staff, contact_point_id)
    if why := refusal_of_point(point, None):
        raise why
    school = db.session.get_one(School, conversation.school_id)
    line, _participant = lines.direct_line(school, point, owner_id=conversation.created_by_id)
    has_translation = message.translation and message.translation_language
    parcel = composing.Parcel(
        message.body,
        [dispatch.copy_of(attachment, line) for attachment in message.attachments],
        message.channel == "mms",
        {message.translation_language: message.translation} if has_translation else {},  # type: ignore[dict-item]  # both are set
        message.translated_by if has_translation else None,
    )
    _lay_to_rest(message)
    inbox_row.hold(line.id)
    sending = dispatch.Sending(staff, new_uuid(), now() + UNDO, {"retry_of": message.id})
    return dispatch.deliver(line, parcel, sending)


def _lay_to_rest(message: Message) -> None:
    for row in outbox.newest_of(message.id, DeliveryState.FAILED):
        delivery_service.settle(row.id)
    following.settle(message)
