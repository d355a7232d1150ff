"""What rooms and faces give to be told to other systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from app.core.ids import new_uuid


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event for one endpoint."""

    endpoint_id: int
    kind: str
    """Its name by the contract of the endpoint's face."""
    subject: str
    """What it is about, such as ``message:<uuid>``: events of one subject arrive in the order in which they were given."""
    body: Mapping[str, Any]
    """JSON; for an endpoint that is asked by GET the parameters of the address, without those that are None."""
    uuid: UUID = field(default_factory=new_uuid)
    """The event's id, the same at each repetition. Make it yourself where the body has to say it."""
    url: str | None = None
    """The whole address, for an endpoint that stands for all that differ only behind the question mark."""


class Owner(Protocol):
    """Who gives callback addresses: a bearer of accounts."""

    @property
    def id(self) -> int:
        """Of the bearer."""

    @property
    def district_id(self) -> int:
        """Whose it is."""
