"""What one person has not read, heard or seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import Staff
from app.api.courier.models import BadgeCount, UserNotification
from app.conversations.models import Conversation, ConversationKind, Mention, Message, Participant
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import Guardian
from app.video.models import VideoCall, VideoParticipant, VideoState
from app.voicemail.models import Voicemail
from app.voicemail.queries import Box, boxes_of, is_in
from app.voicemail.queries import is_visible_to as voicemail_is_visible_to

KINDS = ("appointment", "message", "notification", "video-channel", "voicemail")
COUNTED = frozenset({"message", "notification", "video-channel", "voicemail"})
"""What the house counts itself; nobody sets it."""


@dataclass(slots=True)
class Summary:
    """The numbers of the inbox header."""

    by_kind: dict[str, int] = field(default_factory=lambda: {"group-messages": 0, "individual-messages": 0, "multicasts": 0})
    by_sender: list[tuple[UUID, int]] = field(default_factory=list)
    mentions: int = 0
    notifications: int = 0
    video_channels: int = 0

    @property
    def messages(self) -> int:
        """All that is unread."""
        return sum(self.by_kind.values())


def number_of(staff: Staff, badge: BadgeCount) -> int:
    """What a badge shows: counted now, or what was set."""
    school_id = badge.school_id or None
    if badge.kind == "message":
        return _unread(staff, school_id, func.sum(Participant.unread_count))
    if badge.kind == "notification":
        return notifications(staff, school_id)
    if badge.kind == "video-channel":
        return video_calls(staff, school_id)
    return voicemails(staff, school_id) if badge.kind == "voicemail" else badge.number


def video_calls(staff: Staff, school_id: int | None) -> int:
    """Those that this person hosts or is asked to, and that are not over."""
    seats = select(VideoParticipant.video_call_id).where(VideoParticipant.staff_id == staff.id, VideoParticipant.removed_at.is_(None))
    query = select(func.count()).where(
        VideoCall.district_id == staff.district_id,
        VideoCall.state.in_([VideoState.PENDING, VideoState.STARTED]),
        or_(VideoCall.staff_id == staff.id, VideoCall.id.in_(seats)),
    )
    return db.session.scalar(query if school_id is None else query.where(VideoCall.school_id == school_id)) or 0


def voicemails(staff: Staff, school_id: int | None) -> int:
    """New ones that are this person's, and for who sorts them those of the office."""
    boxes = [box for box in (Box.MINE, Box.OFFICE) if box in boxes_of(staff)]
    query = select(func.count()).select_from(Voicemail).where(voicemail_is_visible_to(staff), Voicemail.heard_at.is_(None))
    query = query.where(_any([is_in(box, staff) for box in boxes]))
    return db.session.scalar(query if school_id is None else query.where(Voicemail.school_id == school_id)) or 0


def notifications(staff: Staff, school_id: int | None) -> int:
    """Those that were not acknowledged."""
    query = select(func.count()).where(UserNotification.staff_id == staff.id, UserNotification.acknowledged_at.is_(None))
    return db.session.scalar(query if school_id is None else query.where(UserNotification.school_id == school_id)) or 0


def last_arrival(staff: Staff, school_id: int | None) -> datetime | None:
    """When something came that is still unread."""
    found = _unread_of(staff, school_id, func.max(Conversation.last_message_at))
    return found if isinstance(found, datetime) else None


def badge_named(uuid: UUID) -> BadgeCount:
    """A badge, whosoever it is: ask who may act as its owner. Raises NotVisible."""
    found = db.session.scalar(select(BadgeCount).where(BadgeCount.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def summary_of(staff: Staff, *, with_senders: bool) -> Summary:
    """The whole header; at most six queries."""
    found = Summary(notifications=notifications(staff, None))
    rows = db.session.execute(
        select(Conversation.kind, func.sum(Participant.unread_count))
        .select_from(Participant)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(*_is_unread(staff, None))
        .group_by(Conversation.kind)
    )
    for kind, number in rows:
        name = "individual-messages" if kind == ConversationKind.DIRECT else "group-messages"
        found.by_kind[name] += int(number)
    called = select(func.count()).select_from(Mention).join(Message, Message.id == Mention.message_id)
    found.mentions = db.session.scalar(called.where(Mention.staff_id == staff.id, Mention.seen_at.is_(None))) or 0
    found.video_channels = video_calls(staff, None)
    if with_senders:
        senders = (
            select(Guardian.uuid, func.sum(Participant.unread_count))
            .select_from(Participant)
            .join(Conversation, Conversation.id == Participant.conversation_id)
            .join(Guardian, Guardian.id == Conversation.guardian_id)
            .where(*_is_unread(staff, None))
            .group_by(Guardian.uuid)
            .order_by(func.sum(Participant.unread_count).desc(), Guardian.uuid)
        )
        found.by_sender = [(uuid, int(number)) for uuid, number in db.session.execute(senders)]
    return found


def _unread(staff: Staff, school_id: int | None, what: ColumnElement[Any]) -> int:
    return int(_unread_of(staff, school_id, what) or 0)


def _unread_of(staff: Staff, school_id: int | None, what: ColumnElement[Any]) -> Any:
    joined = select(what).select_from(Participant).join(Conversation, Conversation.id == Participant.conversation_id)
    return db.session.scalar(joined.where(*_is_unread(staff, school_id)))


def _is_unread(staff: Staff, school_id: int | None) -> Sequence[ColumnElement[bool]]:
    here = () if school_id is None else (Conversation.school_id == school_id,)
    return (
        Participant.staff_id == staff.id,
        Participant.unread_count > 0,
        Participant.left_at.is_(None),
        Conversation.deleted_at.is_(None),
        *here,
    )


def _any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    first, *rest = conditions
    for each in rest:
        first = first | each
    return first
