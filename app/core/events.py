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
_after: dict[type, list[Listener]] = defaultdict(list)


def within(*kinds: type[Any]) -> Callable[[Listener], Listener]:
    """Register a listener that writes rows in the commit that made the fact true."""
    return _registrar(_within, kinds)


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


def record(event: Event) -> None:
    """Call the listeners that belong to the commit. An exception of theirs undoes the transaction."""
    for listener in _within[type(event)]:
        listener(event)


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
    return bool(_within[kind] or _after[kind])
