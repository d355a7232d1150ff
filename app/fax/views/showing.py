"""One fax beside the list: its pages, what is known about it, and what can be done."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Response, render_template

from app.accounts.current import asker
from app.accounts.forms import ROLE_NAMES
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations.views.parts import differing
from app.core.errors import HomeroomError
from app.core.htmx import wants_block
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.directory.words import grade_short
from app.fax import queries, queries_people
from app.fax.models import Direction, Fax, FaxStatus, Paper
from app.fax.problem_words import paper_problem
from app.fax.queries_about import About, about
from app.fax.queries_guess import looks_like
from app.fax.queries_list import Box
from app.fax.queries_pages import pages_of
from app.fax.queries_people import names_of
from app.fax.queries_retention import kept_until
from app.fax.queries_students import way_to_family
from app.fax.service import looking
from app.fax.service.forwarding import may_forward
from app.fax.views.asked import asked, my_clock, tail
from app.fax.views.blueprint import pages
from app.fax.views.forwarding import forward_lines, kept_fact
from app.fax.views.listing import page_around
from app.fax.views.paper import pages_shown
from app.fax.views.shown import looks_like_junk, name_of, outgoing_state


class Shower(Protocol):
    """Prints both panes of a fax, with what was refused."""

    def __call__(self, fax: Fax, staff: Staff, *, refused: str = "") -> bytes:
        """`#fax-one` and `#fax-side`."""


_showers: dict[str, Shower] = {}


def shows(direction: Direction) -> Callable[[Shower], Shower]:
    """Say how the faxes of one direction look beside the list: both panes, `#fax-one` and `#fax-side`."""

    def enter(shower: Shower) -> Shower:
        _showers[direction] = shower
        return shower

    return enter


@pages.get("/<int:fax_id>")
@requires(Permission.READ_FAXES)
def show(fax_id: int) -> Response:
    """One beside the list; for a swap, only that. Looking at it is written down; only a while later it counts as read."""
    return one(fax_id)


def one(fax_id: int, *, status: int = 200, refused: HomeroomError | None = None) -> Response:
    """The page of one, or its part; with what could not be done."""
    staff = asker()
    if asked().box is Box.DELETED and (deleted := queries.deleted_or_none(staff, fax_id)) is not None:
        return _beside_the_list(deleted, _deleted(deleted, staff), status)
    fax = queries.fax_visible_to(staff, fax_id)
    looking.note_opened(staff, fax)
    html = _showers.get(fax.direction, viewer)(fax, staff, refused=str(refused.advice) if refused else "")
    return _beside_the_list(fax, html, status)


def _beside_the_list(fax: Fax, html: bytes, status: int) -> Response:
    if wants_block():
        return differing([html], status)
    return page_around(_("Fax from %(name)s", name=name_of(fax)) if fax.is_inbound else _("Fax to %(name)s", name=name_of(fax)),
                       current=fax.id, one=html, status=status)  # fmt: skip


def _deleted(fax: Fax, staff: Staff) -> bytes:
    """What was deleted, by whom, for how long it can be taken back. Its pages are not shown before."""
    when, known, end = my_clock(), about(fax, staff), kept_until(fax)
    head = " · ".join([_number(fax), when.full(fax.created_at)])
    people = names_of({fax.deleted_by_id})
    return render_template(
        "fax/_deleted.html", fax=fax, name=name_of(fax), head=head, tail=tail(), facts=facts_of(fax, known),
        deleted_by=people.get(fax.deleted_by_id or 0, ""), deleted_at=when.full(fax.deleted_at) if fax.deleted_at else "",
        kept_until=when.day(when.local(end).date()) if end is not None else "",
    ).encode()  # fmt: skip


def viewer(fax: Fax, staff: Staff, *, refused: str = "") -> bytes:
    """The viewer and the side, as one that came is shown."""
    return render_template("fax/_one.html", **inputs(fax, staff), refused=refused).encode()


def inputs(fax: Fax, staff: Staff) -> dict[str, Any]:
    """What the templates of one fax need."""
    when, known = my_clock(), about(fax, staff)
    drawn = pages_of(fax)
    works = role_allows(staff.role, Permission.WORK_FAXES)
    mine = fax.assignee_id == staff.id
    pages_told = ngettext("%(num)s page", "%(num)s pages", fax.pages) if fax.pages else ""
    return {
        "fax": fax,
        "name": name_of(fax),
        "head": " · ".join(part for part in (_number(fax), when.full(fax.created_at), pages_told) if part),
        "pages": pages_shown(fax, staff, drawn, asked().filters.q),
        "is_waiting": fax.paper == Paper.WAITING,
        "is_broken": fax.paper == Paper.BROKEN,
        "problem": paper_problem(fax.problem),
        "may_draw_again": works and fax.is_inbound,
        "is_junk": fax.is_inbound and (known.is_junk or looks_like_junk(fax)),
        "state": None if fax.is_inbound else outgoing_state(fax, when),
        "guesses": looks_like(fax, drawn, staff) if works and fax.is_inbound and fax.filed_at is None else [],
        "may_text": known.student is not None and role_allows(staff.role, Permission.WRITE_THREADS),
        "text_way": way_to_family(known.student) if known.student is not None else None,
        "may_work": works,
        "role_names": ROLE_NAMES,
        "grade_short": grade_short,
        "most": queries_people.MOST_COLLEAGUES,
        "words": "",
        "students": [],
        "works": works,
        "may_act": works or mine,
        "is_new": fax.is_inbound and fax.read_at is None and fax.hidden_at is None,
        "about": known,
        "facts": [*facts_of(fax, known), kept_fact(fax, when)],
        "may_keep": role_allows(staff.role, Permission.KEEP_FAXES),
        "forwards": forward_lines(fax, when),
        "may_forward": works and may_forward(fax),
        "colleagues": queries_people.colleagues_of(staff, fax) if works or mine else [],
        "trail": _trail(fax, known),
        "number": _number(fax),
        "tail": tail(),
        "uuid": new_uuid(),
        "may_edit": fax.status != FaxStatus.DRAFT,
    }


def facts_of(fax: Fax, known: About) -> list[tuple[str, str]]:
    """What stands under "About this fax"."""
    when = my_clock()
    came = when.time(fax.created_at)
    quality = _("Fine") if fax.quality == "fine" else _("Standard")
    rows = [
        (_("To") if fax.is_inbound else _("From"), for_people(known.own_number) if known.own_number else ""),
        ("", known.number_name),
        (
            _("Received at") if fax.is_inbound else _("Begun"),
            _("%(time)s, in %(took)s", time=came, took=_took(fax.seconds)) if fax.seconds else came,
        ),
        (_("Sender says"), fax.station if fax.station != fax.name else ""),
        (_("Quality"), quality),
    ]
    return [(label, value) for label, value in rows if value]


def _took(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest) if minutes else _("%(seconds)s s", seconds=rest)


def _number(fax: Fax) -> str:
    return for_people(fax.address) if fax.address else _("Hidden number")


def _trail(fax: Fax, known: About) -> list[str]:
    """Who did what, under the rest."""
    when = my_clock()
    told = [
        (_("Read by %(name)s, %(time)s"), fax.read_by_id, fax.read_at),
        (_("Filed by %(name)s, %(time)s"), fax.filed_by_id, fax.filed_at),
    ]
    return [words % {"name": known.people.get(who or 0, ""), "time": when.full(at)} for words, who, at in told if at is not None and who]
