"""Who wants to hear nothing, as a condition that the database checks for everybody at once."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from app.directory.models import ALL_SENDERS, Consent, ConsentKind


def newest_wish_refuses(address: Any, district_id: Any, scope: str) -> ColumnElement[bool]:
    """Whether the newest wish of an address about the senders in `scope`, or about all, is to hear nothing."""
    entry = aliased(Consent)
    newest = (
        select(func.max(entry.id))
        .where(entry.district_id == district_id, entry.address == address, entry.scope.in_([scope, ALL_SENDERS]))
        .correlate_except(entry)
        .scalar_subquery()
    )
    return exists().where(Consent.id == newest, Consent.kind == ConsentKind.OPTED_OUT).correlate_except(Consent)
