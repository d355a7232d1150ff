"""Messaging services and their numbers."""

from collections.abc import Sequence
from typing import Any

from app.api.common_services.models import ClientNumber, ClientService
from app.api.common_services.shapes.moments import moment
from app.directory.models import MessagingService, PhoneNumber, Purpose


def service_shape(
    pool: MessagingService, told: ClientService | None, numbers: Sequence[tuple[PhoneNumber, ClientNumber | None]], *, customer: str
) -> dict[str, Any]:
    """`customer` is the district, where no program said another name for it."""
    return {
        "id": pool.id,
        "name": told.name if told else pool.name,
        "bandwidth_messaging_sid": told.bandwidth_sid if told else None,
        "twilio_messaging_sid": pool.provider_id,
        "global_customer_id": told.customer if told else customer,
        "uuid": str(pool.uuid),
        "twilio_numbers": [number_shape(number, of_client) for number, of_client in numbers],
        "business_profile_sid": None,
        "shaken_stir_product_sid": None,
    }


def number_shape(number: PhoneNumber, told: ClientNumber | None) -> dict[str, Any]:
    """A number of ours."""
    sid = number.provider_id if number.provider_id and number.provider_id.startswith("PN") else None
    shape = {
        "id": number.id,
        "number": number.address,
        "sid": sid,
        "state_code": told.state_code if told else None,
        "announcement_number": number.purpose == Purpose.ANNOUNCEMENT,
        "lat_long": None,
        "in_use": number.is_active,
    }
    if told is not None:
        shape |= {"created_at": moment(told.created_at), "updated_at": moment(told.updated_at)}
    return shape
