"""What the report shows: numbers that add up, reasons with their next acts, and rows of families."""

from dataclasses import dataclass
from typing import Any

from app.accounts.behind import author_named
from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements import audience as audiences
from app.announcements import planner
from app.announcements.canary import Canary
from app.announcements.channel_words import channel_name
from app.announcements.counts import ChannelCounts
from app.announcements.emergencies import emergency_words
from app.announcements.forms import in_order
from app.announcements.models import Announcement, AnnouncementState, Channel, Outcome, SkipReason
from app.announcements.momentary import counted_in
from app.announcements.queries import report as queries_report
from app.announcements.queries.choosing import chips_of
from app.announcements.queries.contacts import SKIPPED
from app.announcements.queries.fates import Fates, Why
from app.announcements.queries.pace import Asleep
from app.announcements.queries.repliers import replier_of
from app.announcements.queries.report import Report
from app.announcements.service.again import STARTED
from app.announcements.views import escalation_shown, further_shown, letters
from app.announcements.views.chart import chart_of
from app.announcements.views.fate_parts import Part, parts_of
from app.announcements.views.gaps_shown import unread
from app.announcements.views.given_back import given_back
from app.announcements.views.held_shown import asleep_words, state_of
from app.announcements.views.question_shown import Confirmation, question
from app.announcements.views.texts_shown import texts_of
from app.announcements.views.words import (
    again_words,
    channel_glyph,
    chip_words,
    failure_words,
    listed,
    replies_words,
    zone_of,
)
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext, numeral

HOLD_SECONDS = 90
"""What begins within so many seconds is shown as a countdown."""
NAMED = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some were not reached, and the way to their names."""

    people: int
    title: str
    advice: str
    show: str
    reason: str | None
    channel: str
    whom: str = ""
    """What the number counts."""
    since: str = ""
    """How many of these were reached by what was sent after it."""
    is_calm: bool = False
    """It was known before, or is put right since."""


def head(staff: Staff, announcement_id: int) -> dict[str, Any]:
    """Everything but the table. Raises NotVisible."""
    report = queries_report.report(staff, announcement_id)
    announcement = report.announcement
    clock = local_clock(zone_of(announcement))
    together = report.counts.together
    fates = report.fates
    numbers = report.numbers
    author = db.session.get_one(Staff, announcement.author_id)
    approver = db.session.get(Staff, announcement.approved_by_id) if announcement.approved_by_id is not None else None
    return {
        "announcement": announcement,
        "zone": str(clock.zone),
        "state": state_of(announcement, report.asleep),
        "mine": announcement.author_id == staff.id,
        "author": author_named(author, announcement.bearer_id),
        "emergency": emergency_words(announcement),
        "replies": replies_words(announcement),
        "author_reads": (reader := replier_of(announcement)) is not None and reader.id == announcement.author_id,
        "who": _who(announcement, author, staff),
        "when": _when(announcement, clock),
        "can_count": fates is not None,
        "of_people": fates is not None and bool(fates.of_people),
        "hold": _hold(announcement),
        "at": clock.local(announcement.scheduled_for).strftime("%Y-%m-%dT%H:%M") if announcement.scheduled_for else "",
        "question": _about_to(announcement, staff),
        "begins": clock.full(announcement.scheduled_for) if announcement.scheduled_for else "",
        "eta": _eta(report, clock),
        "asleep": asleep_words(report.asleep, clock),
        "all_asleep": report.asleep is not None and report.asleep.is_all,
        "may_hurry": role_allows(staff.role, Permission.SEND_EMERGENCY),
        "beside": report.beside if report.eta else 0,
        "first_few": _first_few(announcement),
        "number": _number(fates, together),
        "number_words": _number_words(fates),
        "parts": _parts(fates, together, report.asleep),
        "channels": [_channel(name, report.counts.channels[name], report.asleep) for name in Channel if name in report.counts.channels],
        "together": together,
        "answers": numbers.answers,
        "unconfirmed": _unconfirmed(fates) if fates and fates.unconfirmed else "",
        "reasons": [_reason(each, several=len(report.counts.channels) > 1) for each in numbers.why],
        "languages": [(language_name(one.language), one.delivered, one.people) for one in numbers.languages],
        "unread": [one.says for one in unread(announcement, planner.read(announcement.plan))] if announcement.plan else [],
        "texts": texts_of(announcement),
        "chart": chart_of(numbers.points, together.total, clock),
        "others": [(name, channel_name(name), channel_glyph(name)) for name in in_order() if name not in announcement.channels],
        "returned": given_back(announcement, clock),
        "approver": approver.name if approver is not None else "",
        "may_send": role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS),
        "may_draft": role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS),
        "may_approve": role_allows(staff.role, Permission.APPROVE_ANNOUNCEMENTS) and announcement.author_id != staff.id,
        "has_started": announcement.state in STARTED and not announcement.was_stopped_early,
        "links": _links(announcement),
        "onward": further_shown.onward(staff, announcement, report.counts, clock),
        "letters": None if announcement.was_stopped_early else letters.shown(announcement, clock, fates),
        "escalation": escalation_shown.shown(announcement, clock),
        "counted_in": counted_in(),
    }


def _who(announcement: Announcement, author: Staff, reader: Staff) -> str:
    if announcement.audience.get("again_of"):
        return again_words(announcement.audience, announcement).rstrip(".")
    names = [chip_words(chip, author, reader) for chip in chips_of(author, audiences.read(announcement.audience), counted=False)[0]]
    if len(names) > NAMED:
        names = [*names[:NAMED], str(ngettext("%(num)s more", "%(num)s more", len(names) - NAMED))]
    return listed(names) if names else ""


def _when(announcement: Announcement, clock: LocalClock) -> str:
    if announcement.started_at is not None:
        return str(_("started %(when)s", when=clock.full(announcement.started_at)))
    if announcement.accepted_at is not None and announcement.state == AnnouncementState.AWAITING_APPROVAL:
        return str(_("asked %(when)s", when=clock.full(announcement.accepted_at)))
    if announcement.accepted_at is not None:
        return str(_("confirmed %(when)s", when=clock.full(announcement.accepted_at)))
    return str(_("saved %(when)s", when=clock.full(announcement.updated_at)))


def _hold(announcement: Announcement) -> int | None:
    """Seconds until it begins, while that is a matter of seconds."""
    if announcement.state != AnnouncementState.SCHEDULED or announcement.scheduled_for is None:
        return None
    left = int((announcement.scheduled_for - now()).total_seconds())
    return max(0, left) if left <= HOLD_SECONDS else None


def _about_to(announcement: Announcement, staff: Staff) -> Confirmation | None:
    """What was confirmed, for as long as nobody has it yet."""
    waits = {AnnouncementState.SCHEDULED, AnnouncementState.AWAITING_APPROVAL}
    return question(announcement, planner.read(announcement.plan), staff) if announcement.state in waits and announcement.plan else None


def _first_few(announcement: Announcement) -> int:
    """How many went ahead, while their fate is awaited."""
    canary = Canary.of(announcement) if announcement.state == AnnouncementState.SENDING and announcement.canary_until else None
    return len(announcement.channels) * canary.of_each(len(announcement.channels)) if canary is not None else 0


def _eta(report: Report, clock: LocalClock) -> str:
    if report.eta is None:
        return ""
    minutes = _roughly(int((report.eta - now()).total_seconds() // 60) + 1)
    if minutes <= 90:  # noqa: PLR2004  # beyond, the clock says more
        return str(_("about %(time)s left", time=ngettext("%(num)s minute", "%(num)s minutes", minutes)))
    return str(_("done about %(when)s", when=clock.ahead(report.eta)))


def _roughly(minutes: int) -> int:
    """No finer than anybody knows: by fives from ten on, and by tens from thirty on."""
    step = 1 if minutes <= 10 else 5 if minutes <= 30 else 10  # noqa: PLR2004
    return round(minutes / step) * step


def _number(fates: Fates | None, together: ChannelCounts) -> str:
    if fates is not None and fates.families:
        return str(_("%(reached)s of %(all)s", reached=numeral(fates.reached), all=numeral(fates.families)))
    return str(_("%(reached)s of %(all)s", reached=numeral(together.delivered), all=numeral(together.total)))


def _number_words(fates: Fates | None) -> str:
    if fates is None or not fates.families:
        return str(_("people have it"))
    return str(_("reached, each counted once") if fates.of_people else _("families reached by at least one guardian"))


def _unconfirmed(fates: Fates) -> str:
    if fates.of_people:
        return str(ngettext("%(num)s person: sent, not confirmed", "%(num)s people: sent, not confirmed", fates.unconfirmed))
    return str(ngettext("%(num)s family: sent, not confirmed", "%(num)s families: sent, not confirmed", fates.unconfirmed))


def _parts(fates: Fates | None, together: ChannelCounts, asleep: Asleep | None) -> list[Part]:
    is_held = asleep is not None and asleep.is_all and not together.handed_over
    if fates is not None and fates.families:
        return parts_of(fates, is_held=is_held)
    return [
        Part("brand", _("Delivered"), together.delivered),
        Part("brand2", _("At the phone company"), together.handed_over + together.sent),
        Part("rest", _("Held for the night") if is_held else _("In the queue"), together.waiting),
        Part("danger", _("Failed"), together.failed + together.blocked),
        Part("faint", _("Stopped before sending"), together.cancelled, rare=True),
    ]


def _channel(name: str, one: ChannelCounts, asleep: Asleep | None) -> tuple[str, int, str]:
    """A card: what, how many, and how these add up."""
    title = {Channel.SMS: _("Texts"), Channel.VOICE: _("Voice calls"), Channel.EMAIL: _("Emails")}[Channel(name)]
    return title, one.total, further_shown.how_far(one, name, held=asleep.copies.get(name, 0) if asleep is not None else 0)


def _reason(why: Why, *, several: bool) -> Reason:
    if why.outcome == Outcome.CANCELLED:
        title, advice = _("Stopped before it left"), _("The announcement was stopped, so nothing was sent to them.")
    else:
        title, advice = failure_words(why.reason, why.channel)
    reason = None if why.outcome == Outcome.CANCELLED else why.reason
    since = ngettext("%(num)s of them was reached since.", "%(num)s of them were reached since.", why.since) if why.since else ""
    is_calm = why.outcome in {SKIPPED, Outcome.CANCELLED} or why.since == why.people
    title = f"{channel_name(why.channel)}: {title}" if several else title
    return Reason(why.people, title, advice, why.outcome, reason, why.channel, _whom(why), str(since), is_calm)


def _whom(why: Why) -> str:
    """What the number counts."""
    if why.reason == SkipReason.NO_PHONE:
        return str(ngettext("%(num)s line that the program gave", "%(num)s lines that the program gave", why.people))
    people = str(ngettext("%(num)s person", "%(num)s people", why.people))
    if not why.families:  # not counted, or no family is among them
        return people
    found = _("%(people)s in %(families)s", people=people, families=ngettext("%(num)s family", "%(num)s families", why.families))
    if not why.others:
        return found
    return str(
        ngettext(
            "%(people)s; %(num)s of them is staff or from a list", "%(people)s; %(num)s of them are staff or from a list",
            why.others, people=found,
        )
    )  # fmt: skip


def _links(announcement: Announcement) -> list[tuple[str, int]]:
    """Where it comes from."""
    found = []
    if announcement.correction_of_id:
        found.append((_("Corrects another announcement"), announcement.correction_of_id))
    if announcement.escalation_of_id:
        found.append((_("Goes on where another announcement did not arrive"), announcement.escalation_of_id))
    if announcement.follow_up_of_id:
        found.append((_("Follows another announcement"), announcement.follow_up_of_id))
    if announcement.duplicate_of_id:
        found.append((_("Copied from another announcement"), announcement.duplicate_of_id))
    return [(str(words), number) for words, number in found]
