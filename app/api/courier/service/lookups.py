"""What the carrier knows of somebody's number: asked once, kept, and asked again only if somebody wants it."""

from app.accounts.models import Staff
from app.api.courier.models import LookupState, NumberLookup
from app.api.courier.queries.lookups import lookups_of
from app.carrier.choice import current_carrier
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.directory.models import District

NO_SUCH_NUMBER = "The carrier knows no such number."
AWAY = "The carrier could not be asked. Ask again in a few minutes."


def look_up(staff: Staff, number: str, *, again: bool) -> NumberLookup:
    """Ask the carrier about a number of which nothing is known yet, or `again`. It is asked without a transaction."""
    known = db.session.scalar(lookups_of(staff).where(NumberLookup.number == number))
    if known is not None and known.state != LookupState.PENDING and not again:
        return known
    release_connection()
    state, kind, carrier, error = _asked(number)
    with transaction():
        db.session.get_one(District, staff.district_id, with_for_update=True)  # of two that ask at once, one writes the row
        row = db.session.scalar(lookups_of(staff).where(NumberLookup.number == number).execution_options(populate_existing=True))
        if row is None:
            row = NumberLookup(district_id=staff.district_id, number=number)
            db.session.add(row)
        if state != LookupState.PENDING or row.state is None:
            row.state, row.kind, row.carrier_name = state, kind, carrier
        row.error, row.changed_at = error, now()
    return row


def _asked(number: str) -> tuple[LookupState, str, str | None, str | None]:
    try:
        facts = current_carrier().lookup_number(number)
    except CarrierRefused:
        return LookupState.UNRESOLVABLE, "", None, NO_SUCH_NUMBER
    except CarrierFailed:
        return LookupState.PENDING, "", None, AWAY
    if not facts.is_valid:
        return LookupState.UNRESOLVABLE, "", None, NO_SUCH_NUMBER
    return LookupState.RESOLVED, facts.kind.value if facts.kind else "", facts.carrier_name[:120] if facts.carrier_name else None, None
