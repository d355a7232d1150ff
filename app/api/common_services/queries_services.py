"""What an answer about messaging services shows: three queries, however many there are."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.api.common_services.models import ClientNumber, ClientService
from app.api.common_services.shapes.services import service_shape
from app.core.database import db
from app.core.phone_numbers import is_e164
from app.directory.models import District, MessagingService, PhoneNumber
from app.directory.queries.numbers import speaks_for_schools_of


def services_shown(staff: Staff, pools: Sequence[MessagingService]) -> list[dict[str, Any]]:
    """Pools of one district, with those of their numbers as which `staff` may speak."""
    ids = [pool.id for pool in pools]
    told = {
        one.messaging_service_id: one
        for one in db.session.scalars(select(ClientService).where(ClientService.messaging_service_id.in_(ids)))
    }
    belongs = func.coalesce(PhoneNumber.messaging_service_id, ClientNumber.messaging_service_id)
    rows = db.session.execute(
        select(PhoneNumber, ClientNumber)
        .outerjoin(ClientNumber, ClientNumber.phone_number_id == PhoneNumber.id)
        .where(belongs.in_(ids), speaks_for_schools_of(staff))
        .order_by(PhoneNumber.id)
    )
    numbers: dict[int, list[tuple[PhoneNumber, ClientNumber | None]]] = defaultdict(list)
    for number, of_client in rows:
        if is_e164(number.address):  # short codes have no country
            numbers[number.messaging_service_id or of_client.messaging_service_id].append((number, of_client))
    customer = str(db.session.get_one(District, pools[0].district_id).uuid) if pools else ""
    return [service_shape(pool, told.get(pool.id), numbers[pool.id], customer=customer) for pool in pools]
