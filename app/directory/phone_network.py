"""What this room asks of the phone network. The gateway to it stands on this room, so it brings the answers itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError


class NetworkAway(HomeroomError):
    """The carrier cannot be asked just now."""

    code = "carrier_away"
    advice = _l("The carrier doesn’t answer right now. Nothing was changed; try again in a few minutes.")


@dataclass(frozen=True, slots=True)
class RentedNumber:
    """A number of the account at the carrier."""

    provider_id: str
    address: str
    name: str
    takes_texts: bool
    inbound_url: str
    """Where the carrier brings texts to it."""
    takes_calls: bool = False
    calls_url: str = ""
    """Where the carrier brings calls to it."""
    call_status_url: str = ""
    """Where it tells that such a call is over."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the carrier knows of somebody's number. `kind` is a ContactKind, or None where it does not say."""

    is_valid: bool
    kind: str | None


class PhoneNetwork(Protocol):
    """Both ask somebody outside: never in a transaction. They raise NetworkAway."""

    def rented_numbers(self) -> Sequence[RentedNumber]:
        """The numbers of the account."""

    def line(self, address: str) -> Line:
        """What `address` is. Costs money at most carriers."""


def register(app: Flask, network: PhoneNetwork) -> None:
    """Bring the network. Called from the init_app of the gateway."""
    app.extensions["phone_network"] = network


def network() -> PhoneNetwork:
    """The network of this application. Raises NetworkAway where there is none."""
    found: PhoneNetwork | None = current_app.extensions.get("phone_network")
    if found is None:
        raise NetworkAway
    return found
