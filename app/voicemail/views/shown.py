"""Voicemails in words: rows of the list, and one with its player."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g

from app.accounts.models import Staff
from app.calls.durations import clock
from app.conversations.views.subtitles import subtitle_shown
from app.core.local_clock import LocalClock, zone_of
from app.core.phone_numbers import for_people
from app.core.prepared import Raw
from app.core.presentation import gettext as _
from app.core.presentation import language_name
from app.voicemail.models import Voicemail
from app.voicemail.queries import ASSIGNEE, Box, Counts, boxes_of, counts_of, read_row

ROWS_REMEMBERED = 5_000


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


class Reading(NamedTuple):
    """Who reads, on which day, and what the address of one keeps of the list."""

    zone: str
    reader: str
    today: date
    tail: str


def printed(raws: Iterable[Raw], how: Reading, *, me: int, current: int = 0) -> bytes:
    """Rows of the list as HTML. Each is a pure function of what the database says and of who reads it, so it is printed once."""
    return b"".join([_printed(raw, how, raw[0] == current, raw[ASSIGNEE] == me) for raw in raws])


@lru_cache(maxsize=ROWS_REMEMBERED)
def _printed(raw: Raw, how: Reading, is_current: bool, is_mine: bool) -> bytes:  # noqa: FBT001  # parts of the key
    shown = _shown(read_row(raw), LocalClock(zone_of(how.zone), how.reader, how.today))
    html = current_app.jinja_env.get_template("voicemail/_row.html").render(
        row=shown, is_current=is_current, is_mine=is_mine, tail=how.tail
    )
    return html.encode() + b"\n"


def _shown(row: Any, when: LocalClock) -> RowShown:
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


def counts(staff: Staff) -> Counts:
    """Asked once for a request."""
    if "voicemail_counts" not in g:
        g.voicemail_counts = counts_of(staff)
    found: Counts = g.voicemail_counts
    return found


def chips(staff: Staff, box: Box, words: str) -> tuple[tuple[str, str, str, int, bool], ...]:
    """Key, address, name, how many new ones, and whether it is chosen."""
    names = {
        Box.MINE: _("Mine"), Box.OFFICE: _("Main office"), Box.ALL: _("All"), Box.ASSIGNED: _("Assigned"), Box.DONE: _("Done"),
    }  # fmt: skip
    fresh = counts(staff).fresh
    return tuple(
        (one.value, f"/voicemail?box={one.value}", names[one], fresh.get(one, 0), one is box and not words) for one in boxes_of(staff)
    )


def head_of(row: Voicemail, when: LocalClock, relation: str) -> str:
    """What stands under the name."""
    number = for_people(row.caller) if row.caller and row.name else ""
    who = relation or (second_line(row.name, row.children) if row.name else _("Not in any family"))
    return " · ".join(part for part in (who, number, when.full(row.received_at)) if part)
