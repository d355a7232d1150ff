"""What this room asks of, and adds to, the consent ledger."""

from app.directory import queries, service
from app.directory.models import ConsentKind, ConsentSource, ContactPoint, PhoneNumber


def has_opted_out(point: ContactPoint, number: PhoneNumber | None) -> bool:
    """Whether a text from `number` to this contact point would go against somebody's wish."""
    if point.opted_out_at is not None:
        return True
    return number is not None and queries.has_opted_out(point.district_id, point.address, number.consent_scope)


def address_opted_out(number: PhoneNumber, address: str) -> bool:
    """The same for a phone that may belong to nobody whom we know."""
    return queries.has_opted_out(number.district_id, address, number.consent_scope)


def record_keyword(number: PhoneNumber, address: str, *, opted_out: bool, wording: str, source: ConsentSource) -> None:
    """Write a STOP or START into the ledger, for all senders that share the number's scope."""
    service.record_consent(
        number.district_id,
        address,
        number.consent_scope,
        ConsentKind.OPTED_OUT if opted_out else ConsentKind.OPTED_IN,
        source,
        wording=wording,
    )
