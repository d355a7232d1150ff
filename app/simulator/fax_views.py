"""What a fax machine shows, and the school's side beside it: read models for the page."""

import sqlite3
import time
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.simulator import fax_behaviour, faxes
from app.simulator.fax_meanings import in_words
from app.simulator.faxes import COLUMNS, Fax
from app.simulator.phone_views import IN_THE_FEED, FeedLine, but, day_and_time, exact_time, is_trouble, name_of

IN_THE_TRAY = 40
SHOWN_AT_THE_END = 15.0
"""Seconds during which the machine's display still says how its last fax went."""
TOLD = ("queued", "processed", "sending", "delivered", "failed", "receiving", "received")
_OF_EVENT = {
    "fax.queued": "queued", "fax.media.processed": "processed", "fax.sending.started": "sending", "fax.delivered": "delivered",
    "fax.failed": "failed", "fax.receiving.started": "receiving", "fax.received": "received", "INCOMING_FAX": "received",
}  # fmt: skip
_ICONS = {
    "queued": "clock", "processed": "file-text", "sending": "phone-call", "delivered": "checks", "failed": "alert-circle",
    "receiving": "phone-incoming", "received": "printer",
}  # fmt: skip


def _(words: str, **values: object) -> str:
    return str(gettext(words, **values))


def _n(one: str, more: str, number: int, **values: object) -> str:
    return str(ngettext(one, more, number, **values))


@dataclass(frozen=True, slots=True)
class Paper:
    """A fax in the tray of a machine. `tone` is "", "ok" or "danger"."""

    fax: Fax
    title: str
    when: str
    state: str
    tone: str
    shown: int
    """How many pages can be seen."""


@dataclass(frozen=True, slots=True)
class Display:
    """What stands on the machine's small screen. `is_busy` while its line is."""

    words: str
    tone: str = ""
    is_busy: bool = False


def papers(connection: sqlite3.Connection, machine: str, zone: str) -> list[Paper]:
    """What lies in the tray, newest first: what it sent, and what reached it."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM faxes WHERE machine = ? AND NOT is_cleared AND (is_inbound OR through > 0 OR status = ?)"  # noqa: S608  # nosec B608
        " ORDER BY id DESC LIMIT ?",
        (machine, faxes.SENDING, IN_THE_TRAY),
    )
    return [paper(connection, Fax.of(row), zone) for row in rows]


def paper(connection: sqlite3.Connection, fax: Fax, zone: str) -> Paper:
    """One fax as it lies in the tray."""
    school = name_of(connection, fax.school)
    title = _("To %(name)s", name=school) if fax.is_inbound else _("From %(name)s", name=school)
    state, tone = _state(fax)
    shown = (fax.pages or 0) if fax.is_inbound else fax.through
    return Paper(fax, title, day_and_time(fax.created, zone), state, tone, shown)


def _state(fax: Fax) -> tuple[str, str]:
    pages = fax.pages or 1
    if not fax.is_over:
        number = min(fax.through + 1, pages)
        if fax.phase != faxes.PAGES:
            return _("Dialling"), ""
        words = _("Sending page %(n)s of %(of)s", n=number, of=pages) if fax.is_inbound else None
        return words or _("Receiving page %(n)s of %(of)s", n=number, of=pages), ""
    if fax.is_cut:
        return _("The line broke after page %(n)s of %(of)s", n=fax.through, of=pages), "danger"
    if fax.failure is not None:
        return in_words(fax.failure), "danger"
    return _n("%(num)s page", "%(num)s pages", fax.through), "ok"


def display(connection: sqlite3.Connection, machine: str) -> Display:
    """What the machine does now, or did just now."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM faxes WHERE machine = ? AND (is_inbound OR phase = ? OR ended IS NOT NULL)"  # noqa: S608  # nosec B608
        " ORDER BY ended IS NOT NULL, id DESC LIMIT 1",
        (machine, faxes.PAGES),
    ).fetchone()
    fax = None if row is None else Fax.of(row)
    if fax is None or (fax.ended is not None and time.time() - fax.ended > SHOWN_AT_THE_END):
        return Display(_("Ready"))
    if not fax.is_over:
        return Display(_state(fax)[0], is_busy=True)
    if fax.failure is not None and not fax.through:
        return Display(_("A caller did not get through: %(why)s", why=in_words(fax.failure)))
    if fax.is_cut:
        return Display(_state(fax)[0], "danger")
    if fax.is_inbound:
        return Display(_n("Sent, %(num)s page", "Sent, %(num)s pages", fax.through), "ok")
    return Display(_n("Received, %(num)s page", "Received, %(num)s pages", fax.through), "ok")


def version(connection: sqlite3.Connection, machine: str) -> str:
    """Changes whenever anything on the machine's page does."""
    moved = connection.execute(
        "SELECT COUNT(*) AS n, MAX(updated) AS last, MAX(ended) AS ended FROM faxes WHERE machine = ?", (machine,)
    ).fetchone()
    told = connection.execute(
        "SELECT COUNT(*) AS n, SUM(fax_posts.tries) AS tries FROM fax_posts JOIN faxes ON faxes.id = fax_id WHERE machine = ?", (machine,)
    ).fetchone()
    is_fresh = int(moved["ended"] is not None and time.time() - moved["ended"] < SHOWN_AT_THE_END)
    return f"{moved['n']}.{int((moved['last'] or 0) * 1000)}.{told['n']}.{told['tries'] or 0}.{is_fresh}"


def feed(connection: sqlite3.Connection, machine: str, zone: str) -> list[FeedLine]:
    """What the school learned of the faxes of this machine, newest first."""
    rows = connection.execute(
        "SELECT fax_posts.id, at, event, answer, problem, is_inbound, failure, pages, through, status FROM fax_posts"
        " JOIN faxes ON faxes.id = fax_id WHERE machine = ? AND NOT is_cleared AND (fax_posts.tries > 0 OR problem IS NOT NULL)"
        " ORDER BY fax_posts.id DESC LIMIT ?",
        (machine, IN_THE_FEED),
    )
    return [_line(row, zone) for row in rows]


def _line(row: sqlite3.Row, zone: str) -> FeedLine:
    told = _OF_EVENT.get(row["event"], row["status"])
    icon, tone = (_ICONS[told], "danger" if told == faxes.FAILED else "") if not is_trouble(row) else ("alert-triangle", "warn")
    return FeedLine(row["id"], icon, f"{_told(row, told)}{but(row)}", exact_time(row["at"], zone), tone)


def _told(row: sqlite3.Row, told: str) -> str:
    pages, through = row["pages"] or 0, row["through"]
    if told == faxes.RECEIVED and through < pages:
        return _("%(n)s of %(of)s pages reached the school, then the line broke", n=through, of=pages)
    if told == faxes.FAILED and row["failure"] == fax_behaviour.INTERRUPTED:
        return _("The line broke after page %(n)s of %(of)s", n=through, of=pages)
    return {
        faxes.QUEUED: lambda: _("The school handed in a fax"),
        faxes.PROCESSED: lambda: _n("Its document was fetched, %(num)s page", "Its document was fetched, %(num)s pages", pages),
        faxes.SENDING: lambda: _("This machine answered"),
        faxes.DELIVERED: lambda: _n("It went through, %(num)s page", "It went through, %(num)s pages", through),
        faxes.FAILED: lambda: _("It did not go through: %(why)s", why=in_words(row["failure"])),
        faxes.RECEIVING: lambda: _("The school’s line picked up"),
        faxes.RECEIVED: lambda: _n("%(num)s page reached the school", "%(num)s pages reached the school", through),
    }[told]()
