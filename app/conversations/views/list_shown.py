"""The pane on the left as its templates print it: chips with counts, grouped rows, and the addresses of what comes next."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import g, request
from flask_babel import lazy_gettext
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.queries_inbox import (
    COUNTED_UP_TO,
    GROUPED,
    MOST_WAITING,
    PAGE_SIZE,
    Filter,
    InboxCounts,
    InboxPage,
    filters_for,
    first_filter,
    inbox_counts,
    inbox_page,
    sees_schools,
)
from app.conversations.views.rows import ShownGroup, grouped, printed, reading
from app.core.database import db
from app.core.errors import NotVisible
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.directory.models import School

NAMES = {
    Filter.MINE: lazy_gettext("Mine"),
    Filter.OFFICE: lazy_gettext("Office"),
    Filter.UNREAD: lazy_gettext("Unread"),
    Filter.WAITING: lazy_gettext("Waiting"),
    Filter.UNASSIGNED: lazy_gettext("Unassigned"),
    Filter.FAILED: lazy_gettext("Failed"),
    Filter.SCHEDULED: lazy_gettext("Scheduled"),
    Filter.SNOOZED: lazy_gettext("Later"),
    Filter.DONE: lazy_gettext("Done"),
    Filter.ALL: lazy_gettext("All"),
}


@dataclass(slots=True)
class Choice:
    """Which conversations a person wants to see, as read from the address."""

    which: Filter
    default: Filter
    school_id: int | None = None
    before: int | None = None
    after_group: str = ""
    selecting: bool = False
    query: str = ""

    def href(self, **changes: object) -> str:
        """The address of the list with something changed."""
        wanted: dict[str, object] = {
            "filter": self.which if self.which != self.default else None,
            "school": self.school_id,
            "select": 1 if self.selecting else None,
        }
        wanted.update(changes)
        if wanted["filter"] == self.default:
            wanted["filter"] = None
        said = {key: str(value) for key, value in wanted.items() if value is not None}
        return "/conversations" + (f"?{urlencode(said)}" if said else "")

    @property
    def tail(self) -> str:
        """What the address of a thread keeps of the list beside it."""
        return self.href(select=None).removeprefix("/conversations")


@dataclass(slots=True)
class ListShown:
    """Everything that `_list.html` prints. `level` is that of the group headings."""

    filter: str
    level: int
    current: int
    tail: str
    here: str
    select_href: str
    may_write: bool
    may_triage: bool
    live_from: int = 0
    query: str = ""
    selecting: bool = False
    chips: list[tuple[str, str, str, bool, str]] = field(default_factory=list)
    several_schools: bool = False
    groups: list[ShownGroup] = field(default_factory=list)
    older: str = ""
    empty: tuple[str, str, str, str] = ("", "", "", "")
    results: Any = None
    actions: list[tuple[str, str, str]] = field(default_factory=list)


def choice_of(staff: Staff) -> Choice:
    """Read the address. An unknown filter, or one that is not for this person, falls back to the first. Raises NotVisible."""
    default = first_filter(staff)
    asked = request.args.get("filter", "")
    which = Filter(asked) if asked in {str(each) for each in filters_for(staff)} else default
    school_id = request.args.get("school", type=int)
    if school_id is not None and staff.role != Role.DISTRICT_ADMIN and school_id not in staff.school_ids:
        raise NotVisible
    return Choice(
        which,
        default,
        school_id,
        request.args.get("before", type=int),
        request.args.get("after_group", "")[:20],
        request.args.get("select") == "1",
        request.args.get("q", "").strip()[:200],
    )


def counts(staff: Staff) -> InboxCounts:
    """The counts of the chips, asked once for a request: the rail shows one of them too."""
    if "inbox_counts" not in g:
        g.inbox_counts = inbox_counts(staff)
    found: InboxCounts = g.inbox_counts
    return found


def unread_badge(staff: Staff) -> int:
    """The number on the rail."""
    return counts(staff).chips[Filter.UNREAD]


def in_few_letters(number: int) -> str:
    """A count as a chip shows it; empty for none."""
    if not number:
        return ""
    return str(number) if number < COUNTED_UP_TO else f"{COUNTED_UP_TO - 1}+"


def list_shown(staff: Staff, choice: Choice, clock: LocalClock, *, current: int = 0, size: int = PAGE_SIZE) -> ListShown:
    """One page of the list with everything around it."""
    page = inbox_page(staff, choice.which, school_id=choice.school_id, before=choice.before, size=size)
    shown = frame_shown(staff, choice, current=current)
    shown.groups = _groups(staff, choice, clock, page, current)
    if page.older is not None:
        last = shown.groups[-1].key if shown.groups else ""
        shown.older = choice.href(before=page.older, after_group=last)
    if not shown.groups:
        shown.empty = _nothing(choice)
    return shown


def frame_shown(staff: Staff, choice: Choice, *, current: int = 0) -> ListShown:
    """The pane without rows: what a search shows its results in."""
    counted = counts(staff)
    numbers = counted.chips
    shown = ListShown(
        filter=choice.which,
        level=3 if current else 2,
        current=current,
        tail=choice.tail,
        here=choice.href(select=None),
        select_href=choice.href(select=None if choice.selecting else 1),
        may_write=role_allows(staff.role, Permission.WRITE_THREADS),
        may_triage=role_allows(staff.role, Permission.TRIAGE),
        live_from=counted.live_from,
        query=choice.query,
        selecting=choice.selecting,
        several_schools=_has_several_schools(staff),
    )
    shown.chips = [
        (str(each), str(NAMES[each]), choice.href(filter=each, select=None), each == choice.which, in_few_letters(numbers.get(each, 0)))
        for each in filters_for(staff)
    ]
    if choice.selecting and shown.may_write:
        shown.actions = [
            ("done", _("Done"), "check"),
            ("reopen", _("Reopen"), "history"),
            ("snooze", _("Remind me tomorrow"), "alarm-snooze"),
            ("read", _("Mark as read"), "mail-opened"),
            ("unread", _("Mark as unread"), "mail"),
            ("assign", _("Assign to me"), "user-plus"),
        ]
    return shown


def schools_shown(staff: Staff, choice: Choice) -> list[tuple[str, str, bool]]:
    """The schools to choose from; none for somebody with one."""
    if not _has_several_schools(staff):
        return []
    wanted = select(School.id, School.name).where(School.district_id == staff.district_id, School.is_active.is_(True))
    if staff.role != Role.DISTRICT_ADMIN:
        wanted = wanted.where(School.id.in_(staff.school_ids))
    rows = db.session.execute(wanted.order_by(School.name)).all()
    entries = [(row.name, choice.href(school=row.id), choice.school_id == row.id) for row in rows]
    return [(_("All schools"), choice.href(school=None), choice.school_id is None), *entries]


def _has_several_schools(staff: Staff) -> bool:
    return staff.role == Role.DISTRICT_ADMIN or (sees_schools(staff) and len(staff.school_links) > 1)


def _groups(staff: Staff, choice: Choice, clock: LocalClock, page: InboxPage, current: int) -> list[ShownGroup]:
    how = reading(staff, clock, tail=choice.tail, selecting=choice.selecting, groups_waiting=choice.which in GROUPED)
    groups = grouped(printed([*page.waiting, *page.others], how, current=current), after=choice.after_group)
    if page.waiting and choice.which in GROUPED:
        groups[0].count = f"{MOST_WAITING}+" if page.more_waiting else str(len(page.waiting))
    return groups


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
