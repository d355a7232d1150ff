"""What the composer shows of a draft: its chips, its words with their lengths, and what sending it would do."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements import audience as audiences
from app.announcements import planner, service
from app.announcements.channel_words import channel_name
from app.announcements.emergencies import emergency_reason_name
from app.announcements.field_troubles import trouble_words
from app.announcements.forms import in_order
from app.announcements.kept_counts import Keep
from app.announcements.models import Announcement, Category, Channel, EmergencyReason, SendTo, SkipReason
from app.announcements.planner import Plan
from app.announcements.queries.choosing import chips_of
from app.announcements.queries.readers import languages_read, readers_of, some_readers
from app.announcements.service import Draft
from app.announcements.service.planning import HOLD
from app.announcements.views.files_shown import ShownFile, price_of_pictures
from app.announcements.views.gaps_shown import NoSubject, without_subject
from app.announcements.views.held_shown import held_words
from app.announcements.views.preview_shown import Preview, preview
from app.announcements.views.replies_shown import reply_choices
from app.announcements.views.texts_shown import field_name
from app.announcements.views.words import (
    category_name,
    channel_glyph,
    copies,
    skip_words,
)
from app.announcements.voice_channel import minutes_of
from app.conversations.translation import choice
from app.core.database import db
from app.core.local_clock import LocalClock
from app.core.merge_fields import MergeField
from app.core.presentation import decimal, language_name, ngettext
from app.core.presentation import gettext as _
from app.directory.queries.reach import schools_of


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """A number and its reason. `reason` names the list of people behind it."""

    number: int
    words: str
    kind: str = ""
    channel: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CostRow:
    """One text: how many get it, what a copy takes, and all copies."""

    name: str
    people: int
    units: str
    cost: str


def static_parts(staff: Staff, draft: Draft) -> dict[str, Any]:
    """What a page shows around the words and the numbers."""
    included, left_out = chips_of(staff, audiences.read(draft.audience))
    schools = [(str(school.id), school.name) for school in schools_of(staff)]
    if role_allows(staff.role, Permission.MANAGE_NUMBERS):
        schools.insert(0, ("", _("The whole district")))
    categories = [Category.GENERAL, Category.ATTENDANCE]
    if role_allows(staff.role, Permission.SEND_EMERGENCY):
        categories.append(Category.EMERGENCY)
    return {
        "included": included,
        "left_out": left_out,
        "schools": schools,
        "categories": categories,
        "reason_choices": [("", _("Choose a reason")), *((reason, emergency_reason_name(reason)) for reason in EmergencyReason)],
        "reply_choices": reply_choices(staff, draft),
        "category_choices": [(category, category_name(category)) for category in categories],
        "fallbacks": fallbacks(draft),
        "channel_names": {name: channel_name(name) for name in Channel},
        "send_to_choices": [
            (SendTo.ALL, _("All guardians")),
            (SendTo.PRIORITY, _("Main contact only")),
            (SendTo.PERSON, _("Only people chosen by name")),
        ],
        "channels": [(name, channel_name(name), channel_glyph(name)) for name in in_order()],
        "fields": [(f"${field}$", field_name(field)) for field in MergeField],
        "translates": choice.is_available(),
        "may_send": role_allows(staff.role, Permission.SEND_ANNOUNCEMENTS),
    }


def fallbacks(draft: Draft) -> list[tuple[str, str]]:
    """In which language those are written to in whose own there is nothing."""
    languages = dict.fromkeys([draft.fallback_language or "en", *(text.language for text in draft.texts)])
    return [(code, _("the text in %(language)s", language=language_name(code))) for code in languages] + [("", _("nothing"))]


@dataclass(frozen=True, slots=True)
class Counted:
    """The live part of the page."""

    plan: Plan
    funnel: list[FunnelRow]
    costs: list[CostRow]
    total: str
    channel_lines: dict[str, str]
    checks: list[str]
    subjects: list[NoSubject]
    held: str
    readers: list[tuple[int, str]]
    preview: Preview | None
    preview_channels: list[tuple[str, str, bool]]
    """Those with readers: channel, name, whether it is shown."""
    picture_price: str
    read: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose phone the preview shows: over which channel, of which reader, found by which words."""

    channel: str | None = None
    reader_id: int | None = None
    words: str = ""


def counted(announcement: Announcement, clock: LocalClock, wanted: Wanted, files: list[ShownFile], keep: Keep) -> Counted:
    """Everything that depends on who is in the audience. Raises ChannelAway."""
    author = db.session.get_one(Staff, announcement.author_id)
    plan = service.preview(author, announcement.id, keep, hold=HOLD)
    questions = planner.questions(announcement, author)
    asked, key = {name: one for name, (one, _pool) in questions.items()}, planner.asked_for(announcement, author, questions)
    offered = [name for name in sorted(plan.channels, key=lambda one: _rank((one, None))) if plan.channels[name].addresses]
    channel = wanted.channel if wanted.channel in offered else next(iter(offered), None)
    few = some_readers(asked[channel], words=wanted.words) if channel is not None and wanted.words else []
    if channel is not None and not few:
        few = keep(("readers", channel, key), lambda: some_readers(asked[channel]))
    chosen = next((one for one in few if one.id == wanted.reader_id), None)
    if chosen is None and channel is not None and wanted.reader_id is not None and not wanted.words:
        found = some_readers(asked[channel], person_id=wanted.reader_id)
        few, chosen = [*found, *few], next(iter(found), None)
    chosen = chosen or next(iter(few), None)
    shown = None
    if channel is not None and chosen is not None:
        shown = preview(announcement, author, channel, chosen, files)
    price = price_of_pictures(announcement, plan)
    return Counted(
        plan=plan,
        funnel=funnel(plan, announcement),
        costs=costs(plan, announcement),
        total=cents_words(Decimal(str(plan.cents))),
        channel_lines={name: copies(name, one.addresses) for name, one in plan.channels.items()},
        checks=checks(plan),
        subjects=without_subject(announcement, plan),
        held=held_words(plan, clock, is_later=announcement.scheduled_for is not None),
        readers=[(one.id, f"{one.name} ({language_name(one.language)})") for one in few],
        preview=shown,
        preview_channels=[(name, channel_name(name), name == channel) for name in offered],
        picture_price=_more(price) if price is not None else "",
        read=readers_of(plan, lambda: keep(("languages", key), lambda: languages_read(asked)), announcement.fallback_language),
    )


def _more(cents: Decimal) -> str:
    return f"+{cents_words(cents)}" if cents >= 0 else f"\N{MINUS SIGN}{cents_words(-cents)}"


def _who_get_it(plan: Plan) -> str:
    """Numbers of a list that no record names are in no family."""
    if unreached := plan.families - plan.families_reached:
        return ngettext("get it; in %(num)s family nobody can be reached", "get it; in %(num)s families nobody can be reached", unreached)
    if not plan.families:
        return ngettext("person will get it", "people will get it", plan.people_reached)
    families = ngettext("%(num)s family", "%(num)s families", plan.families_reached)
    return ngettext("person in %(families)s", "people in %(families)s", plan.people_reached, families=families)


def funnel(plan: Plan, announcement: Announcement) -> list[FunnelRow]:
    """From everybody to those who get it. With several channels the reasons stand below, a channel each."""
    single = next(iter(plan.channels.items())) if len(plan.channels) == 1 else None
    people = ngettext("%(num)s student", "%(num)s students", plan.students)
    rows = [FunnelRow(plan.people, _whose(announcement, people) if plan.students else _("people chosen"), channel="any")]
    if single is not None:
        channel, found = single
        rows += [
            FunnelRow(number, skip_words(reason, channel), "minus", channel, reason)
            for reason, number in found.skipped.items()
            if reason != SkipReason.SAME_ADDRESS
        ]
    elif plan.people != plan.people_reached:
        rows.append(FunnelRow(plan.people - plan.people_reached, _("reached by none of these channels"), "minus"))
    rows.append(FunnelRow(plan.people_reached, _who_get_it(plan), "total"))
    for channel, found in sorted(plan.channels.items(), key=_rank):
        shared = found.skipped.get(SkipReason.SAME_ADDRESS, 0)
        if shared:
            rows.append(
                FunnelRow(
                    shared, _("of them share a phone with somebody here, and hear it there once"), "", channel, SkipReason.SAME_ADDRESS
                )
            )
        if single is None:
            rows.append(FunnelRow(found.addresses, _("get it by %(channel)s", channel=channel_name(channel).lower()), "", channel, "send"))
            rows += [
                FunnelRow(number, f"{channel_name(channel)}: {skip_words(reason, channel)}", "", channel, reason)
                for reason, number in found.skipped.items()
                if reason != SkipReason.SAME_ADDRESS
            ]
    if plan.students_without_contact:
        words = ngettext(
            "%(num)s student has no adult we may write to", "%(num)s students have no adult we may write to", plan.students_without_contact
        )
        rows.append(FunnelRow(plan.students_without_contact, words.split(" ", 1)[1]))
    return rows


def _whose(announcement: Announcement, students: str) -> str:
    """Staff and people of a list are nobody's guardians."""
    if announcement.audience.get("staff") or announcement.audience.get("list_id"):
        return _("people: guardians of %(students)s, staff and lists", students=students)
    return _("guardians of %(students)s", students=students)


def _rank(one: tuple[str, object]) -> int:
    return list(Channel).index(Channel(one[0]))


def costs(plan: Plan, announcement: Announcement) -> list[CostRow]:
    """A line for each text."""
    rows = []
    spoken = {text.language: text for text in announcement.texts if text.channel == Channel.VOICE}
    for channel, found in sorted(plan.channels.items(), key=_rank):
        for one in found.languages:
            name = language_name(one.language)
            if len(plan.channels) > 1:
                name = f"{channel_name(channel)}, {name}"
            units = _("at least %(number)s", number=one.units) if one.at_least else str(one.units)
            if channel == Channel.EMAIL:
                units = ""
            elif channel == Channel.VOICE and one.language in spoken:
                units = _("%(number)s min", number=minutes_of(spoken[one.language]))
            rows.append(CostRow(name, one.people, units, cents_words(Decimal(str(one.cents)))))
    return rows


def checks(plan: Plan) -> list[str]:
    """What stands in the way of sending, in sentences."""
    found = trouble_words(plan.unknown_tokens)
    for name, number in plan.unresolved_tokens.items():
        one = ngettext("%(num)s reader has", "%(num)s readers have", number)
        found.append(_("%(readers)s nothing for $%(name)s$. Write it with a fallback, such as $%(name)s|there$.", readers=one, name=name))
    silent = [channel_name(name) for name, one in plan.channels.items() if one.scope is None]
    found += [
        _("%(channel)s: no number for announcements is in use. Ask your admin to add one under Numbers.", channel=name) for name in silent
    ]
    return [str(sentence) for sentence in found]


def cents_words(cents: Decimal) -> str:
    """``$1.20``, also in a column; what is less than ten cents: ``2.5¢``."""
    if cents >= 10 or not cents:  # noqa: PLR2004
        return f"${decimal(cents / 100, '#,##0.00')}"
    return f"{decimal(round(cents, 1))}¢"
