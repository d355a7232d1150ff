"""The interface to carriers of faxes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol


class CarrierFaxStatus(StrEnum):
    """How far a fax is at the carrier."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    RECEIVED = "received"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {CarrierFaxStatus.DELIVERED, CarrierFaxStatus.FAILED, CarrierFaxStatus.RECEIVED, CarrierFaxStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class OutboundFax:
    """A fax to send. `reference` comes back with every status and in lists, also when the answer to the sending is lost."""

    to: str
    sender: str
    document_url: str
    """A PDF of black and white pages, which the carrier fetches by a signed address."""
    reference: str
    is_fine: bool = True
    station: str = ""
    """What the head of each page says of us."""


@dataclass(frozen=True, slots=True)
class CarrierFax:
    """A fax as the carrier knows it."""

    provider_id: str
    is_inbound: bool
    to: str
    sender: str
    """E.164; empty where it was hidden."""
    status: CarrierFaxStatus
    created_at: datetime
    pages: int | None = None
    """Of one that failed: how many arrived, where the carrier says."""
    seconds: int | None = None
    code: str | None = None
    """Why it failed: a code of `fax_codes`."""
    raw_code: str | None = None
    """The carrier's own word for it."""
    reference: str | None = None
    station: str = ""


class FaxCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction."""

    def send(self, fax: OutboundFax) -> str:
        """Hand it over and return the carrier's id.

        Raises CarrierRefused (it would refuse again), CarrierBusy (not taken: try later) or CarrierUnreachable (nobody
        knows: look it up before any retry).
        """

    def look_up(self, provider_id: str) -> CarrierFax:
        """How far a fax is. Raises CarrierRefused where there is no such fax."""

    def find_sent(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierFax]:
        """What the carrier took from `sender` to `to` at `since` or later, newest first, with its references."""

    def find_received(self, *, since: datetime) -> Sequence[CarrierFax]:
        """What came to any of our numbers at `since` or later, newest first."""

    def fetch(self, provider_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Write the document of a received fax to `into`; returns the type that the carrier declares.

        Raises MediaRefused, and CarrierRefused where there is no such fax.
        """

    def cancel(self, provider_id: str) -> None:
        """Call one off that is not through. Raises CarrierRefused where it is over already."""

    def forget(self, provider_id: str) -> None:
        """Have the carrier delete its copy. Raises CarrierRefused where there is none."""
