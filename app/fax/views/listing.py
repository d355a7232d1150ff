"""The list of faxes, with one beside it or without, and the parts that scripts ask for."""

from collections.abc import Hashable
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, render_template, request

from app.accounts.current import asker, own_zone
from app.accounts.models import Staff
from app.accounts.navigation import shell_inputs
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations.views.parts import differing, printed_toasts
from app.core.errors import NotVisible
from app.core.frames import Html, frame
from app.core.htmx import wants_block
from app.core.local_clock import LocalClock, local_clock
from app.core.presentation import gettext as _
from app.fax import queries, queries_list, queries_people
from app.fax.links import open_until
from app.fax.queries_filters import Filters
from app.fax.queries_list import CHIPS, Box, boxes_of
from app.fax.views.blueprint import pages
from app.fax.views.shown import Reading, box_names, counts, printed


@pages.get("")
@requires(Permission.READ_FAXES)
def inbox() -> Response:
    """The list alone; for a swap, only the rows that continue it."""
    if wants_block() and "after" in request.args:
        return differing(_list(0)[1], HTTPStatus.OK)
    return page_around(_("Fax"))


@pages.get("/<int:fax_id>/row")
@requires(Permission.READ_FAXES)
def row(fax_id: int) -> Response:
    """One row as the list shows it now; nothing where it is no longer in it, as one that was hidden a moment ago."""
    queries.fax_visible_to(asker(), fax_id)
    try:
        found = queries_list.row_of(asker(), fax_id, box_asked(asker()))
    except NotVisible:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(printed([found], reading()))


@pages.get("/counts")
@requires(Permission.READ_FAXES)
def numbers() -> Response:
    """How many the chips and the rail have."""
    found = counts(asker())
    return jsonify(boxes={Box.RECEIVED: found.fresh, Box.FAILED: found.failed}, rail=found.fresh)


@pages.get("/filters")
@requires(Permission.READ_FAXES)
def filters() -> Response:
    """The form that narrows the list; a page of its own for who has no script."""
    part = "fax/_filters.html" if wants_block() else "fax/filters.html"
    staff = asker()
    html = render_template(
        part, filters=Filters.of(request.args), box=box_asked(staff), colleagues=queries_people.colleagues_of(staff, None)
    )  # fmt: skip
    return differing([html.encode()], HTTPStatus.OK)


def box_asked(staff: Staff) -> Box:
    """The chip in the address; a person's first one where there is none, or one that is not theirs."""
    wanted = request.args.get("box", "")
    mine = boxes_of(staff)
    return Box(wanted) if wanted in {one.value for one in mine} else mine[0]


def my_clock() -> LocalClock:
    """The clock of the asker's district."""
    return local_clock(own_zone(), asker().language)


def tail() -> str:
    """What the address of one keeps of the list."""
    choice = _choice()
    return f"?{urlencode(choice)}" if choice else ""


def page_around(title: str, *, current: int = 0, one: bytes | None = None, status: int = HTTPStatus.OK) -> Response:
    """The whole page, with one beside the list or without. Its frame is the same for all who are shown the same."""
    staff = asker()
    live_from = counts(staff).live_from  # asked before the list: what comes while that is read is told again rather than never
    head, rows = _list(current)
    around = frame("fax/page.html", has_one=one is not None, **head, **shell_inputs(staff))
    filled = around.filled(
        title=title, live_from=str(live_from), rows=rows, one=one or b"", toasts=printed_toasts(), words=_filters().q,
        filter_tail=tail(), select_href=_select_href(), here=request.full_path.rstrip("?"),
    )  # fmt: skip
    return differing(filled, status)


def reading() -> Reading:
    """Who asks, and for what."""
    clock = my_clock()
    staff = asker()
    return Reading(clock.zone.key, clock.reader, clock.today, tail(), box_asked(staff).value, staff.id, open_until(), _selecting())


def _list(current: int) -> tuple[dict[str, Hashable], Html]:
    """What stands around the rows, and the rows under their headings."""
    staff, narrowed, after = asker(), _filters(), request.args.get("after", "")
    box = box_asked(staff)
    found = queries_list.rows_of(staff, box, narrowed, my_clock().zone, after=after)
    how = reading()
    older = f"/fax?{urlencode({**_choice(), 'after': found.older})}" if found.older else ""
    number = counts(staff).fresh if box is Box.RECEIVED and not narrowed.chosen() else 0
    rows = frame(
        "fax/_rows.html", box=box.value, is_search=bool(narrowed.chosen()), has_first=bool(found.first), has_earlier=bool(found.earlier),
        has_older=bool(older), number=number, goes_on=after[:1], may_work=queries_list.may_work(staff),
    )  # fmt: skip
    first, earlier = (printed(some, how, current=current) for some in (found.first, found.earlier))
    head: dict[str, Hashable] = {
        "box": box.value, "chips": _chips(staff, box, narrowed), "more": _more(staff, box), "filtered": narrowed.number_set(),
        "selecting": _selecting(), "may_work": queries_list.may_work(staff), "may_file": role_allows(staff.role, Permission.WORK_FAXES),
    }  # fmt: skip
    return head, rows.filled(first=first, earlier=earlier, older=older)


def _chips(staff: Staff, box: Box, narrowed: Filters) -> tuple[tuple[str, str, int, bool], ...]:
    """Key, name, how many wait there, and whether it is chosen."""
    names, found = box_names(), counts(staff)
    numbers = {Box.RECEIVED: found.fresh, Box.FAILED: found.failed}
    return tuple((one.value, names[one], numbers.get(one, 0), one is box and not narrowed.q) for one in boxes_of(staff) if one in CHIPS)


def _more(staff: Staff, box: Box) -> tuple[tuple[str, str, bool], ...]:
    """The lists behind the chips."""
    names = box_names()
    return tuple((one.value, names[one], one is box) for one in boxes_of(staff) if one not in CHIPS)


def _filters() -> Filters:
    return Filters.of(request.args)


def _selecting() -> bool:
    return "select" in request.args


def _choice() -> dict[str, str]:
    box = {"box": request.args["box"]} if request.args.get("box") else {}
    return {**box, **_filters().chosen(), **({"select": "1"} if _selecting() else {})}


def _select_href() -> str:
    choice = _choice()
    if choice.pop("select", None) is None:
        choice["select"] = "1"
    return f"/fax?{urlencode(choice)}" if choice else "/fax"
