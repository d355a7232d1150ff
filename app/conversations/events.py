"""The facts that this room announces. They carry ids, versions and small states, never what somebody wrote.

`live_map.py` turns them into pushes to browsers; other rooms may listen to them.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ConversationFact:
    """What all facts of one conversation say. `listeners` are the people whose inbox shows it and who do not hear its whole school."""

    district_id: int
    school_id: int
    conversation_id: int
    version: int
    listeners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ConversationCreated(ConversationFact):
    """A thread began."""

    name: ClassVar[str] = "conversation.created"


@dataclass(frozen=True, slots=True)
class ConversationChanged(ConversationFact):
    """Its row in the inbox, or the head of its page, looks different."""

    name: ClassVar[str] = "conversation.changed"


@dataclass(frozen=True, slots=True)
class ConversationsChanged:
    """The same of many at once."""

    name: ClassVar[str] = "conversations.changed"
    district_id: int
    each: tuple[ConversationChanged, ...]


@dataclass(frozen=True, slots=True)
class ConversationDeleted(ConversationFact):
    """It left every list; it can be restored."""

    name: ClassVar[str] = "conversation.deleted"


@dataclass(frozen=True, slots=True)
class MessageAdded(ConversationFact):
    """A text came or was written, or a note or an event entered the timeline. `kind` is a MessageKind."""

    name: ClassVar[str] = "message.added"
    message_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class MessageStatusChanged:
    """A message moved on, was taken back, or failed. The counts are of its recipients."""

    name: ClassVar[str] = "message.status"
    district_id: int
    conversation_id: int
    message_id: int
    status: str
    recipients: int
    delivered: int
    failed: int
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """What a bubble shows changed: a translation, an attachment or a reaction came."""

    name: ClassVar[str] = "message.changed"
    district_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ScheduleChanged:
    """A message for later came, moved, left or was dropped."""

    name: ClassVar[str] = "schedule.changed"
    district_id: int
    conversation_id: int
    scheduled_id: int


@dataclass(frozen=True, slots=True)
class ReceiptMoved:
    """Somebody read further. Exactly one of `staff_id` and `participant_id` is set."""

    name: ClassVar[str] = "receipt.moved"
    district_id: int
    conversation_id: int
    message_id: int
    staff_id: int | None
    participant_id: int | None
    since: int = 0
    """The message up to which they had read before."""


@dataclass(frozen=True, slots=True)
class UnreadChanged:
    """What one person has not read: in this conversation, and the number of conversations with something unread."""

    name: ClassVar[str] = "unread.changed"
    district_id: int
    staff_id: int
    conversation_id: int
    unread: int
    total: int


@dataclass(frozen=True, slots=True)
class DraftChanged:
    """One person's draft changed on one of their devices."""

    name: ClassVar[str] = "draft.changed"
    district_id: int
    staff_id: int
    conversation_id: int
    version: int
    is_gone: bool


@dataclass(frozen=True, slots=True)
class StaffMentioned:
    """A colleague was called to a note."""

    name: ClassVar[str] = "staff.mentioned"
    district_id: int
    staff_id: int
    conversation_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class ColleagueJoined:
    """A conversation was given to a colleague, or opened to them. `by_id` did it."""

    name: ClassVar[str] = "staff.joined"
    district_id: int
    staff_id: int
    conversation_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class ThreadConsentChanged:
    """A guardian of this thread said STOP or START."""

    name: ClassVar[str] = "thread.consent_changed"
    district_id: int
    conversation_id: int
    contact_point_id: int
    opted_out: bool


@dataclass(frozen=True, slots=True)
class UnknownTextsChanged:
    """The list of unknown senders grew or shrank. `school_id` is None for a number of the whole district."""

    name: ClassVar[str] = "unknown.changed"
    district_id: int
    school_id: int | None
    unknown_id: int
    is_new: bool = False
    """It just came."""


@dataclass(frozen=True, slots=True)
class InboundMediaExpected:
    """Files of an inbound message wait at the carrier."""

    name: ClassVar[str] = "message.media_expected"
    attachment_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InboundWordsArrived:
    """A guardian wrote in another language than the staff's."""

    name: ClassVar[str] = "message.words_arrived"
    message_id: int
