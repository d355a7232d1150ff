"""Other ears than those of browsers: feeds for other systems hear each push in every process, and ask for what it is about."""

from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()

MISSED = "missed"
"""Told instead of a push when some may have been lost: whoever listens has to look again."""
Tap = Callable[[str, dict[str, Any]], object]
_taps: list[Tap] = []


def listen(tap: Tap) -> None:
    """Have `tap(name, payload)` called after each push of this process, and for each that another one announces. It must not wait."""
    if tap not in _taps:
        _taps.append(tap)


def tell(name: str, payload: dict[str, Any]) -> None:
    """Call them. The trouble of one harms nobody."""
    for tap in _taps:
        try:
            tap(name, payload)
        except Exception:
            log.exception("live.tap_failed", push=name)
