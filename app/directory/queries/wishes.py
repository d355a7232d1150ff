"""What a family said last about texts to each of its addresses, for the family page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.core.database import db
from app.directory.models import AUTOMATED_CALLS, Consent


@dataclass(frozen=True, slots=True)
class Wish:
    """The newest line of the ledger about an address, without anybody's words."""

    kind: str
    source: str
    at: datetime


def newest_wishes(district_id: int, addresses: Collection[str]) -> dict[str, Wish]:
    """The newest wish of each address that has one; one query."""
    newest = (
        select(func.max(Consent.id))
        .where(Consent.district_id == district_id, Consent.address.in_(addresses), Consent.scope != AUTOMATED_CALLS)
        .group_by(Consent.address)
    )
    rows = db.session.execute(select(Consent.address, Consent.kind, Consent.source, Consent.at).where(Consent.id.in_(newest)))
    return {row.address: Wish(row.kind, row.source, row.at) for row in rows}
