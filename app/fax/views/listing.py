"""The list of faxes, with one beside it or without, and the parts that scripts ask for."""

from collections.abc import Hashable
from http import HTTPStatus

from flask import Response, jsonify, make_response, render_template, request

from app.accounts.models import Staff
from app.accounts.navigation import shell_inputs
from app.accounts.permissions import Permission, requires
from app.conversations.views.parts import differing, printed_toasts
from app.core.errors import NotVisible
from app.core.frames import Html, frame
from app.core.htmx import wants_block
from app.core.presentation import gettext as _
from app.fax import queries, queries_list, queries_people
from app.fax.queries_list import CHIPS, Box, Listed
from app.fax.queries_retention import retention_of
from app.fax.views.asked import Asked, asked
from app.fax.views.blueprint import pages
from app.fax.views.shown import box_names, counts, printed


@pages.get("")
@requires(Permission.READ_FAXES)
def inbox() -> Response:
    """The list alone; for a swap, only the rows that continue it."""
    if wants_block() and "after" in request.args:
        return differing(_list(asked(), 0)[1], HTTPStatus.OK)
    return page_around(_("Fax"))


@pages.get("/<int:fax_id>/row")
@requires(Permission.READ_FAXES)
def row(fax_id: int) -> Response:
    """One row as the list shows it now; nothing where it is no longer in it, as one that was hidden a moment ago."""
    wanted = asked()
    queries.ever_visible_to(wanted.staff, fax_id)
    try:
        found = queries_list.row_of(wanted.staff, fax_id, wanted.box)
    except NotVisible:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(printed([found], wanted.reading()))


@pages.get("/counts")
@requires(Permission.READ_FAXES)
def numbers() -> Response:
    """How many the chips and the rail have."""
    found = counts(asked().staff)
    return jsonify(boxes={Box.RECEIVED: found.fresh, Box.FAILED: found.failed}, rail=found.fresh)


@pages.get("/filters")
@requires(Permission.READ_FAXES)
def filters() -> Response:
    """The form that narrows the list; a page of its own for who has no script."""
    wanted, part = asked(), "fax/_filters.html" if wants_block() else "fax/filters.html"
    colleagues = queries_people.colleagues_of(wanted.staff, None)
    html = render_template(part, filters=wanted.filters, box=wanted.box, colleagues=colleagues)
    return differing([html.encode()], HTTPStatus.OK)


def page_around(title: str, *, current: int = 0, one: bytes | None = None, status: int = HTTPStatus.OK) -> Response:
    """The whole page, with one beside the list or without. Its frame is the same for all who are shown the same."""
    wanted = asked()
    shell = shell_inputs(wanted.staff)  # its query counts for the chips, too
    live_from = counts(wanted.staff).live_from  # asked before the list: what comes while that is read is told again rather than never
    head, rows = _list(wanted, current)
    around = frame("fax/page.html", has_one=one is not None, **head, **shell)
    filled = around.filled(
        title=title, live_from=str(live_from), rows=rows, one=one or b"", toasts=printed_toasts(), words=wanted.filters.q,
        filter_tail=wanted.tail, select_href=wanted.select_address, here=wanted.list_address(),
    )  # fmt: skip
    return differing(filled, status)


def _list(wanted: Asked, current: int) -> tuple[dict[str, Hashable], Html]:
    """What stands around the rows, and the rows under their headings."""
    staff, box, narrowed = wanted.staff, wanted.box, wanted.filters
    after, waiting = request.args.get("after", ""), counts(staff)
    found = queries_list.rows_of(staff, box, narrowed, wanted.clock.zone, after=after)
    is_search, works = bool(wanted.choice and narrowed.chosen()), queries_list.may_work(staff)
    rows = frame(
        "fax/_rows.html", box=box.value, is_search=is_search, has_first=bool(found.first), has_earlier=bool(found.earlier),
        has_older=bool(found.older), number=waiting.fresh if box is Box.RECEIVED and not is_search else 0, goes_on=after[:1],
        found=_how_many(found) if is_search else None, has_words=bool(narrowed.q), sees_all=queries_list.sees_schools(staff),
        kept_days=_kept_days(staff, box),
    )  # fmt: skip
    how = wanted.reading()
    first, earlier = printed(found.first, how, current=current), printed(found.earlier, how, current=current)
    names, numbers = box_names(), {Box.RECEIVED: waiting.fresh, Box.FAILED: waiting.failed}
    head: dict[str, Hashable] = {
        "box": box.value,
        "chips": tuple(
            [(one.value, names[one], numbers.get(one, 0), one is box and not narrowed.q) for one in wanted.boxes if one in CHIPS]
        ),
        "more": tuple([(one.value, names[one], one is box) for one in wanted.boxes if one not in CHIPS]),
        "filtered": narrowed.number_set() if is_search else 0,
        "selecting": wanted.selecting,
        "may_work": works,
    }
    older = wanted.list_address(after=found.older) if found.older else ""
    return head, rows.filled(first=first, earlier=earlier, older=older, many=queries_list.PAGE_SIZE)


def _kept_days(staff: Staff, box: Box) -> int:
    """How long what nobody wants to see stays, where the list is of these."""
    return retention_of(staff.district_id).deleted_days if box in {Box.HIDDEN, Box.DELETED} else 0


def _how_many(found: Listed) -> int | None:
    """What a search found; 0 where that is more than a page, None where it is nothing, which is said below."""
    number = len(found.first) + len(found.earlier)
    return 0 if found.older else number or None
