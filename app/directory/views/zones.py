"""The zone in which pages of this room tell the time."""

from app.accounts.current import workplace


def own_zone() -> str:
    """The zone of the reader's district; it came with the session."""
    place = workplace()
    return place.time_zone if place is not None else "UTC"
