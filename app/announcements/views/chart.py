"""How an announcement spread, as a line: places in the drawing are worked out here, the template only draws."""

from dataclasses import dataclass

from app.announcements.queries_report import ReachPoint
from app.core.local_clock import LocalClock

WIDTH, HEIGHT = 640, 160
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 26


@dataclass(frozen=True, slots=True)
class Chart:
    """Two lines, the scale beside them, and the same as rows for a table."""

    delivered: str
    handed_over: str
    top: int
    first: str
    last: str
    rows: list[tuple[str, int, int, int]]


def chart_of(points: list[ReachPoint], total: int, clock: LocalClock) -> Chart | None:
    """None while there is no line to draw yet."""
    if len(points) < 2 or total <= 0:  # noqa: PLR2004  # a line has two ends
        return None
    begin = points[0].at
    span = max(1.0, (points[-1].at - begin).total_seconds())

    def place(point: ReachPoint, number: int) -> str:
        across = LEFT + (point.at - begin).total_seconds() / span * (WIDTH - LEFT - RIGHT)
        up = HEIGHT - BOTTOM - min(1.0, number / total) * (HEIGHT - TOP - BOTTOM)
        return f"{across:.1f},{up:.1f}"

    return Chart(
        " ".join(place(point, point.delivered) for point in points),
        " ".join(place(point, point.handed_over) for point in points),
        total,
        clock.time(begin),
        clock.time(points[-1].at),
        [(clock.time(point.at), point.handed_over, point.delivered, point.failed) for point in points],
    )
