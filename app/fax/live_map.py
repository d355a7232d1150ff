"""What browsers hear of faxes: that one came or changed. They ask for its row themselves."""

from app.core.events import within
from app.fax.events import FaxChanged
from app.live import service as live


@within(FaxChanged)
def push_change(fact: FaxChanged) -> None:
    """To those whose list shows it; of a number of the district everybody hears, and only who may see it gets the row."""
    whole = f"district:{fact.district_id}" if fact.school_id is None else f"school:{fact.school_id}"
    payload = {"fax_id": fact.fax_id, "version": fact.version, "is_fresh": fact.is_fresh}
    live.push((whole, *(f"staff:{one}" for one in fact.staff_ids)), "fax:changed", payload, district_id=fact.district_id)
