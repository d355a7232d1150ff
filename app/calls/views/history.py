"""The list of calls, and one call with what staff wrote about it."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires, role_allows
from app.calls import queries, queries_history, service
from app.calls.durations import clock, length
from app.calls.queries_history import Narrow
from app.calls.views.blueprint import pages
from app.calls.views.row_words import look_of, now_words
from app.carrier.error_codes import failure_words
from app.core.errors import NotVisible
from app.core.presentation import gettext as _
from app.live import queries as live

LONGEST_SEARCH = 100


@pages.get("/history")
@requires(Permission.READ_CALLS)
def history() -> ResponseReturnValue:
    """All calls that this person may see."""
    return render_template("calls/history.html", **_listed(), opened=None)


@pages.get("/history/<int:call_id>")
@requires(Permission.READ_CALLS)
def one(call_id: int) -> ResponseReturnValue:
    """The same with one of them opened."""
    return render_template("calls/history.html", **(_listed() | _opened(call_id)))


@pages.get("/history/<int:call_id>/now")
@requires(Permission.READ_CALLS)
def one_now(call_id: int) -> ResponseReturnValue:
    """That one, for a page that is open."""
    return render_template("calls/_one.html", **_opened(call_id))


@pages.post("/<int:call_id>/hang-up")
@requires(Permission.MAKE_CALLS)
def hang_up(call_id: int) -> ResponseReturnValue:
    """End a direct call for both."""
    queries.call_visible_to(asker(), call_id)
    service.hang_up(asker(), call_id)
    return redirect(url_for(".one", call_id=call_id), HTTPStatus.SEE_OTHER)


def _listed() -> dict[str, Any]:
    staff = asker()
    narrow = Narrow(request.args["show"]) if request.args.get("show") in set(Narrow) else Narrow.ALL
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = queries_history.history_of(staff, narrow=narrow, words=words, cursor=request.args.get("at"))
    kept = {"show": narrow.value, "q": words}

    def address(**more: str | None) -> str:
        given = {name: value for name, value in {**kept, **more}.items() if value and value != Narrow.ALL}
        return f"{url_for('.history')}?{urlencode(given)}" if given else url_for(".history")

    labels = {
        Narrow.ALL: _("All"), Narrow.MISSED: _("Missed"), Narrow.VOICEMAIL: _("Voicemail"), Narrow.RECORDED: _("Recorded"),
        Narrow.CONFERENCES: _("Conferences"), Narrow.MINE: _("Mine"),
    }  # fmt: skip
    numbers = {Narrow.MISSED: queries_history.missed_count(staff)}
    return {
        "rows": page.rows, "looks": {row.id: look_of(row, staff.id) for row in page.rows}, "clock": clock, "words": words,
        "narrowings": [(text, address(show=each.value), each is narrow, numbers.get(each, 0)) for each, text in labels.items()],
        "narrow": narrow.value,
        "newer": address(at=page.previous_cursor) if page.previous_cursor else None,
        "older": address(at=page.next_cursor) if page.next_cursor else None, "may_call": role_allows(staff.role, Permission.MAKE_CALLS),
        "live_from": live.newest_id(),
    }  # fmt: skip


def _opened(call_id: int) -> dict[str, Any]:
    staff = asker()
    row = queries_history.row_visible_to(staff, call_id)
    if row is None:
        raise NotVisible
    return {
        "opened": row, "look": look_of(row, staff.id), "now_words": now_words(row, staff.id),
        "length": length(row.seconds) if row.seconds is not None else "",
        "why": failure_words(row.error_code) if row.error_code else "", "may_call": role_allows(staff.role, Permission.MAKE_CALLS),
    }  # fmt: skip
