"""How often a fax was tried, and how each try ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.database import db
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery

OWNER = "fax"


@dataclass(frozen=True, slots=True)
class Try:
    """One time that a machine was called."""

    number: int
    """Of its round: somebody had it sent again from the beginning."""
    of: int
    """How many there were in that round."""
    at: datetime
    address: str
    outcome: str | None
    """"delivered", a `carrier.fax_codes.FaxCode`, or None while it goes on."""
    pages: int | None
    seconds: int | None
    raw_code: str | None


def newest_try(delivery_id: int) -> PlacedFax | None:
    """Of a delivery."""
    query = select(PlacedFax).where(PlacedFax.delivery_id == delivery_id).order_by(PlacedFax.attempt.desc()).limit(1)
    return db.session.scalar(query.execution_options(populate_existing=True))


def tries_of(fax_id: int) -> list[Try]:
    """All of a fax, the newest first. What never left is none."""
    query = (
        select(PlacedFax)
        .join(Delivery, Delivery.id == PlacedFax.delivery_id)
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == fax_id, PlacedFax.provider_id.is_not(None))
        .order_by(PlacedFax.id)
    )
    rounds: dict[int, list[PlacedFax]] = {}
    for placed in db.session.scalars(query):
        rounds.setdefault(placed.delivery_id, []).append(placed)
    found = [
        Try(number, len(some), one.ended_at or one.placed_at, one.address, one.outcome, one.pages, one.seconds, one.raw_code)
        for some in rounds.values()
        for number, one in enumerate(some, 1)
    ]
    return found[::-1]
