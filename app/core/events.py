"""Facts that rooms announce, and who listens.

A service appends facts to the list that `transaction()` gives it. Listeners registered with `within` run before the commit
and may add rows that must live or die with it; those registered with `on` run after it, and their failures harm nobody.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar

import structlog

log = structlog.get_logger()


class Event(Protocol):
    """A frozen dataclass with a name of the form subject.action, and only ids, versions and small states inside."""

    name: ClassVar[str]


AnyEvent = TypeVar("AnyEvent", bound=Event)
Listener = Callable[[Any], object]

_within: dict[type, list[Listener]] = defaultdict(list)
_within_all: dict[type, list[Listener]] = defaultdict(list)
_after: dict[type, list[Listener]] = defaultdict(list)


def within(*kinds: type[Any]) -> Callable[[Listener], Listener]:
    """Register a listener that writes rows in the commit that made the fact true."""
    return _registrar(_within, kinds)


def within_all(*kinds: type[Any]) -> Callable[[Listener], Listener]:
    """Register a listener that is called once in a commit with the list of all facts of one kind, for what comes by the hundred."""
    return _registrar(_within_all, kinds)


def on(*kinds: type[Any]) -> Callable[[Listener], Listener]:
    """Register a listener that runs after the commit. What it does may be lost when the process dies."""
    return _registrar(_after, kinds)


def _registrar(listeners: dict[type, list[Listener]], kinds: tuple[type, ...]) -> Callable[[Listener], Listener]:
    def register(listener: Listener) -> Listener:
        for kind in kinds:
            if listener not in listeners[kind]:
                listeners[kind].append(listener)
        return listener

    return register


def record(events: list[Event]) -> None:
    """Call the listeners that belong to the commit, also for the facts that they append. An exception of theirs undoes it all."""
    done = 0
    while done < len(events):
        fresh: dict[type, list[Event]] = defaultdict(list)
        for event in events[done:]:  # a listener may append further facts, which are recorded too
            done += 1
            for listener in _within[type(event)]:
                listener(event)
            if _within_all[type(event)]:
                fresh[type(event)].append(event)
        for kind, facts in fresh.items():
            for listener in _within_all[kind]:
                listener(facts)


def in_order_of_urgency(events: list[Event]) -> list[Event]:
    """As they are published: what people wait for before what wakes other threads, which would then compete with it."""
    return sorted(events, key=lambda event: not getattr(event, "is_urgent", False))


def publish(event: Event) -> None:
    """Call the listeners that come after the commit. Their exceptions are logged and go no further."""
    for listener in _after[type(event)]:
        try:
            listener(event)
        except Exception:
            log.exception(
                "event.listener_failed",
                event_name=event.name,
                listener=getattr(listener, "__qualname__", repr(listener)),
            )


def has_listener(kind: type) -> bool:
    """Whether anybody listens to this kind of fact; a convention test asks."""
    return bool(_within[kind] or _within_all[kind] or _after[kind])
