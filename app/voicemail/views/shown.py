"""Voicemails in words: rows of the list, and one with its player."""

from dataclasses import dataclass
from typing import Any

from flask import g
from sqlalchemy import Row

from app.accounts.models import Staff
from app.calls.views.player import clock
from app.conversations.views.subtitles import subtitle_shown
from app.core.local_clock import LocalClock
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import language_name
from app.voicemail.models import Voicemail
from app.voicemail.queries import Box, boxes_of, counts_of


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the list."""

    id: int
    version: int
    name: str
    is_person: bool
    second: str
    time: str
    stamp: str
    length: str
    language: str
    language_name: str
    text: str
    is_new: bool
    assignee: str


def row_shown(row: Row[Any], when: LocalClock) -> RowShown:
    """The words of one."""
    name = row.name or caller_shown(row.caller)
    text = _("There is nothing to hear.") if row.is_broken else row.preview or _("No transcript.")
    code = row.language or ""
    return RowShown(
        row.id, row.version, name, bool(row.name), second_line(row.name, row.children), when.short(row.received_at),
        row.received_at.isoformat(), clock(row.seconds), code, language_name(code) if code else "", text,
        row.heard_at is None and row.done_at is None, row.assignee or "",
    )  # fmt: skip


def caller_shown(caller: str) -> str:
    """The number as people write it."""
    return for_people(caller) if caller else _("Hidden number")


def second_line(name: str, children: str) -> str:
    """Whose family it is."""
    if not name:
        return _("Not in any family")
    return subtitle_shown("direct", children) if children else ""


def counts(staff: Staff) -> dict[str, int]:
    """Asked once for a request."""
    if "voicemail_counts" not in g:
        g.voicemail_counts = counts_of(staff)
    found: dict[str, int] = g.voicemail_counts
    return found


def chips(staff: Staff, box: Box, words: str) -> list[tuple[str, str, str, int, bool]]:
    """Key, address, name, how many new ones, and whether it is chosen."""
    names = {
        Box.MINE: _("Mine"), Box.OFFICE: _("Main office"), Box.ALL: _("All"), Box.ASSIGNED: _("Assigned"), Box.DONE: _("Done"),
    }  # fmt: skip
    numbers = counts(staff)
    return [
        (one.value, f"/voicemail?box={one.value}", names[one], numbers.get(one.value, 0), one is box and not words)
        for one in boxes_of(staff)
    ]


def head_of(row: Voicemail, when: LocalClock, relation: str) -> str:
    """What stands under the name."""
    number = for_people(row.caller) if row.caller and row.name else ""
    who = relation or (second_line(row.name, row.children) if row.name else _("Not in any family"))
    return " · ".join(part for part in (who, number, when.full(row.received_at)) if part)
