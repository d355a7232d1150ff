"""Who wants to hear from which of our senders."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, case, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.among import among
from app.core.database import db
from app.directory.models import ALL_SENDERS, Consent, ConsentKind, MessagingService, PhoneNumber, Purpose

_consents = Consent.__table__.c
_NEWEST = (
    select(func.max(_consents.id))
    .where(
        _consents.district_id == bindparam("district_id"),
        among(_consents.address, "addresses"),
        _consents.scope.in_([bindparam("scope"), ALL_SENDERS]),
    )
    .group_by(_consents.address)
)
_OPTED_OUT = select(_consents.address).where(_consents.id.in_(_NEWEST), _consents.kind == ConsentKind.OPTED_OUT.value)


def standing_opt_outs(district_id: int, addresses: Collection[str]) -> dict[str, datetime]:
    """Those of `addresses` that want no texts from some sender of conversations, and since when.

    The wish belongs to the address, whoever has it. Three queries.
    """
    if not addresses:
        return {}
    pools = db.session.scalars(_of(MessagingService, district_id))
    alone = db.session.scalars(_of(PhoneNumber, district_id).where(PhoneNumber.messaging_service_id.is_(None)))
    scopes = [*(f"service:{number}" for number in pools), *(f"number:{number}" for number in alone)]
    newest = (
        select(func.max(_consents.id))
        .where(_consents.district_id == district_id, among(_consents.address, "addresses"), _consents.scope.in_([*scopes, ALL_SENDERS]))
        .group_by(_consents.address, _consents.scope)
    )
    wishes = select(_consents.address, _consents.scope, _consents.kind, _consents.at).where(_consents.id.in_(newest)).order_by(_consents.id)
    stops: dict[str, dict[str, datetime]] = {}
    for row in db.session.execute(wishes, {"addresses": list(addresses)}):
        standing = stops.setdefault(row.address, {})
        for scope in scopes or [ALL_SENDERS] if row.scope == ALL_SENDERS else [row.scope]:
            if row.kind == ConsentKind.OPTED_OUT:
                standing[scope] = row.at
            else:
                standing.pop(scope, None)
    return {address: max(standing.values()) for address, standing in stops.items() if standing}


def _of(table: type[MessagingService] | type[PhoneNumber], district_id: int) -> Select[int]:
    return select(table.id).where(table.district_id == district_id, table.purpose == Purpose.CONVERSATION)


def has_opted_out(district_id: int, address: str, scope: str) -> bool:
    """Whether the newest wish of `address` about the senders in `scope`, or about all senders, is to hear nothing."""
    return bool(opted_out(district_id, [address], scope))


def opted_out(district_id: int, addresses: Collection[str], scope: str) -> set[str]:
    """Those of `addresses` whose newest wish about the senders in `scope`, or about all senders, is to hear nothing."""
    if not addresses:
        return set()
    values = {"district_id": district_id, "addresses": list(addresses), "scope": scope}
    return {row[0] for row in db.session.connection().execute(_OPTED_OUT, values)}


def newest_wish(district_id: InstrumentedAttribute[int], address: InstrumentedAttribute[Any]) -> ColumnElement[str | None]:
    """The newest ConsentKind of an address about the `PhoneNumber` of the enclosing query, or about all senders, as a column."""
    service = PhoneNumber.messaging_service_id
    scope = case(
        (service.is_not(None), literal("service:") + cast(service, String)),
        else_=literal("number:") + cast(PhoneNumber.id, String),
    )
    return (
        select(_consents.kind)
        .where(_consents.district_id == district_id, _consents.address == address, _consents.scope.in_([scope, ALL_SENDERS]))
        .order_by(_consents.id.desc())
        .limit(1)
        .scalar_subquery()
    )
