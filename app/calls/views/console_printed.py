"""What an open page of a conference is told again and again, printed: frames in which little but the clocks differs."""

from collections.abc import Hashable, Iterable, Mapping

from app.calls.models import Call
from app.calls.views.lines_shown import Line
from app.calls.views.shown import Head, Leg
from app.core.frames import Html, frame, with_holes

OF_LEG = ("ticks_from", "ticks")
OF_HEAD = ("title", "version", "ticks_from", "ticks", "people")
OF_LINE = ("id", "time", "words")


def printed_now(head: Head, legs: Iterable[Leg], lines: Iterable[Line], call: Call, around: Mapping[str, Hashable]) -> Html:
    """The head, these rows, and these lines of what happened. `around` is what else the head's templates ask for."""
    copy, values = with_holes(head, OF_HEAD)
    return frame("calls/_now.html", head=copy, **around).filled(
        legs=[piece for leg in legs for piece in _row(leg, head.id)],
        lines=[piece for line in lines for piece in _line(line)],
        notes=call.notes,
        notes_version=call.notes_version,
        **values,
    )


def _row(leg: Leg, call_id: int) -> Html:
    copy, values = with_holes(leg, OF_LEG)
    return frame("calls/_row.html", leg=copy, call_id=call_id).filled(**values)


def _line(line: Line) -> Html:
    copy, values = with_holes(line, OF_LINE)
    return frame("calls/_log_line.html", line=copy).filled(**values)
