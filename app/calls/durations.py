"""How long, in words."""

from flask_babel import ngettext

MINUTE = 60


def length(seconds: int) -> str:
    """In words: 40 seconds, 3 minutes."""
    if seconds < MINUTE:
        return str(ngettext("%(num)s second", "%(num)s seconds", seconds))
    return str(ngettext("%(num)s minute", "%(num)s minutes", round(seconds / MINUTE)))
