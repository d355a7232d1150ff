"""Which of the staff take part in a conversation, and whether it may call them."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.errors import NotAllowed
from app.conversations.events import ColleagueJoined
from app.conversations.models import Conversation, Participant
from app.conversations.service import access, inbox_row, office_line, timeline
from app.conversations.service.triage import colleague_for
from app.core.clock import now
from app.core.database import db, transaction


def add_colleagues(staff: Staff, conversation_id: int, staff_ids: Sequence[int]) -> None:
    """Open a conversation to colleagues, who find it unread. Raises NotVisible, NotAllowed, CannotSeeThread; then nobody is added."""
    with transaction() as events:
        conversation = access.writable(staff, conversation_id)
        inside = _inside(conversation)
        added = [colleague_for(conversation, number) for number in dict.fromkeys(staff_ids) if number not in inside]
        for colleague in added:
            office_line.join_one(conversation, colleague.id)
            timeline.line(conversation, "colleague_added", staff_id=staff.id, author=staff.name, to=colleague.name)
            events.append(ColleagueJoined(conversation.district_id, colleague.id, conversation.id, staff.id))
        if others := [colleague.id for colleague in added if colleague.id != staff.id]:
            inbox_row.more_unread(conversation, only=others)


def remove_colleague(staff: Staff, conversation_id: int, staff_id: int) -> None:
    """Let somebody leave. Raises NotVisible, and NotAllowed for whose conversation it is: that one stays theirs."""
    with transaction():
        conversation = access.writable(staff, conversation_id)
        if staff_id in {conversation.created_by_id, conversation.assigned_to_id}:
            raise NotAllowed(_("This conversation is theirs. Give it to somebody else first."))
        place = db.session.scalar(
            select(Participant).where(Participant.conversation_id == conversation.id, Participant.staff_id == staff_id)
        )
        if place is None or place.left_at is not None:
            return
        place.left_at, place.unread_count = now(), 0
        db.session.flush()
        timeline.line(
            conversation, "colleague_left", staff_id=staff.id, author=staff.name, to=db.session.get_one(Staff, staff_id).name
        )  # fmt: skip
        inbox_row.tell_unread(conversation, [staff_id])


def mute(staff: Staff, conversation_id: int, *, is_muted: bool) -> None:
    """Whether a conversation still calls this person, who thereby takes part in it. Raises NotVisible."""
    with transaction():
        conversation = access.readable(staff, conversation_id)
        place = office_line.join_one(conversation, staff.id)
        if place.is_muted != is_muted:
            place.is_muted = is_muted
            inbox_row.changed(conversation)


def _inside(conversation: Conversation) -> set[int | None]:
    inside = select(Participant.staff_id).where(Participant.conversation_id == conversation.id, Participant.left_at.is_(None))
    return set(db.session.scalars(inside))
