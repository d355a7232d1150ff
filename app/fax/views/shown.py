"""Faxes in words: rows of the list, each printed once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app, g

from app.accounts.models import Staff
from app.accounts.rail_counts import noted
from app.carrier.error_codes import explain
from app.core.local_clock import LocalClock, zone_of
from app.core.phone_numbers import for_people
from app.core.prepared import Raw
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.fax.links import link
from app.fax.models import Direction, FaxStatus, Paper
from app.fax.queries_list import ASSIGNEE, Box, Counts, counts_of, is_first, read_row
from app.fax.queries_rail import PLACE

ROWS_REMEMBERED = 5_000
TOLL_FREE = tuple(f"+1{code}" for code in ("800", "833", "844", "855", "866", "877", "888"))
MOST_JUNK_PAGES = 2


class State(NamedTuple):
    """What became of it: words, and their tone and icon."""

    words: str
    tone: str
    glyph: str


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the list."""

    id: int
    version: int
    name: str
    time: str
    stamp: str
    second: str
    what: str
    state: State | None
    is_new: bool
    is_first: bool
    is_restricted: bool
    is_sent: bool
    picture: str
    turn: int
    href: str


class Reading(NamedTuple):
    """Who reads, on which day, for how long addresses are good, and what the address of one keeps of the list."""

    zone: str
    reader: str
    today: date
    tail: str
    box: str
    me: int
    until: int
    selecting: bool


def printed(raws: Iterable[Raw], how: Reading, *, current: int = 0) -> bytes:
    """Rows of the list as HTML. Each is a pure function of what the database says and of who reads it, so it is printed once."""
    return b"".join([_printed(raw, how, raw[0] == current, raw[ASSIGNEE] == how.me) for raw in raws])


@lru_cache(maxsize=ROWS_REMEMBERED)
def _printed(raw: Raw, how: Reading, is_current: bool, is_mine: bool) -> bytes:  # noqa: FBT001  # parts of the key
    shown = _shown(read_row(raw), how, LocalClock(zone_of(how.zone), how.reader, how.today), is_mine=is_mine)
    html = current_app.jinja_env.get_template("fax/_row.html").render(row=shown, is_current=is_current, selecting=how.selecting)
    return html.encode() + b"\n"


def _shown(row: Any, how: Reading, when: LocalClock, *, is_mine: bool) -> RowShown:
    pages = ngettext("%(num)s page", "%(num)s pages", row.pages) if row.pages else ""
    number = for_people(row.address) if row.address else _("Hidden number")
    name = name_of(row)
    is_sent, is_gone = row.direction == Direction.OUT, how.box == Box.DELETED  # pages of what is deleted open for nobody
    is_new = not is_sent and not is_gone and row.read_at is None
    picture = link(row.id, row.thumb_key, how.me, datetime.fromtimestamp(how.until, UTC)) if row.thumb_key and not is_gone else ""
    state = outgoing_state(row, when) if is_sent else incoming_state(row)
    told = [row.subject, _filed(row), "" if is_mine or not row.assignee else _("for %(name)s", name=row.assignee)]
    return RowShown(
        row.id, row.version, name, when.short(row.created_at), row.created_at.isoformat(),
        " · ".join(part for part in (number if number != name else "", pages) if part), " · ".join(part for part in told if part),
        state, is_new, is_first(row, how.box), row.is_restricted, is_sent,
        picture, row.first_turn,
        f"/fax/{row.id}/edit" if row.status == FaxStatus.DRAFT and not is_gone else f"/fax/{row.id}{how.tail}",
    )  # fmt: skip


def name_of(row: Any) -> str:
    """Whom it came from, or goes to: as somebody here called it, else as the machine calls itself."""
    if row.direction == Direction.OUT:
        return row.name or (for_people(row.address) if row.address else _("Nobody yet"))
    return row.name or row.station or _("Unknown sender")


def incoming_state(row: Any) -> State | None:
    """What deserves a word about one that came."""
    if row.paper == Paper.BROKEN:
        return State(_("Its pages cannot be shown"), "danger", "alert-circle")
    if row.paper == Paper.WAITING and not row.thumb_key:
        return State(_("Its pages are on their way"), "", "clock")
    if looks_like_junk(row):
        return State(_("Looks like junk"), "warn", "alert-triangle")
    return None


def looks_like_junk(row: Any) -> bool:
    """Nobody knows the sender, who hides the number or calls from a toll-free one: a hint, on which nothing is done."""
    is_strange = not row.name and not row.subject and row.filed_at is None and row.assignee_id is None
    return is_strange and row.pages <= MOST_JUNK_PAGES and (not row.address or row.address.startswith(TOLL_FREE))


def outgoing_state(row: Any, when: LocalClock) -> State | None:
    """How far one that is sent is."""
    if row.status == FaxStatus.FAILED:
        return State(_("Not sent. %(why)s", why=explain(row.failure).meaning), "danger", "alert-circle")
    if row.status == FaxStatus.SCHEDULED and row.send_at is not None:
        return State(_("Goes out %(time)s", time=when.ahead(row.send_at)), "", "calendar-clock")
    if row.status == FaxStatus.QUEUED and row.failure:
        return State(_("Tried again soon. %(why)s", why=explain(row.failure).meaning), "warn", "refresh")
    if row.status == FaxStatus.QUEUED and row.send_at is not None:
        return State(_("Goes out %(time)s", time=when.ahead(row.send_at)), "", "moon")
    return {
        FaxStatus.SCHEDULED: State(_("Scheduled"), "", "calendar-clock"),
        FaxStatus.QUEUED: State(_("Waits to go out"), "", "clock"),
        FaxStatus.SENDING: State(_("On the line"), "", "phone-outgoing"),
        FaxStatus.SENT: State(_("Arrived"), "ok", "check"),
        FaxStatus.DRAFT: State(_("Draft"), "", "pencil"),
    }.get(row.status)


def _filed(row: Any) -> str:
    if row.filed_at is None:
        return ""
    if row.child:
        return _("filed to %(child)s", child=f"{row.child}.")
    return _("filed by %(name)s", name=row.filer.split(" ")[0]) if row.filer else _("filed")


def counts(staff: Staff) -> Counts:
    """Asked once for a request."""
    if "fax_counts" not in g:
        g.fax_counts = counts_of(staff, noted(PLACE))
    found: Counts = g.fax_counts
    return found


def box_names() -> dict[Box, str]:
    """The lists, in words."""
    return {
        Box.RECEIVED: _("Received"), Box.SENT: _("Sent"), Box.FAILED: _("Failed"), Box.FILED: _("Filed"), Box.MINE: _("Mine"),
        Box.DRAFTS: _("Drafts"), Box.HIDDEN: _("Hidden"), Box.DELETED: _("Deleted"), Box.ALL: _("All"),
    }  # fmt: skip
