"""How many faxes nobody has read: the number on the rail of every page."""

from flask import g

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.rail_counts import Carried, noted
from app.fax.queries_list import Counts, counts_of, fresh_column, scope_of, values_of

PLACE = "fax"
"""Of this room on the rail."""


def badge_of(staff: Staff) -> int:
    """What nobody has read, of all that this person sees: counted already for the list, or carried by the query of the page."""
    known: Counts | None = g.get("fax_counts")
    if known is not None:
        return known.fresh
    carried = noted(PLACE)
    return carried if carried is not None else counts_of(staff).fresh


def carried_badge() -> Carried:
    """The same number for the query that counts for the rail of every page."""
    return Carried(PLACE, Permission.READ_FAXES, lambda staff: fresh_column(scope_of(staff)), values_of)
