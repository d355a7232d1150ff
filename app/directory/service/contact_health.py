"""What carriers and people tell us about addresses."""

from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db, transaction
from app.directory.events import ContactHealthChanged
from app.directory.models import ContactHealth, ContactKind, ContactPoint

LONGEST_REASON = 200
ONLY_PEOPLE_UNDO = frozenset({ContactHealth.WRONG})
"""What a person told us: a carrier that delivers does not know who reads it."""


def set_health(district_id: int, address: str, health: str, reason: str | None = None) -> int:
    """Note how well an address works, for everybody who shares it; returns how many contact points changed.

    A wrong number stays wrong until a person says otherwise.
    """
    with transaction() as events:
        changed = list(
            db.session.scalars(
                select(ContactPoint.id).where(
                    ContactPoint.district_id == district_id,
                    ContactPoint.address == address,
                    ContactPoint.health != health,
                    ContactPoint.health.not_in(ONLY_PEOPLE_UNDO),
                )
            )
        )
        if changed:
            db.session.execute(
                update(ContactPoint)
                .where(ContactPoint.id.in_(changed))
                .values(health=health, health_reason=reason[:LONGEST_REASON] if reason else None, health_at=now())
            )
            events.append(ContactHealthChanged(district_id, address, health))
    return len(changed)


def note_landline(district_id: int, address: str) -> int:
    """Remember that an address takes calls only; returns how many contact points changed."""
    with transaction() as events:
        changed = list(
            db.session.scalars(
                update(ContactPoint)
                .where(
                    ContactPoint.district_id == district_id,
                    ContactPoint.address == address,
                    ContactPoint.kind.in_([ContactKind.MOBILE, ContactKind.VOIP]),
                )
                .values(kind=ContactKind.LANDLINE, health_at=now())
                .returning(ContactPoint.id)
            )
        )
        if changed:
            events.append(ContactHealthChanged(district_id, address, ContactKind.LANDLINE))
    return len(changed)
