"""The head of the pane on the left: search, chips with counts, what can be done with the selected."""

from dataclasses import dataclass, replace

from flask_babel import lazy_gettext

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.conversations.queries_inbox import COUNTED_UP_TO, Filter, InboxCounts, filters_of, sees_schools
from app.conversations.queries_unknown import waiting_strangers
from app.conversations.views.choices import Choice
from app.core.presentation import gettext as _

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


IN_SIGHT = frozenset({Filter.MINE, Filter.OFFICE, Filter.UNREAD, Filter.FAILED})
"""Chips that stand above every list; the others are a press away, and the chosen one always stands there."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: its words, its address, whether it is the chosen one, and its count."""

    key: str
    text: str
    href: str
    is_current: bool
    number: str
    is_in_sight: bool


@dataclass(frozen=True, slots=True)
class ListHead:
    """What `_list.html` prints around the rows. Equal for all who are shown the same: it is the key of a frame."""

    choice: Choice
    role: str
    counts: tuple[tuple[Filter, int], ...]
    several_schools: bool
    unknown: str
    """How many phones nobody knows, for who sorts them."""
    level: int
    """Of the group headings; the pane's own is one above."""

    @property
    def filter(self) -> str:
        """The chosen chip."""
        return self.choice.which

    @property
    def tail(self) -> str:
        """What the address of a thread keeps of the list."""
        return self.choice.tail

    @property
    def here(self) -> str:
        """The way back to this list."""
        return self.choice.href(select=None)

    @property
    def select_href(self) -> str:
        """Into selecting, or out of it."""
        return self.choice.href(select=None if self.choice.selecting else 1)

    @property
    def query(self) -> str:
        """What is searched for."""
        return self.choice.query

    @property
    def selecting(self) -> bool:
        """Whether rows are check boxes."""
        return self.choice.selecting

    @property
    def may_write(self) -> bool:
        """Whether the role writes to families."""
        return role_allows(self.role, Permission.WRITE_THREADS)

    @property
    def may_triage(self) -> bool:
        """Whether the role sorts unknown senders."""
        return role_allows(self.role, Permission.TRIAGE)

    @property
    def chips(self) -> list[Chip]:
        """All filters of the role, in order."""
        numbers, chosen = dict(self.counts), self.choice.which
        return [
            Chip(
                str(each), str(NAMES[each]), self._to(each), each == chosen,
                in_few_letters(numbers.get(each, 0)), each in IN_SIGHT or each == chosen,
            )
            for each in filters_of(self.role)
        ]  # fmt: skip

    def _to(self, each: Filter) -> str:
        """The office's list by its name: without one, the address opens where something is unread."""
        href = self.choice.href(filter=each, select=None)
        return f"{href}?filter={each}" if each == Filter.OFFICE and "?" not in href else href

    @property
    def actions(self) -> list[tuple[str, str, str]]:
        """Value, words and icon of what can be done with the selected."""
        if not self.may_write:
            return []
        return [
            ("done", _("Done"), "check"),
            ("reopen", _("Reopen"), "history"),
            ("snooze", _("Remind me tomorrow"), "alarm-snooze"),
            ("read", _("Mark as read"), "mail-opened"),
            ("unread", _("Mark as unread"), "mail"),
            ("assign", _("Assign to me"), "user-plus"),
        ]


def list_head(staff: Staff, choice: Choice, counted: InboxCounts, *, beside_thread: bool) -> ListHead:
    """The head for one person."""
    several = has_several_schools(staff)
    steady = replace(choice, before=None, after_group="")  # how far somebody has scrolled changes nothing up here
    unknown = in_few_letters(waiting_strangers(staff)) if role_allows(staff.role, Permission.TRIAGE) else ""
    return ListHead(steady, staff.role, tuple(counted.chips.items()), several, unknown, 3 if beside_thread else 2)


def has_several_schools(staff: Staff) -> bool:
    """Whether there is a school to choose."""
    return staff.role == Role.DISTRICT_ADMIN or (sees_schools(staff) and len(staff.school_links) > 1)


def in_few_letters(number: int) -> str:
    """A count as a chip shows it; empty for none."""
    if not number:
        return ""
    return str(number) if number < COUNTED_UP_TO else f"{COUNTED_UP_TO - 1}+"
