"""A correction, or what is sent on after one, as its author sees it: which texts still say the old words, what changed in the others."""

from dataclasses import dataclass, field, replace

from sqlalchemy import and_, or_, select

from app.announcements.audience import Again
from app.announcements.channel_words import channel_name
from app.announcements.corrections import Version, says_old_words, still_old, versions
from app.announcements.counts import counts_of
from app.announcements.further import sent_after, waiting_after
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.planner import Plan
from app.announcements.put_right import PutRight, put_right
from app.announcements.views.words import missed_words
from app.announcements.words_changed import Stretch, changes
from app.core.database import db
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext

MOVING = (AnnouncementState.PREPARING, AnnouncementState.SENDING, AnnouncementState.PAUSED)
WAITING = (AnnouncementState.SCHEDULED, AnnouncementState.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class Changed:
    """One text beside what it was."""

    key: str
    name: str
    people: str
    language: str
    is_old: bool
    stretches: list[Stretch]


@dataclass(frozen=True, slots=True)
class Correction:
    """What pages show of it."""

    heading: str
    """Empty for what is no correction itself."""
    first_id: int
    changed: list[Changed]
    """Only what somebody gets: of each text where `of_one` names none."""
    old_keys: frozenset[str] = frozenset()
    """The texts that somebody would get although they say the old words."""
    old: list[str] = field(default_factory=list)
    """The same by name, with how many people."""
    audiences: list[tuple[str, str]] = field(default_factory=list)
    """For whom it may be, where that can be chosen."""
    stopped: str = ""
    """Why it can."""
    missed: str = ""
    """Whom it does not reach, since it does not go all the ways of the first."""
    still_out: list[Announcement] = field(default_factory=list)
    """What was sent on from the first with the old words, and still goes out."""
    to_go_out: list[Announcement] = field(default_factory=list)
    """The same of what was accepted and waits."""
    since: str = ""
    """For what is sent on: that it was corrected, or is being corrected, and whose words stand here."""


def correction(announcement: Announcement | None, plan: Plan | None, of_one: str | None = None) -> Correction | None:
    """None for what has nothing to do with one. `of_one`: the words of this text are compared, and of no other."""
    if announcement is None:
        return None
    since = put_right(announcement)
    first_id = since.mistaken[0] if since is not None else announcement.correction_of_id
    if first_id is None:
        return None
    first = db.session.get_one(Announcement, first_id)
    found = versions(announcement)
    people, title = _people(plan), first.title or _("an earlier announcement")
    several = len(announcement.channels) > 1
    old = still_old(found, plan) if plan is not None else []
    got = [one for one in found if people.get(one.key) and of_one in {None, one.key}]
    shown = Correction(
        "",
        first.id,
        [_changed(one, people[one.key], several=several) for one in got],
        frozenset(one.key for one, _number in old),
        [f"{_name(one, several=several)} ({_readers(number)})" for one, number in old],
    )
    if since is not None:
        return replace(shown, since=_since(since, title))
    return replace(
        shown,
        heading=_("Correct “%(title)s”", title=title),
        audiences=_audiences(first),
        stopped=_(
            "“%(title)s” had gone out to some, and was stopped before it left for the others. Choose who gets the correction.", title=title
        ),
        missed=missed_words(announcement),
        still_out=_still_out(first.id),
        to_go_out=[one for one in waiting_after(first.id) if one.correction_of_id is None and says_old_words(one)],
    )


def _since(since: PutRight, title: str) -> str:
    if since.by is None:
        return str(_("A correction of “%(title)s” is being written. Read this once more: it may say the old words.", title=title))
    return str(_("“%(title)s” was corrected since. Read this once more: it must say what the correction says.", title=title))


def _still_out(first_id: int) -> list[Announcement]:
    moving = and_(Announcement.id.in_(sent_after(first_id)), Announcement.state.in_(MOVING))
    waits = and_(Announcement.id > first_id, Announcement.follow_up_of_id == first_id, Announcement.state.in_(WAITING))
    found = select(Announcement).where(or_(moving, waits), Announcement.correction_of_id.is_(None))
    return list(db.session.scalars(found.order_by(Announcement.id)))


def _people(plan: Plan | None) -> dict[str, int]:
    channels = plan.channels.items() if plan is not None else ()
    return {f"{name}-{one.language}": one.people for name, channel in channels for one in channel.languages}


def _changed(one: Version, people: int, *, several: bool) -> Changed:
    return Changed(one.key, _name(one, several=several), _readers(people), one.language, one.is_old, changes(one.old, one.new))


def _name(one: Version, *, several: bool) -> str:
    return f"{channel_name(one.channel)}, {language_name(one.language)}" if several else language_name(one.language)


def _readers(number: int) -> str:
    return str(ngettext("%(num)s person", "%(num)s people", number))


def _audiences(first: Announcement) -> list[tuple[str, str]]:
    """Where it was stopped on its way, there are those who never got it."""
    counted = counts_of(first.id).together
    if first.state != AnnouncementState.HALTED or not counted.cancelled + counted.waiting:
        return []
    return [
        (str(Again.REACHED), _("Only who got it")),
        (str(Again.CORRECTED), _("All of them")),
    ]
