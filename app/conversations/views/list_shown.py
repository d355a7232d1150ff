"""The pane on the left as its templates print it: grouped rows under the head, and the way to what comes next."""

from dataclasses import dataclass
from typing import Any

from flask import g
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.conversations.queries_inbox import GROUPED, PAGE_SIZE, Filter, InboxCounts, inbox_counts, inbox_page
from app.conversations.views.choices import Choice
from app.conversations.views.list_head import ListHead, has_several_schools, list_head
from app.conversations.views.rows import ShownGroup, groups_of, reading
from app.core.database import db
from app.core.frames import Html, frame, html_of
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import printed_part
from app.directory.models import School


@dataclass(slots=True)
class ListShown:
    """The pane on the left: its head, and what stands in it. `level` is that of the group headings."""

    head: ListHead
    groups: tuple[ShownGroup, ...] = ()
    older: str = ""
    empty: tuple[str, str, str, str] | None = None
    results: Any = None

    @property
    def level(self) -> int:
        """Of the group headings."""
        return self.head.level

    @property
    def rows(self) -> Html:
        """What stands in the pane."""
        if self.results:
            return [html_of(printed_part("conversations/_results.html", list=self))]
        headings = tuple((group.key, group.name, group.number) for group in self.groups)
        around = frame("conversations/_rows.html", groups=headings, level=self.level, empty=self.empty, has_older=bool(self.older))
        return around.filled(older=self.older, **{f"rows{place}": group.rows for place, group in enumerate(self.groups)})

    @property
    def pane(self) -> Html:
        """The whole pane."""
        return frame("conversations/_list.html", list=self.head).filled(rows=self.rows)


def counts(staff: Staff) -> InboxCounts:
    """The counts of the chips, asked once for a request: the rail shows one of them too."""
    if "inbox_counts" not in g:
        g.inbox_counts = inbox_counts(staff)
    found: InboxCounts = g.inbox_counts
    return found


def unread_badge(staff: Staff) -> int:
    """The number on the rail."""
    return counts(staff).chips[Filter.UNREAD]


def list_shown(staff: Staff, choice: Choice, clock: LocalClock, *, current: int = 0, size: int = PAGE_SIZE) -> ListShown:
    """One page of the list with everything around it."""
    page = inbox_page(staff, choice.which, school_id=choice.school_id, before=choice.before, size=size)
    shown = ListShown(list_head(staff, choice, counts(staff), beside_thread=bool(current)))
    how = reading(staff, clock, tail=choice.tail, selecting=choice.selecting, groups_waiting=choice.which in GROUPED)
    shown.groups = groups_of(page, how, current=current, after=choice.after_group)
    if page.older is not None:
        last = shown.groups[-1].key if shown.groups else ""
        shown.older = choice.href(before=page.older, after_group=last)
    if not shown.groups:
        shown.empty = _nothing(choice)
    return shown


def schools_shown(staff: Staff, choice: Choice) -> list[tuple[str, str, bool]]:
    """The schools to choose from; none for somebody with one."""
    if not has_several_schools(staff):
        return []
    wanted = select(School.id, School.name).where(School.district_id == staff.district_id, School.is_active.is_(True))
    if staff.role != Role.DISTRICT_ADMIN:
        wanted = wanted.where(School.id.in_(staff.school_ids))
    rows = db.session.execute(wanted.order_by(School.name)).all()
    entries = [(row.name, choice.href(school=row.id), choice.school_id == row.id) for row in rows]
    return [(_("All schools"), choice.href(school=None), choice.school_id is None), *entries]


def _nothing(choice: Choice) -> tuple[str, str, str, str]:
    """Art, fact, help, and a way back."""
    everything = choice.href(filter=Filter.ALL, select=None)
    sentences = {
        Filter.UNREAD: ("inbox", _("You’re all caught up"), _("No unread messages. New ones show up here by themselves."), everything),
        Filter.WAITING: ("inbox", _("Everybody has an answer"), _("No family is waiting for a reply."), everything),
        Filter.FAILED: ("inbox", _("Everything arrived"), _("Texts that could not be delivered show up here."), everything),
        Filter.SCHEDULED: ("inbox", _("Nothing is scheduled"), _("Texts that you send later wait here until then."), everything),
        Filter.SNOOZED: ("inbox", _("Nothing is put off"), _("Conversations with a reminder wait here until then."), everything),
        Filter.DONE: ("inbox", _("Nothing is done yet"), _("Conversations that you finish move here."), everything),
        Filter.ALL: ("inbox", _("No conversations yet"), _("Write to a family, and the conversation shows up here."), ""),
    }
    usual = ("inbox", _("You’re all caught up"), _("New messages show up here by themselves."), everything)
    return sentences.get(choice.which, usual)
