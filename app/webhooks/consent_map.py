"""What other systems hear of the consent ledger. The directory lies below this room, so its map stands here."""

import hashlib
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.core.database import db
from app.core.events import within_all
from app.directory.events import ConsentChanged
from app.directory.models import Consent, ContactPoint
from app.webhooks.service.telling import Happened, tell

_SCOPES = {"service": "texts", "number": "texts", "calls": "calls", "email": "emails", "all": "all"}


@within_all(ConsentChanged)
def tell_of_consent(facts: Sequence[ConsentChanged]) -> None:
    """Somebody said STOP, START, or pressed 9."""
    tell("consent.changed", facts, _described)


def _described(facts: Sequence[ConsentChanged]) -> Iterator[Happened]:
    for entry in db.session.scalars(select(Consent).where(Consent.id.in_([fact.consent_id for fact in facts])).order_by(Consent.id)):
        points = select(ContactPoint.uuid).where(ContactPoint.district_id == entry.district_id, ContactPoint.address == entry.address)
        data = {
            "contact_point_ids": [str(uuid) for uuid in db.session.scalars(points.order_by(ContactPoint.id))],
            "scope": _SCOPES.get(entry.scope.partition(":")[0], "all"),
            "state": entry.kind,
            "source": entry.source,
        }
        subject = "consent:" + hashlib.sha256(f"{entry.district_id} {entry.address}".encode()).hexdigest()[:32]
        yield Happened(subject, entry.at, data, {"address": entry.address, "wording": entry.wording}, once=str(entry.id))
