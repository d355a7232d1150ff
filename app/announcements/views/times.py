"""Words about when it goes out: what is wrong with a time, and what one should know of it."""

from datetime import datetime

from app.announcements.schedule import closure_on
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.wall_clock import Wall, trouble_words

SATURDAY = 5


def wall_words(wall: Wall | None, clock: LocalClock, school_id: int | None, district_id: int) -> str:
    """What to say below the field: the trouble, or else what is remarkable about the time."""
    if wall is None:
        return ""
    if wall.trouble is not None:
        return trouble_words(wall.trouble)
    said = []
    if wall.comes_twice and wall.moment is not None:
        said.append(_("That night the clocks are put back and this time comes twice: it goes out the first time."))
    if wall.moment is not None and (closed := closed_words(wall.moment, clock, school_id, district_id)):
        said.append(closed)
    return " ".join(said)


def closed_words(moment: datetime, clock: LocalClock, school_id: int | None, district_id: int) -> str:
    """That nobody is at school on that day; nothing on a school day."""
    local = clock.local(moment)
    name = closure_on(local.date(), school_id, district_id)
    if name is not None:
        if school_id is None:
            return _("A school of yours is closed on that day (%(name)s). It goes out all the same.", name=name)
        return _("The school is closed on that day (%(name)s). It goes out all the same.", name=name)
    return _("That is a weekend. It goes out all the same.") if local.weekday() >= SATURDAY else ""
