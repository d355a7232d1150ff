"""How often a fax was tried, and how each try ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.database import db
from app.delivery.fax.content import Patience
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery, DeliveryContent, DeliveryState

OWNER = "fax"


@dataclass(frozen=True, slots=True)
class Try:
    """One time that a machine was called."""

    number: int
    """Of its round: somebody had it sent again from the beginning."""
    of: int
    """How many there were in that round; while it goes on, how many there may be."""
    of_pages: int
    """How many pages were to go; 0 where nobody knows any more."""
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
        select(PlacedFax, Delivery.state, DeliveryContent.details)
        .join(Delivery, Delivery.id == PlacedFax.delivery_id)
        .join(DeliveryContent, DeliveryContent.id == Delivery.content_id)
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == fax_id, PlacedFax.provider_id.is_not(None))
        .order_by(PlacedFax.id)
    )
    rounds: dict[int, list[PlacedFax]] = {}
    known: dict[int, tuple[str, dict[str, Any]]] = {}
    for placed, state, details in db.session.execute(query):
        rounds.setdefault(placed.delivery_id, []).append(placed)
        known[placed.delivery_id] = state, details
    found = [
        Try(
            number, _all_of(len(some), *known[one.delivery_id]), int(known[one.delivery_id][1].get("pages") or 0),
            one.ended_at or one.placed_at, one.address, one.outcome, one.pages, one.seconds, one.raw_code,
        )
        for some in rounds.values()
        for number, one in enumerate(some, 1)
    ]  # fmt: skip
    return found[::-1]


def _all_of(made: int, state: str, details: dict[str, Any]) -> int:
    return made if DeliveryState(state).is_final else max(made, Patience.of(details).tries)
