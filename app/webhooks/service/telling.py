"""Our own kinds of events: from the facts of a room to the endpoints that chose them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid5

from app.core.clock import now
from app.webhooks.listening import Listener, listeners
from app.webhooks.outgoing import Outgoing
from app.webhooks.service.enqueuing import enqueue_once

MOST_LATE = timedelta(days=7)
"""What happened longer ago is no news: an old fax that somebody reads again is not told as received."""


class OfDistrict(Protocol):
    """Every fact that can be told."""

    @property
    def district_id(self) -> int:
        """Whose."""


Fact = TypeVar("Fact", bound=OfDistrict)


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of ours, whoever is told."""

    subject: str
    """Such as ``message:<uuid>``: events of one subject arrive in order."""
    at: datetime
    data: Mapping[str, Any]
    """Ids, states, numbers and moments. No names, no phone numbers, nothing that anybody said."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What endpoints get beside that whose owner wants words, names and numbers."""
    once: str = ""
    """Of one subject a kind is told once for each of these, however often the fact is announced."""


def tell(kind: str, facts: Sequence[Fact], describe: Callable[[Sequence[Fact]], Iterable[Happened]]) -> None:
    """Have `facts` told as `kind` to the endpoints that chose it. `describe` is asked only where there are some. Within the commit."""
    by_district: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_district[fact.district_id].append(fact)
    for district_id, several in by_district.items():
        told = listeners(district_id, kind)
        if told:
            enqueue_once([one for what in describe(several) for one in _each(kind, what, told)])


def _each(kind: str, what: Happened, told: Iterable[Listener]) -> Iterable[Outgoing]:
    if what.at < now() - MOST_LATE:
        return
    for listener in told:
        if what.at >= listener.since:
            data = {**what.data, **what.words} if listener.with_words else what.data
            body = {"type": kind, "timestamp": iso(what.at), "data": plain(data)}
            yield Outgoing(listener.id, kind, what.subject, body, uuid5(listener.uuid, f"{kind} {what.subject} {what.once}"))


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON can say it."""
    return {name: _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return iso(value) if isinstance(value, datetime) else value


def iso(moment: datetime) -> str:
    """With milliseconds, and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
