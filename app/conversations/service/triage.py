"""Done, snoozed, assigned, deleted: what is put away, until when, and whose it is. For one conversation or many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.accounts.models import Role, Staff, StaffSchool
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.conversations import queries
from app.conversations.errors import CannotSeeThread, NotAllowed, UnsuitableTime
from app.conversations.events import ColleagueJoined, ConversationDeleted
from app.conversations.models import (
    Conversation,
    ConversationState,
    Participant,
    ScheduledMessage,
)
from app.conversations.models.helpers import ScheduleState
from app.conversations.service import access, inbox_row, office_line, reading, timeline
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import HomeroomError, NotVisible

LONGEST_SNOOZE = timedelta(days=366)
MOST_AT_ONCE = 200


class Action(StrEnum):
    """What can be done with many conversations at once."""

    DONE = "done"
    REOPEN = "reopen"
    READ = "read"
    UNREAD = "unread"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    DELETE = "delete"


@dataclass
class BulkResult:
    """What became of each; `refused` maps ids to the advice."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def finish(staff: Staff, conversation_id: int) -> None:
    """Put a conversation away as done: nobody waits any more. Raises NotVisible, NotAllowed."""
    with transaction():
        _finish(access.writable(staff, conversation_id), staff)


def reopen(staff: Staff, conversation_id: int) -> None:
    """Take a done or snoozed conversation back among the open ones."""
    with transaction():
        _reopen(access.writable(staff, conversation_id))


def snooze(staff: Staff, conversation_id: int, until: datetime) -> None:
    """Put a conversation away until a moment, or until the guardian writes. Raises UnsuitableTime and as `finish`."""
    with transaction():
        _snooze(access.writable(staff, conversation_id), until)


def assign(staff: Staff, conversation_id: int, assignee_id: int | None) -> None:
    """Make a conversation somebody's, or nobody's. The assignee takes part from now on and finds it unread.

    Raises NotVisible, NotAllowed, and CannotSeeThread for a colleague of another school.
    """
    with transaction():
        _assign(access.writable(staff, conversation_id), staff, assignee_id)


def delete(staff: Staff, conversation_id: int) -> None:
    """Take a conversation out of all lists; `restore`, or a text of the guardian's, brings it back.

    Its scheduled messages are dropped. Only its owner, or who sees the whole school, may. Raises NotVisible, NotAllowed.
    """
    with transaction():
        _delete(access.writable(staff, conversation_id), staff)


def restore(staff: Staff, conversation_id: int) -> Conversation:
    """Bring a deleted conversation back. Raises NotVisible, NotAllowed."""
    with transaction():
        access.may_write(staff)
        queries.deleted_conversation_visible_to(staff, conversation_id)
        conversation = inbox_row.hold(conversation_id)
        conversation.deleted_at = None
        audit("conversation.restored", conversation, {"name": conversation.title}, by=staff)
        inbox_row.changed(conversation)
    return conversation


def bulk(
    staff: Staff,
    conversation_ids: Sequence[int],
    action: Action | str,
    *,
    until: datetime | None = None,
    assignee_id: int | None = None,
) -> BulkResult:
    """Do one thing with many conversations in one commit; those that refuse are named, and the others go on."""
    result = BulkResult()
    chosen = Action(action)
    wanted = list(dict.fromkeys(conversation_ids))[:MOST_AT_ONCE]
    with transaction():
        if chosen not in {Action.READ, Action.UNREAD}:
            access.may_write(staff)
        visible = queries.visible_ids(staff, wanted)
        result.refused = {number: NotVisible().advice for number in wanted if number not in visible}
        for number in visible:
            conversation = inbox_row.hold(number)
            try:
                with db.session.begin_nested():
                    _act(chosen, conversation, staff, until, assignee_id)
                result.done.append(number)
            except HomeroomError as refusal:
                result.refused[number] = refusal.advice
    return result


def wake_due(limit: int = 200) -> int:
    """Open what was snoozed until now; its owner finds it unread. Returns how many there were."""
    due = select(Conversation.id).where(Conversation.state == ConversationState.SNOOZED, Conversation.snoozed_until <= now())
    numbers = list(db.session.scalars(due.order_by(Conversation.id).limit(limit)))
    for number in numbers:
        with transaction():
            conversation = inbox_row.hold(number)
            if conversation.state != ConversationState.SNOOZED or conversation.snoozed_until is None or conversation.snoozed_until > now():
                continue
            inbox_row.set_state(conversation, ConversationState.OPEN)
            inbox_row.changed(conversation)
            _remind(conversation)
    return len(numbers)


def _act(action: Action, conversation: Conversation, staff: Staff, until: datetime | None, assignee_id: int | None) -> None:
    if action == Action.DONE:
        _finish(conversation, staff)
    elif action == Action.REOPEN:
        _reopen(conversation)
    elif action == Action.SNOOZE:
        _snooze(conversation, until)
    elif action == Action.ASSIGN:
        _assign(conversation, staff, assignee_id)
    elif action == Action.DELETE:
        _delete(conversation, staff)
    elif action == Action.READ:
        reading.mark_read(staff, conversation.id)
    else:
        reading.mark_unread(staff, conversation.id)


def _finish(conversation: Conversation, staff: Staff) -> None:
    if inbox_row.set_state(conversation, ConversationState.DONE):
        conversation.waits_since = None
        reading.has_read(conversation, staff, conversation.last_message_id)
        inbox_row.changed(conversation)


def _reopen(conversation: Conversation) -> None:
    if inbox_row.set_state(conversation, ConversationState.OPEN):
        waiting = queries.has_waited_since(conversation.id)
        conversation.waits_since = waiting.created_at if waiting else None
        inbox_row.changed(conversation)


def _snooze(conversation: Conversation, until: datetime | None) -> None:
    if until is None or until <= now():
        raise UnsuitableTime(_("Choose a time that is still to come."))
    if until > now() + LONGEST_SNOOZE:
        raise UnsuitableTime(_("Choose a time within a year."))
    if inbox_row.set_state(conversation, ConversationState.SNOOZED, until):
        inbox_row.changed(conversation)


def _assign(conversation: Conversation, staff: Staff, assignee_id: int | None) -> None:
    if conversation.assigned_to_id == assignee_id:
        return
    assignee = colleague_for(conversation, assignee_id) if assignee_id is not None else None
    conversation.assigned_to_id = assignee.id if assignee else None
    if assignee is not None:
        office_line.join_one(conversation, assignee.id)
        open_events().append(ColleagueJoined(conversation.district_id, assignee.id, conversation.id, staff.id))
    timeline.line(
        conversation,
        "assigned" if assignee else "unassigned",
        staff_id=staff.id,
        author=staff.name,
        to_staff_id=assignee.id if assignee else None,
        to=assignee.name if assignee else None,
    )
    inbox_row.changed(conversation)
    if assignee is not None and assignee.id != staff.id:
        inbox_row.more_unread(conversation, only=[assignee.id])


def colleague_for(conversation: Conversation, staff_id: int) -> Staff:
    """Somebody who may take part in a conversation and write in it. Raises NotVisible, CannotSeeThread."""
    assignee = db.session.get(Staff, staff_id)
    if assignee is None or assignee.district_id != conversation.district_id or not assignee.is_person or not assignee.is_active:
        raise NotVisible
    works_here = db.session.get(StaffSchool, (assignee.id, conversation.school_id)) is not None
    if not role_allows(assignee.role, Permission.WRITE_THREADS) or not (works_here or assignee.role == Role.DISTRICT_ADMIN):
        raise CannotSeeThread(assignee.name)
    return assignee


def _delete(conversation: Conversation, staff: Staff) -> None:
    is_mine = staff.id in {conversation.created_by_id, conversation.assigned_to_id}
    if not is_mine and not role_allows(staff.role, Permission.READ_SCHOOL_THREADS):
        raise NotAllowed(_("Only who began this conversation, or the office, can delete it."))
    conversation.deleted_at = now()
    audit("conversation.deleted", conversation, {"name": conversation.title}, by=staff)
    dropped = update(ScheduledMessage).where(
        ScheduledMessage.conversation_id == conversation.id,
        ScheduledMessage.state == ScheduleState.WAITING,
    )
    db.session.execute(dropped.values(state=ScheduleState.CANCELLED))
    conversation.scheduled_count = 0
    db.session.flush()
    unread = select(Participant).where(Participant.conversation_id == conversation.id, Participant.unread_count > 0)
    places = list(db.session.scalars(unread))
    for place in places:
        place.unread_count = 0
    db.session.flush()
    inbox_row.tell_unread(conversation, [place.staff_id for place in places if place.staff_id])
    open_events().append(ConversationDeleted(**inbox_row.about(conversation)))


def _remind(conversation: Conversation) -> None:
    owner_id = conversation.assigned_to_id or conversation.created_by_id
    if owner_id is not None:
        inbox_row.more_unread(conversation, only=[owner_id])
    else:
        inbox_row.more_unread(conversation)
