"""What the people's and numbers' pages ask of the carrier, in their words."""

from collections.abc import Sequence

from app.carrier.choice import current_carrier
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.core.database import release_connection
from app.directory.phone_network import Line, NetworkAway, RentedNumber


class CarrierForDirectory:
    """The carrier of this application."""

    def rented_numbers(self) -> Sequence[RentedNumber]:
        """The numbers of the account. Raises NetworkAway."""
        release_connection()
        try:
            owned = current_carrier().list_numbers()
        except CarrierFailed as failure:
            raise NetworkAway from failure
        return [
            RentedNumber(
                each.provider_id, each.address, each.name, each.takes_texts, each.inbound_url, each.takes_calls, each.calls_url,
                each.call_status_url,
            )
            for each in owned
        ]  # fmt: skip

    def line(self, address: str) -> Line:
        """What `address` is. Raises NetworkAway."""
        release_connection()
        try:
            facts = current_carrier().lookup_number(address)
        except CarrierRefused:
            return Line(is_valid=False, kind=None)
        except CarrierFailed as failure:
            raise NetworkAway from failure
        return Line(facts.is_valid, facts.kind)
