"""The facts that this face announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class MessagesRemoved:
    """Messages are listed here no more. Their ids are those of this face."""

    name: ClassVar[str] = "ringplan.messages_removed"
    district_id: int
    conversation_id: int
    ids: tuple[str, ...]
