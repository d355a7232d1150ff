"""One measured figure."""

import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is ours to the baseline; `goal` says what it is to be, `is_met` whether it is."""

    name: str
    ours: float
    baseline: float | None
    ratio: float | None
    goal: str
    is_met: bool
    unit: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """As `make bench` prints it."""
        return json.dumps({key: value for key, value in asdict(self).items() if value not in (None, "", {})}, ensure_ascii=False)


def alternated(ours: Callable[[], float], baseline: Callable[[], float], rounds: int = 5) -> tuple[float, float]:
    """The medians of both, measured in turn."""
    pairs = [(baseline(), ours()) for _ in range(rounds)]
    return median([mine for _, mine in pairs]), median([bare for bare, _ in pairs])


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return round(statistics.median(values), 4)


def at_least(name: str, ours: float, baseline: float, goal: float, unit: str, **details: Any) -> Figure:
    """A rate that is to reach a part of its yardstick."""
    ratio = round(ours / baseline, 3)
    return Figure(name, round(ours, 2), round(baseline, 2), ratio, f">= {goal}", ratio >= goal, unit, details)
