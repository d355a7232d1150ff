"""Messages for later. At its time one becomes a message with the same uuid, exactly once, in one commit with its deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from flask_babel import gettext as _
from sqlalchemy import bindparam, select, update

from app.accounts.models import Staff, StaffStatus
from app.conversations import queries
from app.conversations.errors import AlreadyDecided, NotAllowed, UnsuitableTime
from app.conversations.events import ScheduleChanged
from app.conversations.models import Attachment, Conversation, Message, ScheduledMessage
from app.conversations.models.helpers import ScheduleState
from app.conversations.service import access, composing, dispatch, drafts, inbox_row, unsent_files
from app.conversations.service.composing import Parcel
from app.conversations.service.translating import Preview
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import HomeroomError, NotVisible
from app.core.prepared import Prepared

log = structlog.get_logger()
LATEST = timedelta(days=366)
LONGEST_PROBLEM = 200
_DUE = Prepared(
    select(ScheduledMessage.id)
    .where(
        ScheduledMessage.state == ScheduleState.WAITING,
        ScheduledMessage.due_at <= bindparam("at"),
        ScheduledMessage.problem.is_(None),
    )
    .order_by(ScheduledMessage.due_at, ScheduledMessage.id)
    .limit(bindparam("most"))
)


def schedule(
    staff: Staff,
    conversation_id: int,
    body: str,
    *,
    uuid: UUID,
    due_at: datetime,
    attachment_ids: Sequence[int] = (),
    as_mms: bool = False,
    translation: str | None = None,
    translated_by: str | None = None,
) -> ScheduledMessage:
    """Keep a message until its time; then it leaves without an undo window. The same `uuid` gives the first one back.

    Everything that `send` would refuse now is refused now. Raises UnsuitableTime, and as `send`.
    """
    with transaction():
        conversation = access.writable(staff, conversation_id)
        earlier = db.session.scalar(select(ScheduledMessage).where(ScheduledMessage.uuid == uuid))
        if earlier is not None:
            if (earlier.conversation_id, earlier.staff_id) != (conversation.id, staff.id):
                raise NotVisible
            return earlier
        _check_time(due_at)
        attachments = composing.unsent_attachments(conversation, staff, attachment_ids)
        parcel = composing.check_words(
            conversation,
            body,
            attachments=attachments,
            as_mms=as_mms,
            translation=translation,
            translated_by=translated_by,
            source=staff.language,
        )
        dispatch.check_recipients(conversation, parcel, staff)
        planned = ScheduledMessage(
            uuid=uuid,
            district_id=conversation.district_id,
            conversation_id=conversation.id,
            staff_id=staff.id,
            body=parcel.body,
            as_mms=as_mms,
            due_at=due_at,
        )
        _keep_words(planned, parcel, conversation)
        db.session.add(planned)
        db.session.flush()
        for attachment in attachments:
            attachment.scheduled_message_id = planned.id
        conversation.scheduled_count += 1
        drafts.forget(conversation, staff, is_note=False)
        _tell(conversation, planned)
    return planned


def change_scheduled(
    staff: Staff, scheduled_id: int, *, due_at: datetime | None, body: str | None, preview: Preview | None = None
) -> ScheduledMessage:
    """Another moment, other words, or both, or neither. `preview` is the words' translation: one that lost a fact is not kept.

    Raises as `reschedule` and `edit_scheduled`.
    """
    with transaction():
        planned = queries.scheduled_visible_to(staff, scheduled_id)
        if due_at is not None:
            planned = reschedule(staff, scheduled_id, due_at)
        if body is not None:
            kept = preview if preview is not None and not preview.facts else None
            planned = edit_scheduled(
                staff, scheduled_id, body, translation=kept.text if kept else None, translated_by=kept.provider if kept else None
            )
    return planned


def edit_scheduled(
    staff: Staff, scheduled_id: int, body: str, *, translation: str | None = None, translated_by: str | None = None
) -> ScheduledMessage:
    """Change one's own words that still wait: they leave under the writer's name.

    Raises NotAllowed for a colleague's, AlreadyDecided when it left meanwhile, and as `send`.
    """
    with transaction():
        planned, conversation = _waiting(staff, scheduled_id)
        if planned.staff_id != staff.id:
            raise NotAllowed(_("Only who wrote this message can change its words. Delete it, and write your own."))
        parcel = composing.check_words(
            conversation,
            body,
            attachments=_attachments(planned),
            as_mms=planned.as_mms,
            translation=translation,
            translated_by=translated_by,
            source=staff.language,
        )
        dispatch.check_recipients(conversation, parcel, staff)
        planned.body = parcel.body
        _keep_words(planned, parcel, conversation)
        _clear_problem(planned, conversation)
        _tell(conversation, planned)
    return planned


def reschedule(staff: Staff, scheduled_id: int, due_at: datetime) -> ScheduledMessage:
    """Move a message that still waits. Raises UnsuitableTime, AlreadyDecided."""
    with transaction():
        planned, conversation = _waiting(staff, scheduled_id)
        _check_time(due_at)
        planned.due_at = due_at
        _clear_problem(planned, conversation)
        _tell(conversation, planned)
    return planned


def cancel_scheduled(staff: Staff, scheduled_id: int) -> str:
    """Drop a message that still waits; its words are given back. Raises AlreadyDecided when it left meanwhile."""
    with transaction():
        planned, conversation = _waiting(staff, scheduled_id)
        planned.state = ScheduleState.CANCELLED
        unsent_files.give_back(_attachments(planned))
        conversation.scheduled_count = max(0, conversation.scheduled_count - 1)
        _clear_problem(planned, conversation)
        drafts.put_back(conversation, staff, planned.body)
        _tell(conversation, planned)
        return planned.body


def send_scheduled_now(staff: Staff, scheduled_id: int) -> Message:
    """Let a message leave before its time. Raises AlreadyDecided when it left meanwhile, and as `send`."""
    with transaction():
        planned, conversation = _waiting(staff, scheduled_id)
        return _promote(planned, conversation)


def send_due(limit: int = 100) -> int:
    """Let everything leave whose time has come; returns how many left. What cannot leave stays, with the reason in words."""
    left = 0
    for (number,) in _DUE.rows({"at": now(), "most": limit}):
        try:
            left += _send_one(number)
        except HomeroomError as refusal:
            _note_problem(number, refusal.advice)
        except Exception:
            log.exception("scheduled.failed", scheduled=number)
            _note_problem(number, str(_("Something went wrong on our side. Send it now, or choose another time.")))
    return left


def _send_one(number: int) -> bool:
    with transaction():
        planned = db.session.get_one(ScheduledMessage, number)
        conversation = inbox_row.hold(planned.conversation_id)
        _fresh(planned)
        if planned.state != ScheduleState.WAITING or planned.due_at > now() or planned.problem:
            return False
        if _author(planned).status != StaffStatus.ACTIVE:
            raise UnsuitableTime(_("Its writer's account is closed. Send it yourself, or cancel it."))
        _promote(planned, conversation)
        return True


def _promote(planned: ScheduledMessage, conversation: Conversation) -> Message:
    """The one step from plan to message: whoever moves the state first does it, all others find nothing."""
    taken = db.session.execute(
        update(ScheduledMessage)
        .where(ScheduledMessage.id == planned.id, ScheduledMessage.state == ScheduleState.WAITING)
        .values(state=ScheduleState.SENT)
        .returning(ScheduledMessage.id)
    ).all()
    if not taken:
        raise AlreadyDecided
    parcel = Parcel(
        planned.body,
        _attachments(planned),
        planned.as_mms,
        {conversation.language: planned.translation} if planned.translation and conversation.language else {},
        planned.translated_by,
    )
    message = dispatch.deliver(conversation, parcel, dispatch.Sending(_author(planned), planned.uuid, now(), {"scheduled": True}))
    planned.message_id = message.id
    conversation.scheduled_count = max(0, conversation.scheduled_count - 1)
    _clear_problem(planned, conversation)
    _tell(conversation, planned)
    return message


def _note_problem(number: int, words: str) -> None:
    with transaction():
        planned = db.session.get_one(ScheduledMessage, number)
        conversation = inbox_row.hold(planned.conversation_id)
        _fresh(planned)
        if planned.state == ScheduleState.WAITING and planned.problem is None:
            planned.problem = words[:LONGEST_PROBLEM]
            conversation.failed_count += 1
            _tell(conversation, planned)


def _clear_problem(planned: ScheduledMessage, conversation: Conversation) -> None:
    if planned.problem is not None:
        planned.problem = None
        conversation.failed_count = max(0, conversation.failed_count - 1)


def _waiting(staff: Staff, scheduled_id: int) -> tuple[ScheduledMessage, Conversation]:
    planned = queries.scheduled_visible_to(staff, scheduled_id)
    conversation = access.writable(staff, planned.conversation_id)
    _fresh(planned)
    if planned.state != ScheduleState.WAITING:
        raise AlreadyDecided(_("This message is no longer waiting: it left, or somebody cancelled it."))
    return planned, conversation


def _fresh(planned: ScheduledMessage) -> None:
    """Read again what another writer may have changed before the conversation was held."""
    db.session.refresh(planned)


def _check_time(due_at: datetime) -> None:
    if due_at <= now():
        raise UnsuitableTime(_("Choose a time that is still to come."))
    if due_at > now() + LATEST:
        raise UnsuitableTime(_("Choose a time within a year."))


def _keep_words(planned: ScheduledMessage, parcel: Parcel, conversation: Conversation) -> None:
    chosen = parcel.translation_for(conversation.language) if conversation.language else None
    planned.translation = chosen[1] if chosen else None
    planned.translated_by = parcel.translated_by if chosen else None


def _attachments(planned: ScheduledMessage) -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).where(Attachment.scheduled_message_id == planned.id).order_by(Attachment.id)))


def _author(planned: ScheduledMessage) -> Staff:
    return db.session.get_one(Staff, planned.staff_id)


def _tell(conversation: Conversation, planned: ScheduledMessage) -> None:
    db.session.flush()
    inbox_row.changed(conversation)
    open_events().append(ScheduleChanged(conversation.district_id, conversation.id, planned.id))
