"""Who wants to hear from which of our senders."""

from collections.abc import Collection

from sqlalchemy import func, select

from app.core.database import db
from app.directory.models import ALL_SENDERS, Consent, ConsentKind


def has_opted_out(district_id: int, address: str, scope: str) -> bool:
    """Whether the newest wish of `address` about the senders in `scope`, or about all senders, is to hear nothing."""
    return bool(opted_out(district_id, [address], scope))


def opted_out(district_id: int, addresses: Collection[str], scope: str) -> set[str]:
    """Those of `addresses` whose newest wish about the senders in `scope`, or about all senders, is to hear nothing."""
    if not addresses:
        return set()
    newest = (
        select(func.max(Consent.id))
        .where(Consent.district_id == district_id, Consent.address.in_(list(addresses)), Consent.scope.in_([scope, ALL_SENDERS]))
        .group_by(Consent.address)
    )
    return set(db.session.scalars(select(Consent.address).where(Consent.id.in_(newest), Consent.kind == ConsentKind.OPTED_OUT)))
