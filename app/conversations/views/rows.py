"""Rows of the inbox as their template prints them: every word and time worked out once, so that the loop only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import Row

from app.accounts.models import Staff
from app.conversations.models import ConversationKind, ConversationState, MessageKind
from app.core.clock import now
from app.core.local_clock import WEEK, LocalClock
from app.core.presentation import hue, initials, language_name, text_direction

JUST_NOW = timedelta(minutes=1)


@dataclass(slots=True)
class ShownRow:
    """One row. `group` and `group_name` say under which heading it stands."""

    id: int
    version: int
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


@dataclass(slots=True)
class ShownGroup:
    """Rows under one heading; without a `name` they continue the group before."""

    key: str
    name: str
    rows: list[ShownRow]
    count: str = ""


class RowPrinter:
    """Makes rows for one reader. What is the same for all of them is looked up once."""

    def __init__(self, staff: Staff, clock: LocalClock) -> None:
        self.me, self.clock, self.now = staff.shown_name, clock, now()
        self.words = {
            "now": _("now"),
            "you": _("You"),
            "photo": _("Photo"),
            "file": _("File"),
            "nothing": _("No messages yet"),
        }
        self.waiting = ("waiting", _("Waiting for a reply"))
        self.days: dict[date, tuple[str, str]] = {}
        self.reader = clock.reader.split("_")[0]

    def shown(self, row: Row[Any]) -> ShownRow:
        """One row out of `queries_inbox`."""
        kind, unread, snoozed = row.preview_kind, row.unread_count or 0, row.state == ConversationState.SNOOZED
        foreign = row.preview_language if row.preview_language not in {None, self.reader} else None
        draft = " ".join((row.draft or "").split())
        snippet, who, glyph = draft[:160] if draft else row.preview, "", ""
        if not draft:
            who = self._author(row)
            if kind in {"photo", "file"}:
                glyph, snippet = ("photo" if kind == "photo" else "paperclip"), self.words[kind]
            elif kind == MessageKind.NOTE:
                glyph = "lock"
            elif not snippet and not row.last_message_id:
                snippet = self.words["nothing"]
        shown = ShownRow(
            id=row.id,
            version=row.version,
            name=row.title,
            initials=initials(row.title),
            hue=hue(row.title),
            is_group=row.kind != ConversationKind.DIRECT,
            kid=row.subtitle,
            time=self._time(row, snoozed=snoozed),
            stamp=row.last_message_at.isoformat(timespec="seconds"),
            snippet=snippet,
            snippet_language=foreign if not draft else None,
            snippet_direction=("rtl" if foreign and text_direction(foreign) == "rtl" else None) if not draft else None,
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
        shown.group, shown.group_name = self._group(row)
        return shown

    def _author(self, row: Row[Any]) -> str:
        author: str = row.preview_author or ""
        if row.preview_kind == MessageKind.INBOUND and row.kind == ConversationKind.DIRECT:
            return ""
        if author == self.me:
            return self.words["you"]
        return "" if author == row.title else author

    def _time(self, row: Row[Any], *, snoozed: bool) -> str:
        if snoozed and row.snoozed_until:
            return self.clock.ahead(row.snoozed_until)
        if self.now - row.last_message_at < JUST_NOW:
            return self.words["now"]
        return self.clock.short(row.last_message_at)

    def _group(self, row: Row[Any]) -> tuple[str, str]:
        if row.is_waiting:
            return self.waiting
        day = self.clock.local(row.last_message_at).date()
        if day not in self.days:
            self.days[day] = self._day_group(day)
        return self.days[day]

    def _day_group(self, day: date) -> tuple[str, str]:
        distance = (self.clock.today - day).days
        if distance <= 0:
            return "today", _("Today")
        if distance == 1:
            return "yesterday", _("Yesterday")
        if distance < WEEK:
            return "week", _("Earlier this week")
        same_year = day.year == self.clock.today.year
        return f"{day:%Y-%m}", format_date(day, "LLLL" if same_year else "LLLL y", rebase=False).capitalize()


def grouped(rows: Iterable[ShownRow], *, after: str = "") -> list[ShownGroup]:
    """Rows under their headings, in the order they come. `after` is the heading that stands on the page already."""
    groups: list[ShownGroup] = []
    for row in rows:
        if not groups or groups[-1].key != row.group:
            groups.append(ShownGroup(row.group, "" if row.group == after else row.group_name, []))
        groups[-1].rows.append(row)
    return groups
