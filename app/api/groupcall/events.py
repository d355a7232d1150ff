"""The facts of this face."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class BatchTaken:
    """Something waits to be handed on."""

    name: ClassVar[str] = "groupcall.batch_taken"
