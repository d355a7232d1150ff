"""How long, in words and as a timer."""

from flask_babel import ngettext

MINUTE = 60


def length(seconds: int) -> str:
    """In words: 40 seconds, 3 minutes."""
    if seconds < MINUTE:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    return str(ngettext("%(num)s minute", "%(num)s minutes", round(seconds / MINUTE)))


def clock(seconds: float | None) -> str:
    """As a timer shows it: 0:07, 12:47, 1:02:03; nothing where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(max(round(seconds), 0), MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
