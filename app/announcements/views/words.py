"""Words for people: states, channels, outcomes, and why somebody is not reached."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from babel.lists import format_list

from app.accounts.current import own_zone
from app.accounts.models import Staff
from app.announcements.audience import Again
from app.announcements.channel_words import by_way
from app.announcements.corrections import ways_left_out
from app.announcements.models import Announcement, AnnouncementState, Category, Channel, SendTo, SkipReason
from app.announcements.queries.choosing import Chip
from app.announcements.queries.repliers import replier_of
from app.carrier.error_codes import explain
from app.core.database import db
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext, reader_language
from app.directory.models import District, School


class Label(NamedTuple):
    """A word that is never colour alone."""

    text: str
    tone: str = ""
    glyph: str | None = None


def state_label(state: str, *, is_back: bool = False) -> Label:
    """How far an announcement is; `is_back`: somebody gave it back."""
    if is_back and state == AnnouncementState.DRAFT:
        return Label(_("Given back"), "warn", "arrow-back-up")
    return {
        AnnouncementState.DRAFT: Label(_("Draft"), "", "pencil"),
        AnnouncementState.AWAITING_APPROVAL: Label(_("Waits for approval"), "warn", "user-check"),
        AnnouncementState.SCHEDULED: Label(_("Scheduled"), "info", "calendar-clock"),
        AnnouncementState.PREPARING: Label(_("Starting"), "brand", "loader-2"),
        AnnouncementState.SENDING: Label(_("Sending"), "brand", "loader-2"),
        AnnouncementState.PAUSED: Label(_("Paused"), "warn", "player-pause"),
        AnnouncementState.FINISHED: Label(_("Sent"), "ok", "check"),
        AnnouncementState.HALTED: Label(_("Stopped"), "danger", "hand-stop"),
        AnnouncementState.CANCELLED: Label(_("Called off"), "", "ban"),
    }[AnnouncementState(state)]


def channel_glyph(channel: str) -> str:
    """Its icon."""
    return {Channel.SMS: "message", Channel.VOICE: "phone", Channel.EMAIL: "mail"}.get(Channel(channel), "message")


def copies(channel: str, number: int) -> str:
    """``109 texts``; where there are none, that there are none."""
    if not number:
        return {Channel.VOICE: _("no voice calls"), Channel.EMAIL: _("no emails")}.get(Channel(channel), _("no texts"))
    if channel == Channel.VOICE:
        return str(ngettext("%(num)s voice call", "%(num)s voice calls", number))
    if channel == Channel.EMAIL:
        return str(ngettext("%(num)s email", "%(num)s emails", number))
    return str(ngettext("%(num)s text", "%(num)s texts", number))


def category_name(category: str) -> str:
    """What it is about."""
    return {Category.GENERAL: _("General"), Category.ATTENDANCE: _("Attendance"), Category.EMERGENCY: _("Emergency")}[Category(category)]


def replies_words(announcement: Announcement, staff: Staff | None = None) -> str:
    """Who reads what families answer, in words for `staff`."""
    reader = replier_of(announcement)
    if reader is None:
        return _("Replies go to the school’s office line.")
    if staff is not None and reader.id == staff.id:
        return _("Replies come to your messages.")
    if reader.id == announcement.author_id:
        return _("Replies come to the author’s messages.")
    return _("Replies go to %(name)s.", name=reader.name)


def send_to_name(send_to: str) -> str:
    """Which adults."""
    return {
        SendTo.ALL: _("all guardians"),
        SendTo.PRIORITY: _("the main contact of each student"),
        SendTo.PERSON: _("only the people chosen"),
    }[SendTo(send_to)]


def skip_words(reason: str, channel: str | None = None) -> str:
    """Why somebody is not written to over a channel; without one, over whatever there is."""
    of_channel: dict[tuple[str, str | None], str] = {
        (SkipReason.NO_ADDRESS, Channel.SMS): _("no number for texts on file"),
        (SkipReason.NO_ADDRESS, Channel.VOICE): _("no phone number on file"),
        (SkipReason.NO_ADDRESS, Channel.EMAIL): _("no email address on file"),
        (SkipReason.DEAD, Channel.SMS): _("a number that no longer works"),
        (SkipReason.DEAD, Channel.VOICE): _("a number that no longer works"),
        (SkipReason.DEAD, Channel.EMAIL): _("an address that no longer works"),
        (SkipReason.CHANGED, Channel.EMAIL): _("has another address by now"),
        (SkipReason.SAME_ADDRESS, Channel.EMAIL): _("the same address as somebody else here (siblings, or shared)"),
        (SkipReason.WRONG, Channel.EMAIL): _("a wrong address"),
    }
    if (found := of_channel.get((reason, channel))) is not None:
        return found
    return {
        SkipReason.OPTED_OUT: _("opted out of announcements from this sender"),
        SkipReason.NO_ADDRESS: _("no number or address on file"),
        SkipReason.NO_TEXTS: _("only a landline, which gets no texts"),
        SkipReason.DEAD: _("a number or address that no longer works"),
        SkipReason.WRONG: _("a wrong number"),
        SkipReason.CHANGED: _("has another number or address by now"),
        SkipReason.OFF_RECORD: _("no longer on the school’s records"),
        SkipReason.SAME_ADDRESS: _("the same phone as somebody else here (siblings, or shared)"),
        SkipReason.NO_TEXT: _("no words in their language"),
        SkipReason.NOT_PERMITTED: _("the school’s records say not to write to them"),
        SkipReason.NO_PHONE: _("not a phone number"),
        SkipReason.MISSING_VALUE: _("a field of the text has no value for them"),
    }[SkipReason(reason)]


def failure_words(reason: str | None, channel: str | None = None) -> tuple[str, str]:
    """What a failure or a skip is called, and what to do about it."""
    if reason in set(SkipReason):
        words = skip_words(str(reason), channel)
        return words[:1].upper() + words[1:], ""
    failure = explain(reason)
    return str(failure.meaning), str(failure.advice)


def chip_words(chip: Chip, author: Staff, reader: Staff) -> str:
    """What was chosen, for whoever reads of it: a teacher's grade is hers only."""
    if not chip.is_part:
        return f"{chip.name} ({chip.detail})" if chip.detail and chip.kind == "grade" else chip.name
    part = _("your students only") if author.id == reader.id else _("only students of %(name)s", name=author.name)
    return f"{chip.name} ({', '.join(filter(None, [chip.detail, str(part)]))})"


def language_of(code: str | None) -> str:
    """A language by its name; nothing for nobody's."""
    return language_name(code)


def listed(words: Sequence[str]) -> str:
    """``English, Spanish and Arabic``."""
    return format_list(list(words), locale=reader_language())


def zone_of(announcement: Announcement) -> str:
    """The zone in whose time it is written: the school's, or the district's."""
    if announcement.school_id is not None:
        school = db.session.get(School, announcement.school_id)
        return school.time_zone if school is not None else own_zone()
    return own_zone()


def missed_words(correction: Announcement) -> str:
    """Whom a correction does not reach, since it does not go all the ways of the first."""
    ways = [by_way(name) for name in ways_left_out(correction)]
    if not ways:
        return ""
    return str(_("The first also went out %(ways)s, and this does not. Who got it only there keeps the mistake.", ways=listed(ways)))


def speaker_of(school_id: int | None, district_id: int) -> str:
    """Whose name it carries."""
    if school_id is not None:
        return db.session.get_one(School, school_id).name
    return db.session.get_one(District, district_id).name


def again_words(audience: dict[str, Any], announcement: Announcement | None = None) -> str:
    """For whom a correction, another try or a reminder is. `announcement`: what goes to them, where it is there already."""
    if not audience.get("again_of"):
        return ""
    earlier = db.session.get(Announcement, audience["again_of"])
    title = (earlier.title if earlier is not None else "") or _("an earlier announcement")
    if announcement is not None and ways_left_out(announcement):
        ways = listed([by_way(name) for name in Channel if name in announcement.channels])
        return str(_("Those whom “%(title)s” already went out to %(ways)s, at the same numbers.", title=title, ways=ways))
    return {
        Again.REACHED: _("Exactly those whom “%(title)s” already went out to, at the same numbers.", title=title),
        Again.CORRECTED: _(
            "Exactly those whom “%(title)s” already went out to, at the same numbers, and those for whom it was stopped before it left.",
            title=title,
        ),
        Again.LEFT_OUT: _("Those for whom “%(title)s” was stopped before it left.", title=title),
        Again.FAILED: _("The people whom “%(title)s” failed to reach.", title=title),
        Again.UNREACHED: _("Everybody whom “%(title)s” has not reached.", title=title),
        Again.UNCONFIRMED: _("Those whom “%(title)s” was sent to without any word that it arrived.", title=title),
        Again.UNANSWERED: _("Those whom “%(title)s” has not reached, or who have not answered.", title=title),
        Again.SILENT: _("Those who got “%(title)s” and have not answered.", title=title),
    }[Again(audience["again"])]
