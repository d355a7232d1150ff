"""What the fate of a text tells about its address: opted out, dead, unreachable, a landline, or well."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import bindparam, select

from app.carrier.error_codes import Effect, explain
from app.core.among import among
from app.core.database import db
from app.directory import service as directory
from app.directory.models import ConsentKind, ConsentSource, ContactHealth, ContactPoint, PhoneNumber

_IMPROVED = select(ContactPoint.address).where(
    ContactPoint.district_id == bindparam("district_id"),
    among(ContactPoint.__table__.c.address, "addresses"),
    ContactPoint.health.in_([str(one) for one in (ContactHealth.UNCONFIRMED, ContactHealth.UNREACHABLE, ContactHealth.DEAD)]),
)


def apply_failure(district_id: int, address: str, phone_number_id: int | None, code: str) -> None:
    """Write down what an error code says about `address`. Part of the running transaction."""
    effect = explain(code).effect
    if effect is Effect.OPTED_OUT:
        number = db.session.get(PhoneNumber, phone_number_id) if phone_number_id else None
        if number is not None:
            directory.record_consent(
                district_id, address, number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.CARRIER, wording=code
            )  # fmt: skip
    elif effect is Effect.LANDLINE:
        directory.note_landline(district_id, address)
    elif effect is Effect.DEAD:
        directory.set_health(district_id, address, ContactHealth.DEAD, code)
    elif effect is Effect.UNREACHABLE:
        directory.set_health(district_id, address, ContactHealth.UNREACHABLE, code)


def apply_arrivals(arrived: Collection[tuple[int, str]]) -> None:
    """Addresses, with their districts, that a text reached: they work. Part of the running transaction."""
    by_district: dict[int, list[str]] = defaultdict(list)
    for district_id, address in arrived:
        by_district[district_id].append(address)
    for district_id, addresses in by_district.items():
        rows = db.session.connection().execute(_IMPROVED, {"district_id": district_id, "addresses": addresses})
        for address in {row[0] for row in rows.all()}:
            directory.set_health(district_id, address, ContactHealth.OK)
