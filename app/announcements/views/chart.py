"""How an announcement spread, as lines told apart by their strokes and their names: places in the drawing are worked out here."""

from dataclasses import dataclass

from app.announcements.queries.report import ReachPoint
from app.core.local_clock import LocalClock
from app.core.presentation import decimal
from app.core.presentation import gettext as _

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 130, 12, 26
APART = 16
"""So far stand the names of two lines at least, which may end at the same place."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One of them, with its name at its end."""

    name: str
    number: str
    words: str
    tone: str
    kind: str
    points: str
    label_at: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The lines, the scale beside them, and the same as rows for a table."""

    lines: list[Curve]
    grid: str
    scale: list[tuple[float, str]]
    left: int
    right: int
    top: int
    first: str
    last: str
    rows: list[tuple[str, int, int, int]]


def chart_of(points: list[ReachPoint], total: int, clock: LocalClock) -> Chart | None:
    """None while there is no line to draw yet."""
    if len(points) < 2 or total <= 0:  # noqa: PLR2004  # a line has two ends
        return None
    begin, right = points[0].at, WIDTH - RIGHT
    span = max(1.0, (points[-1].at - begin).total_seconds())

    def up(number: int) -> float:
        return round(HEIGHT - BOTTOM - min(1.0, number / total) * (HEIGHT - TOP - BOTTOM), 1)

    def drawn(numbers: list[int]) -> str:
        across = [LEFT + (point.at - begin).total_seconds() / span * (right - LEFT) for point in points]
        return " ".join(f"{x:.1f},{up(number):.1f}" for x, number in zip(across, numbers, strict=True))

    last = points[-1]
    kinds = [
        (_("Delivered"), "brand", "", [point.delivered for point in points], last.delivered),
        (_("Handed over"), "info", "is-dashed", [point.handed_over for point in points], last.handed_over),
        (_("Failed"), "danger", "is-dotted", [point.failed for point in points], last.failed),
    ]
    places = _apart([up(number) for *_rest, number in kinds])
    lines = [
        Curve(name, decimal(number), f"{name} {decimal(number)}", tone, kind, drawn(numbers), place)
        for (name, tone, kind, numbers, number), place in zip(kinds, places, strict=True)
    ]
    levels = [total, total // 2, 0] if total > 1 else [total, 0]
    return Chart(
        lines,
        " ".join(f"M{LEFT} {up(level)}H{right}" for level in levels),
        [(up(level), decimal(level)) for level in levels],
        LEFT,
        right,
        total,
        clock.time(begin),
        clock.time(last.at),
        [(clock.time(point.at), point.handed_over, point.delivered, point.failed) for point in points],
    )


def _apart(wanted: list[float]) -> list[float]:
    """The places moved up, from the lowest on, until no two names overlap; handed over stands above delivered."""
    order = sorted(range(len(wanted)), key=lambda index: (-wanted[index], -index if index == len(wanted) - 1 else index))
    placed = list(wanted)
    floor = float(HEIGHT)
    for index in order:
        placed[index] = min(wanted[index], floor - APART) if floor < HEIGHT else wanted[index]
        floor = placed[index]
    return placed
