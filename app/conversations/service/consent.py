"""What this room asks of, and adds to, the consent ledger."""

from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db
from app.directory.models import Consent, ConsentKind, ConsentSource, ContactPoint, PhoneNumber
from app.directory.models.consent import ALL_SENDERS


def has_opted_out(point: ContactPoint, number: PhoneNumber | None) -> bool:
    """Whether a text from `number` to this contact point would go against somebody's wish."""
    if point.opted_out_at is not None:
        return True
    return number is not None and address_opted_out(point.district_id, point.address, number.consent_scope)


def address_opted_out(district_id: int, address: str, scope: str) -> bool:
    """What the newest entry says for this address and sender scope; without one, nobody objected."""
    kind = db.session.scalar(
        select(Consent.kind)
        .where(
            Consent.district_id == district_id,
            Consent.address == address,
            Consent.scope.in_((scope, ALL_SENDERS)),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return kind == ConsentKind.OPTED_OUT


def record_keyword(number: PhoneNumber, address: str, *, opted_out: bool, wording: str) -> list[ContactPoint]:
    """Write a texted STOP or START into the ledger and onto the contact points that share the address; gives these back."""
    db.session.add(
        Consent(
            district_id=number.district_id,
            address=address,
            scope=number.consent_scope,
            kind=ConsentKind.OPTED_OUT if opted_out else ConsentKind.OPTED_IN,
            source=ConsentSource.KEYWORD,
            wording=wording[:200],
        )
    )
    here = (ContactPoint.district_id == number.district_id, ContactPoint.address == address)
    db.session.execute(update(ContactPoint).where(*here).values(opted_out_at=now() if opted_out else None))
    return list(db.session.scalars(select(ContactPoint).where(*here)))
