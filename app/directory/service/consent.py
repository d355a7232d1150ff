"""The consent ledger: entries are only added, and applied at once."""

from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db, transaction
from app.directory.events import ConsentChanged
from app.directory.models import ALL_SENDERS, Consent, ConsentKind, ContactPoint, MessagingService, PhoneNumber, Purpose

LONGEST_WORDING = 200


def record_consent(
    district_id: int, address: str, scope: str, kind: str, source: str, *, wording: str | None = None, staff_id: int | None = None
) -> Consent:
    """Add what the person at `address` wants, or is known to want, from the senders in `scope`. The newest entry decides.

    A repetition of the newest entry of the scope from the same source adds nothing and gives that entry back.
    """
    with transaction() as events:
        newest = db.session.scalar(
            select(Consent)
            .where(Consent.district_id == district_id, Consent.address == address, Consent.scope == scope)
            .order_by(Consent.id.desc())
            .limit(1)
        )
        if newest is not None and (newest.kind, newest.source) == (kind, source):
            return newest
        entry = Consent(
            district_id=district_id, address=address, scope=scope, kind=kind, source=source,
            wording=wording[:LONGEST_WORDING] if wording else None, staff_id=staff_id,
        )  # fmt: skip
        db.session.add(entry)
        db.session.flush()
        if concerns_conversations(scope):
            db.session.execute(
                update(ContactPoint)
                .where(ContactPoint.district_id == district_id, ContactPoint.address == address)
                .values(opted_out_at=now() if kind == ConsentKind.OPTED_OUT else None)
            )
        events.append(ConsentChanged(district_id, address, scope, kind, entry.id))
    return entry


def concerns_conversations(scope: str) -> bool:
    """Whether a wish in `scope` is about the senders of conversations, or about all of them."""
    if scope == ALL_SENDERS:
        return True
    kind, _, key = scope.partition(":")
    table = MessagingService if kind == "service" else PhoneNumber
    purpose = db.session.scalar(select(table.purpose).where(table.id == int(key)))
    return purpose == Purpose.CONVERSATION
