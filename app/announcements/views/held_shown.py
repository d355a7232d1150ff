"""What the night holds back, in words: before it is sent, in the undo minute, and while the rest of it is out."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts.current import current_staff
from app.announcements.models import Announcement, AnnouncementState, Channel
from app.announcements.planner import Plan
from app.announcements.queries.pace import Asleep
from app.announcements.views.words import Label, copies, listed, state_label
from app.core.database import db
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.core.quiet_hours import is_quiet, quiet_hours_of, release_time
from app.directory.models import District


def held_words(plan: Plan, clock: LocalClock, *, is_later: bool = False) -> str:
    """Who waits for their morning: people, or what is for them where they get it in several ways."""
    holds = sorted((hold.until, hold.people) for channel in plan.channels.values() for hold in channel.held)
    if not holds:
        if not plan.addresses:
            return ""
        if is_later:
            return _("By then it is day for everybody: nothing is held back.")
        return _("Right now it is day for everybody: nothing is held back.")
    when = clock.full(datetime.fromisoformat(holds[0][0]))
    if len(plan.channels) > 1:
        held = {name: sum(hold.people for hold in one.held) for name, one in plan.channels.items()}
        return _("Held for the night: %(what)s, to go out from %(when)s on.", what=_ways(held), when=when)
    return ngettext(
        "Held for the night: %(num)s person gets it from %(when)s on.",
        "Held for the night: %(num)s people get it from %(when)s on.",
        plan.held,
        when=when,
    )


def asleep_words(asleep: Asleep | None, clock: LocalClock) -> str:
    """The same of what goes out."""
    if asleep is None:
        return ""
    return _("Held for the night: %(what)s, to go out from %(when)s on.", what=_ways(asleep.copies), when=clock.full(asleep.until))


def state_of(announcement: Announcement, asleep: Asleep | None) -> Label:
    """How far it is. Nobody waits at a turning circle for the morning, or for the next try of a call."""
    if asleep is not None and asleep.is_all:
        return held_label()
    if announcement.state == AnnouncementState.SENDING and announcement.finished_at is not None:
        return Label(_("Trying again"), "brand", "clock")
    return state_label(announcement.state, is_back=announcement.returned_because is not None)


def held_label() -> Label:
    """All of it waits for the morning."""
    return Label(_("Held for the night"), "warn", "moon")


def by_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """When something of the reader's district goes that is due at `moment` and may not go at night; told in the school's zone."""
    window = quiet_hours_of(db.session.get_one(District, current_staff.district_id).settings)
    return release_time(moment, zone, window) if is_quiet(moment, zone, window) else moment


def _ways(held: Mapping[str, int]) -> str:
    return listed([copies(name, held[name]) for name in Channel if held.get(name)])
