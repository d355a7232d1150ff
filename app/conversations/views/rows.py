"""Rows of the inbox, printed.

A row is a pure function of what the database says and of who reads it where and when, so each is printed once and
remembered; and so is a whole page of them. The key holds every input, which is why nothing can be stale.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import format_date, ngettext
from markupsafe import Markup

from app.accounts.models import Staff
from app.conversations.models import ConversationKind, ConversationState, MessageKind
from app.conversations.queries_inbox import MOST_WAITING, InboxPage
from app.conversations.queries_inbox_row import InboxRow, read_row
from app.conversations.views.subtitles import subtitle_shown
from app.core.clock import now
from app.core.local_clock import WEEK, LocalClock, zone_of
from app.core.presentation import gettext as _
from app.core.presentation import hue, initials, language_name, text_direction

JUST_NOW = timedelta(minutes=1)
WAITING = "waiting"
"""The key of the group that comes first."""
TEMPLATE = "conversations/_row.html"
ROWS_REMEMBERED = 5_000
"""For each process; about 2 kB each with their key."""
PAGES_REMEMBERED = 96
"""About 80 kB each."""


class Reading(NamedTuple):
    """Who reads, in which language, on which day; and what the address of a thread keeps of the list."""

    me: str
    zone: str
    reader: str
    today: date
    tail: str = ""
    selecting: bool = False
    groups_waiting: bool = True


class PrintedRow(NamedTuple):
    """A row as HTML, and under which heading it stands."""

    group: str
    group_name: str
    html: bytes


@dataclass(slots=True)
class ShownRow:
    """What the template of a row prints."""

    id: int
    version: int
    newest: int
    name: str
    initials: str
    hue: int
    is_group: bool
    kid: str
    time: str
    stamp: str
    snippet: str
    snippet_language: str | None
    snippet_direction: str | None
    who: str
    glyph: str
    unread: int
    unread_words: str
    is_failed: bool
    is_draft: bool
    is_muted: bool
    wakes: bool
    scheduled: bool
    language: str | None
    language_name: str
    assignee: str | None
    group: str = ""
    group_name: str = ""


class ShownGroup(NamedTuple):
    """Rows under one heading; without a `name` they continue the group before."""

    key: str
    name: str
    number: str
    """How many wait."""
    rows: bytes


def reading(staff: Staff, clock: LocalClock, *, tail: str = "", selecting: bool = False, groups_waiting: bool = True) -> Reading:
    """The reader of this request."""
    return Reading(staff.shown_name, clock.zone.key, clock.reader, clock.today, tail, selecting, groups_waiting)


def printed(texts: Iterable[str], how: Reading, *, current: int = 0) -> list[PrintedRow]:
    """Rows out of `queries_inbox`, as HTML."""
    just_now = now() - JUST_NOW
    return [_printed(text, how, row.id == current, row.last_message_at > just_now) for text in texts for row in (read_row(text),)]


@lru_cache(maxsize=ROWS_REMEMBERED)
def _printed(text: str, how: Reading, is_current: bool, is_new: bool) -> PrintedRow:  # noqa: FBT001  # parts of the key
    row = read_row(text)
    clock = LocalClock(zone_of(how.zone), how.reader, how.today)
    shown = _shown(row, how, clock, is_new=is_new)
    shown.group, shown.group_name = _group(row, clock, groups_waiting=how.groups_waiting)
    macros: Any = current_app.jinja_env.get_template(TEMPLATE).module
    html: Markup = macros.conversation_row(shown, row.id if is_current else 0, how.tail, how.selecting)
    return PrintedRow(shown.group, shown.group_name, html.encode() + b"\n")


def forget_printed() -> None:
    """For measuring what a first time costs."""
    _printed.cache_clear()
    _remembered.cache_clear()


def _shown(row: InboxRow, how: Reading, clock: LocalClock, *, is_new: bool) -> ShownRow:
    kind, unread, snoozed = row.preview_kind, row.unread_count or 0, row.state == ConversationState.SNOOZED
    foreign = row.preview_language if row.preview_language not in {None, how.reader.split("_")[0]} else None
    draft = " ".join((row.draft or "").split())
    snippet, who, glyph = row.preview, _author(row, how.me), ""
    if draft:
        snippet, who, foreign = draft[:160], "", None
    elif kind in {"photo", "file"}:
        glyph, snippet = ("photo", _("Photo")) if kind == "photo" else ("paperclip", _("File"))
    elif kind == MessageKind.NOTE:
        glyph, who = "lock", _("Note, %(name)s", name=who) if who else _("Note")
    elif not snippet and not row.last_message_id:
        snippet = _("No messages yet")
    return ShownRow(
        id=row.id,
        version=row.version,
        newest=row.last_message_id,
        name=row.title,
        initials=initials(row.title),
        hue=hue(row.title),
        is_group=row.kind != ConversationKind.DIRECT,
        kid=subtitle_shown(row.kind, row.subtitle),
        time=_time(row, clock, is_new=is_new),
        stamp=row.last_message_at.isoformat(timespec="seconds"),
        snippet=snippet,
        snippet_language=foreign,
        snippet_direction="rtl" if foreign and text_direction(foreign) == "rtl" else None,
        who=who,
        glyph=glyph,
        unread=unread,
        unread_words=ngettext("%(num)s unread", "%(num)s unread", unread) if unread else "",
        is_failed=row.failed_count > 0,
        is_draft=bool(draft),
        is_muted=bool(row.is_muted),
        wakes=snoozed,
        scheduled=row.scheduled_count > 0,
        language=row.language,
        language_name=language_name(row.language) if row.language else "",
        assignee=row.assignee,
    )


def _author(row: InboxRow, me: str) -> str:
    author: str = row.preview_author or ""
    if row.preview_kind == MessageKind.INBOUND and row.kind == ConversationKind.DIRECT:
        return ""
    if author == me:
        return str(_("You"))
    return "" if author == row.title else author


def _time(row: InboxRow, clock: LocalClock, *, is_new: bool) -> str:
    if row.state == ConversationState.SNOOZED and row.snoozed_until:
        return clock.ahead(row.snoozed_until)
    return str(_("now")) if is_new else clock.short(row.last_message_at)


def _group(row: InboxRow, clock: LocalClock, *, groups_waiting: bool) -> tuple[str, str]:
    if row.is_waiting and groups_waiting:
        return WAITING, _("Waiting for a reply")
    day = clock.local(row.last_message_at).date()
    distance = (clock.today - day).days
    if distance <= 0:
        return "today", _("Today")
    if distance == 1:
        return "yesterday", _("Yesterday")
    if distance < WEEK:
        return "week", _("Earlier this week")
    same_year = day.year == clock.today.year
    return f"{day:%Y-%m}", format_date(day, "LLLL" if same_year else "LLLL y", rebase=False).capitalize()


def groups_of(page: InboxPage, how: Reading, *, current: int = 0, after: str = "") -> tuple[ShownGroup, ...]:
    """A page of the list under its headings. `after` is the heading that stands on the page already."""
    says_now = page.newest_at is not None and page.newest_at > now() - JUST_NOW
    return (_grouped if says_now else _remembered)(page, how, current, after)


def _grouped(page: InboxPage, how: Reading, current: int, after: str) -> tuple[ShownGroup, ...]:
    groups: list[ShownGroup] = []
    waiting = f"{MOST_WAITING}+" if page.more_waiting else str(page.waiting)
    for (key, name), rows in groupby(printed(page.texts, how, current=current), key=itemgetter(0, 1)):
        number = waiting if key == WAITING else ""
        groups.append(ShownGroup(key, "" if not groups and key == after else name, number, b"".join([row.html for row in rows])))
    return tuple(groups)


_remembered = lru_cache(maxsize=PAGES_REMEMBERED)(_grouped)
