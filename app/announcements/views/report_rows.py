"""The table of a report: families with their adults, in words, and what it can be narrowed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.announcements.channel_words import channel_name
from app.announcements.models import Channel, Outcome
from app.announcements.queries.contacts import SKIPPED, WAITING, Contact
from app.announcements.queries.families import FamilyRow
from app.announcements.queries.fates import Fate
from app.announcements.views.held_shown import by_day
from app.announcements.views.words import Label, failure_words, listed
from app.core.local_clock import LocalClock
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.delivery.models import Reached

FATES = {"nobody": Fate.NOBODY, "unconfirmed": Fate.UNCONFIRMED, "letter": Fate.LETTER}
LONGEST_SEARCH = 100


class Narrowing(NamedTuple):
    """Which families the table shows."""

    key: str
    outcome: str | None
    reason: str | None
    chosen: bool
    fate: Fate | None = None
    words: str = ""
    channel: str | None = None
    """Then each adult over it is a row: those whom a reason counts."""

    @property
    def says(self) -> str:
        """Which channel and reason it is narrowed to."""
        if self.channel is None:
            return ""
        if self.outcome == Outcome.CANCELLED:
            return f"{channel_name(self.channel)}: {outcome_words(Outcome.CANCELLED)}"
        said = failure_words(self.reason, self.channel)[0] if self.reason else outcome_words(self.outcome or "", self.channel)
        return f"{channel_name(self.channel)}: {said}"


@dataclass(frozen=True, slots=True)
class AdultLine:
    """What became of one adult."""

    name: str
    """The address where nobody's name is known."""
    address: str
    href: str | None
    language: str | None
    states: list[Label]
    when: str
    write: int | None
    """The contact point to write to."""
    point: int | None = None
    """The one that can be blocked, or let again."""
    is_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A family with its adults."""

    name: str
    is_reached: bool
    lines: list[AdultLine]
    family_id: int | None = None
    letter: Label | None = None
    may_be_handed_out: bool = False


def filters(*, can_count: bool, of_people: bool = False) -> list[tuple[str, str]]:
    """The chips above the table. What became of a family as a whole is asked only where families can be counted.

    `of_people`: it went to no family.
    """
    of_families = (
        [("nobody", _("Not reached")), ("unconfirmed", _("Not confirmed"))]
        if of_people
        else [("nobody", _("Nobody reached")), ("unconfirmed", _("Not confirmed")), ("letter", _("Letter"))]
        if can_count
        else []
    )
    return [
        ("", _("All")),
        *of_families,
        (Outcome.DELIVERED, _("Delivered")),
        (WAITING, _("In the queue")),
        (Outcome.FAILED, _("Failed")),
        (SKIPPED, _("Not sent")),
        *([] if of_people else [("people", _("Staff and lists"))]),
    ]


def shown_of(key: str | None, reason: str | None, words: str | None, channel: str | None = None, *, of_people: bool = False) -> Narrowing:
    """What somebody asks the table for; the unknown falls back to all. `of_people`: it went to no family, so all are people."""
    known = {*(str(each) for each in Outcome if each != Outcome.TOTAL), WAITING, SKIPPED}
    sought = (words or "").strip()[:LONGEST_SEARCH]
    if key == "people":
        return Narrowing("people", None, None, chosen=True, words=sought)
    if key in FATES:
        return Narrowing(str(key), None, None, chosen=of_people, fate=FATES[str(key)], words=sought)
    if key in known:
        over = channel if channel in set(Channel) else None
        return Narrowing(str(key), str(key), (reason or "")[:28] or None, chosen=of_people, words=sought, channel=over)
    return Narrowing("", None, None, chosen=of_people, words=sought)


def rows(found: Sequence[FamilyRow], clock: LocalClock) -> list[Row]:
    """The table."""
    return [
        Row(
            listed(family.students) if family.students else "", family.is_reached, lines(family.contacts, clock), family.family_id,
            _letter(family, clock), family.letter is not None and family.letter.handed_out_at is None,
        )
        for family in found
    ]  # fmt: skip


def _letter(family: FamilyRow, clock: LocalClock) -> Label | None:
    if family.letter is None:
        return None
    if family.letter.handed_out_at is None:
        return Label(_("Letter printed"), "", "printer")
    return Label(_("Letter handed out %(time)s", time=clock.short(family.letter.handed_out_at)), "ok", "checks")


def lines(contacts: Sequence[Contact], clock: LocalClock) -> list[AdultLine]:
    """An adult a line, whatever the number of channels."""
    by_adult: dict[tuple[Any, ...], list[Contact]] = {}
    for contact in contacts:
        by_adult.setdefault((contact.guardian_id, contact.staff_id, contact.name), []).append(contact)
    return [_line(sorted(ways, key=_order), clock) for ways in by_adult.values()]


def _order(way: Contact) -> int:
    """Texts first, as everywhere."""
    return len(Channel) * way.is_later + list(Channel).index(Channel(way.channel))


def _line(ways: list[Contact], clock: LocalClock) -> AdultLine:
    first = ways[0]
    moments = [way.at for way in ways if way.at is not None]
    address = for_people(first.address) if (first.address or "").startswith("+") else first.address
    point = next((way.contact_point_id for way in ways if way.contact_point_id), None)
    wish = next((way.wish for way in ways if way.wish is not None), None)
    states = [_fate(way, clock, several=len({way.channel for way in ways}) > 1) for way in ways]
    if wish is not None:
        words = _("Blocked by staff %(when)s") if wish.is_by_staff else _("Said STOP %(when)s")
        states.append(Label(words % {"when": clock.short(wish.at)}, "danger", "ban"))
    return AdultLine(
        first.name or address or _("Without a name"),
        address or "",
        f"/families/guardian/{first.known_id}" if first.known_id else None,
        first.language,
        states,
        _news(max(moments), clock) if moments else "",
        point if point and first.guardian_id else None,
        point if first.guardian_id else None,
        wish is not None,
    )


def _news(moment: datetime, clock: LocalClock) -> str:
    """The time of today's news; older ones bring their day."""
    return clock.time(moment) if clock.local(moment).date() == clock.today else clock.full(moment)


def _fate(way: Contact, clock: LocalClock, *, several: bool) -> Label:
    text, tone, glyph = (_("Answered"), "ok", "checks") if way.has_answered else _fate_words(way, clock)
    if way.is_later:
        return Label(_("Later, by %(channel)s: %(what)s", channel=channel_name(way.channel).lower(), what=text), tone, glyph)
    return Label(f"{channel_name(way.channel)}: {text}" if several else text, tone, glyph)


def _fate_words(way: Contact, clock: LocalClock) -> tuple[str, str, str]:
    if way.outcome in {Outcome.FAILED, Outcome.BLOCKED}:
        return failure_words(way.reason, way.channel)[0], "danger", "alert-circle"
    if way.outcome == SKIPPED:
        same = way.reason == "same_number"
        return failure_words(way.reason, way.channel)[0], "", "users" if same else "ban"  # known before, and no alarm
    if way.outcome == WAITING and way.held_until is not None:
        return _("Held until %(time)s", time=clock.ahead(way.held_until)), "", "moon"
    if way.again_at is not None:
        again = way.again_at if way.passes_night else by_day(way.again_at, clock.zone)
        glyph = "clock" if again == way.again_at else "moon"
        return _("%(why)s, again %(time)s", why=failure_words(way.reason, way.channel)[0], time=clock.ahead(again)), "", glyph
    if way.reached is not None:
        return _("A person heard it") if way.reached == Reached.PERSON else _("On their voicemail"), "ok", "checks"
    known: dict[str, tuple[str, str, str]] = {
        Outcome.DELIVERED: (_("Delivered"), "ok", "checks"),
        Outcome.SENT: (_("Ringing or speaking"), "", "phone") if way.channel == Channel.VOICE else (_("Sent, not confirmed"), "", "check"),
        Outcome.HANDED_OVER: (_("At the phone company"), "", "clock"),
        Outcome.CANCELLED: (_("Stopped before it left"), "", "hand-stop"),
    }
    return known.get(way.outcome, (_("In the queue"), "", "clock"))


def outcome_words(outcome: str, channel: str | None = None) -> str:
    """A word for a column of a file."""
    if channel == Channel.VOICE and outcome == Outcome.SENT:
        return _("Ringing or speaking")
    return {
        Outcome.DELIVERED: _("Delivered"),
        Outcome.SENT: _("Sent, not confirmed"),
        Outcome.HANDED_OVER: _("At the phone company"),
        Outcome.FAILED: _("Failed"),
        Outcome.BLOCKED: _("Skipped at the last moment"),
        Outcome.CANCELLED: _("Stopped before it left"),
        SKIPPED: _("Not sent"),
    }.get(outcome, _("In the queue"))
