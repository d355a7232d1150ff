"""The facts that this face announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MessageTakenIn:
    """A program asked for a message: a worker may be woken, and finds it by itself otherwise."""

    name: ClassVar[str] = "client_message.taken_in"
    client_message_id: int


@dataclass(frozen=True, slots=True)
class AnnouncementTakenIn:
    """A program asked for an announcement whose pictures are to be fetched: a worker may be woken."""

    name: ClassVar[str] = "client_announcement.taken_in"
    announcement_id: int
