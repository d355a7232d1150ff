"""What a person types into a field for a day and a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def local_moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment of a wall clock in a zone. None for what is no time, and for the hour that a change of the clocks leaves out."""
    try:
        wall = datetime.fromisoformat(text).replace(tzinfo=None)
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        return moment if moment.astimezone(zone).replace(tzinfo=None) == wall else None
    except (ValueError, OverflowError):  # the last day of the year 9999 has no moment everywhere
        return None
