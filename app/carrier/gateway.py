"""The one interface to the phone network. Adapters translate; nothing else in the house knows a carrier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol

from app.directory.models import ContactKind


class CarrierFailed(Exception):
    """The carrier did not do what was asked."""


GONE = frozenset({"20404", "404"})


class CarrierRefused(CarrierFailed):
    """It would refuse again. `code` is the carrier's own; `error_codes.explain` has the words.

    `reason` is what the adapter makes of it, where only it can know.
    """

    def __init__(self, code: str, detail: str = "", *, reason: str | None = None) -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.reason = code, reason

    @property
    def is_gone(self) -> bool:
        """Whether there is no such thing at the carrier. Any other refusal says nothing about what was asked for: a wrong key, mostly."""
        return self.code in GONE


class CarrierBusy(CarrierFailed):
    """Surely not taken: it had no room, or no connection came about. Try again, not before `retry_after` seconds."""

    def __init__(self, retry_after: float | None = None, *, is_away: bool = False) -> None:
        super().__init__("away" if is_away else "busy")
        self.retry_after = retry_after
        self.is_away = is_away


class CarrierUnreachable(CarrierFailed):
    """Nobody knows whether it was taken: look it up before any retry."""


class MediaRefused(CarrierFailed):
    """A file at the carrier cannot be had: it is too big, gone, or not at the carrier at all."""

    def __init__(self, reason: str = "", *, is_too_big: bool = False) -> None:
        super().__init__(reason)
        self.is_too_big = is_too_big


class CarrierStatus(StrEnum):
    """What became of a text at the carrier."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class OutboundText:
    """A text to hand over. `reference` comes back in every status callback, also when the answer to the hand-over is lost."""

    to: str
    sender: str
    body: str
    reference: str
    media_urls: tuple[str, ...] = ()
    service_id: str | None = None
    """The carrier's id of the messaging service that the sender belongs to."""


@dataclass(frozen=True, slots=True)
class CarrierText:
    """A text as the carrier knows it."""

    provider_id: str
    to: str
    sender: str | None
    body: str
    status: CarrierStatus
    error_code: str | None
    created_at: datetime
    """To the second."""
    media: int = 0


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What the carrier knows of a number. `kind` is None where it does not say."""

    is_valid: bool
    kind: ContactKind | None = None
    carrier_name: str | None = None


@dataclass(frozen=True, slots=True)
class OwnedNumber:
    """A number that the district rents at the carrier."""

    provider_id: str
    address: str
    name: str
    takes_texts: bool
    inbound_url: str
    takes_calls: bool = False
    calls_url: str = ""
    """Where the carrier asks what a call that comes in is to do."""
    call_status_url: str = ""
    """Whom it tells that such a call is over."""


class SmsCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction."""

    def send(self, text: OutboundText) -> str:
        """Hand `text` over and return the carrier's id.

        Raises CarrierRefused (it would refuse again), CarrierBusy (not taken: try later) or CarrierUnreachable (nobody
        knows: look it up before any retry).
        """

    def find(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierText]:
        """The texts from `sender` to `to` that the carrier took at `since` or later, newest first."""

    def lookup_number(self, address: str) -> LineFacts:
        """What kind of line `address` is. Costs money at most carriers."""

    def list_numbers(self) -> Sequence[OwnedNumber]:
        """The numbers of the account."""

    def fetch_media(self, url: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Write the file of an inbound text to `into` and return its declared type. Raises MediaRefused."""
