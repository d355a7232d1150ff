"""How this face writes and reads moments, numbers and ids."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.api.identifiers import within_id24
from app.api.moments import FIRST_YEAR, LAST_YEAR
from app.api.refusals import Refused, Why
from app.core import phone_numbers

HOME = "+1"
HOME_LENGTH = len("+15035550142")
__all__ = ["iso", "moment", "shown_number", "told_number", "within_id24"]


def iso(at: datetime | None) -> str | None:
    """RFC 3339 with an offset."""
    return None if at is None else at.astimezone(UTC).isoformat()


def shown_number(e164: str) -> str:
    """Ten digits at home, as in the samples; E.164 abroad."""
    return e164[len(HOME) :] if e164.startswith(HOME) and len(e164) == HOME_LENGTH else e164


def told_number(text: str, *, field: str) -> str:
    """The E.164 form of a number as a request says it: with its country code and +, or as it is dialled at home. Raises Refused."""
    found = phone_numbers.parse_or_none(text)
    if found is None:
        raise Refused(Why.INVALID, "This is no phone number. Write it with + and its country code, or with ten digits.", field=field)
    return found


def moment(text: str, zone: ZoneInfo, *, field: str, is_end: bool = False) -> datetime:
    """The moment that a date, or a date and time, names; without an offset on the company's clock. Raises Refused.

    Where a day ends a range, that is the beginning of the next one.
    """
    try:
        if len(text) == len("2026-11-22"):
            day = date.fromisoformat(text) + timedelta(days=1 if is_end else 0)
            found = datetime.combine(day, time(), zone)
        else:
            found = datetime.fromisoformat(text)
            found = found.replace(tzinfo=zone) if found.tzinfo is None else found
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValueError(text)  # noqa: TRY301  # told as every other
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(Why.INVALID, "There is no such day, or no such time of the day.", field=field) from error


def told_uuid(text: str) -> UUID:
    """A UUID of the path. Raises Refused (UNKNOWN)."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused(Why.UNKNOWN, "There is nothing of this name.") from error
