"""Members that no contract names, and that say when to send, or whether at all: to leave those aside would send to everybody at once."""

import re
from collections.abc import Iterable

from app.api.nearest import is_sayable
from app.api.refusals import Refused, Why

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ORDERS = ("schedul", "postpon", "delay", "later", "simulat", "sandbox", "dryrun", "sendat", "sendon", "deliverat", "istest", "testmode")
"""In a name, however it is written."""
_VERBS = frozenset({"send", "deliver", "dry", "test"})
"""A word of a name."""
_MOMENTS = frozenset({"date", "time", "datetime", "when", "at", "on", "start", "begin", "run", "due", "delivery", "not", "before", "after"})
"""Where a name is made of nothing else: ClassDate is only data."""


def refuse_orders(strangers: Iterable[str]) -> None:
    """Raises Refused for the first of these names that is one."""
    for name in strangers:
        if _is_order(name):
            named = f"'{name}'" if is_sayable(name) else "A member"
            sentence = (
                f"{named} is not known here, and seems to say when, or whether, to send. The time belongs in SendDateTime of the message; "
                "test mode is a setting of the customer. Nothing was done."
            )
            raise Refused(Why.INVALID, sentence, code="unknown_member", field="body")


def _is_order(name: str) -> bool:
    words = [each.lower() for each in _WORD.findall(name[:80])]
    whole = "".join(words)
    return any(each in whole for each in _ORDERS) or not _VERBS.isdisjoint(words) or (bool(words) and _MOMENTS.issuperset(words))
