"""Hours of the week at which something holds, as other systems write them: a day, or several, from a time to a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEVERAL = {"everyday": WEEK, "weekdays": WEEK[:5], "weekend": WEEK[5:]}


def holds_at(rules: Iterable[Mapping[str, Any]], local: datetime) -> bool:
    """Whether any rule holds at a moment of the wall clock; without rules it always does."""
    rules = list(rules)
    return not rules or any(_holds(rule, local) for rule in rules)


def _holds(rule: Mapping[str, Any], local: datetime) -> bool:
    """From its beginning until just before its end; one that ends before it begins goes on into the next day."""
    days = _SEVERAL.get(str(rule.get("day") or "everyday"), (str(rule.get("day")),))
    begins, ends = time_from(rule.get("start-time")), time_from(rule.get("end-time"))
    clock, today = local.time(), WEEK[local.weekday()]
    yesterday = WEEK[(local - timedelta(days=1)).weekday()]
    if begins is None or ends is None or begins < ends:
        return today in days and (begins is None or begins <= clock) and (ends is None or clock < ends)
    return (today in days and clock >= begins) or (yesterday in days and clock < ends)


def time_from(text: object) -> time | None:
    """A time of the wall clock; the offset that its format asks for says nothing, because the zone stands beside it. Raises ValueError."""
    return None if text is None else time.fromisoformat(str(text)).replace(tzinfo=None)
