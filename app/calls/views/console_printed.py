"""What an open page of a conference is told again and again, printed.

Frames are kept for all pages together, so none of these holds what belongs to one call or one person: names, numbers and ids are holes.
"""

from app.calls.durations import clock
from app.calls.views.console_seen import Seen
from app.calls.views.lines_shown import Line
from app.calls.views.shown import Leg
from app.core.frames import Html, frame, fresh_frame, hole, with_holes

OF_LEG = ("id", "name", "initials", "hue", "number", "detail", "ticks_from", "ticks", "handset")
OF_HEAD = ("id", "title", "version", "ticks_from", "ticks", "people", "held", "unaware", "being_told")
AROUND = ("starter", "started", "number")
OF_LINE = ("id", "time", "words")


def printed_now(seen: Seen, *, token: str | None = None) -> Html:
    """The head, the rows and the lines of what happened; `token` for their forms, where it is not that of who asks."""
    head, call, around = seen.head, seen.call, seen.around
    copy, values = with_holes(head, OF_HEAD)
    given: dict[str, str] = {} if token is None else {"csrf_token": token}
    kept_as = frame if around["recordings"] == () else fresh_frame  # most calls are never recorded
    kept = kept_as("calls/_recordings.html", head=copy, recordings=around["recordings"], length_of=clock)
    own = {name: hole(name) for name in AROUND}
    return frame("calls/_now.html", head=copy, is_mine=around["is_mine"], may_brief=around["may_brief"], **own).filled(
        legs=[piece for leg in seen.legs for piece in _row(leg, head.id, given)],
        lines=[piece for line in seen.lines for piece in _line(line)],
        recordings=kept.filled(),
        notes=call.notes,
        notes_version=call.notes_version,
        **{name: around[name] for name in AROUND},
        **values,
        **given,
    )


def _row(leg: Leg, call_id: int, given: dict[str, str]) -> Html:
    copy, values = with_holes(leg, OF_LEG)
    return frame("calls/_row.html", leg=copy, call_id=hole("call_id")).filled(call_id=call_id, **values, **given)


def _line(line: Line) -> Html:
    copy, values = with_holes(line, OF_LINE)
    return frame("calls/_log_line.html", line=copy).filled(**values)
