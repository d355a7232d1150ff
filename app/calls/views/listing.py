"""The first page of calls: what goes on, and the conferences that were."""

from dataclasses import dataclass

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.current import asker
from app.accounts.navigation import Entry, add_place
from app.accounts.permissions import Permission, requires, role_allows
from app.accounts.rail_counts import carry
from app.calls import queries_line, queries_list, reach
from app.calls.durations import clock
from app.calls.models import CallKind, CallState
from app.calls.queries_line import PLACE, carried_count, waiting_count
from app.calls.queries_list import ListedCall
from app.calls.views.blueprint import pages
from app.calls.views.row_words import conference_words, stage_words
from app.core.clock import now
from app.core.presentation import gettext as _
from app.core.presentation import ngettext
from app.live import queries as live

GLYPHS = {CallKind.CONFERENCE: "users-group", CallKind.DIRECT: "phone-outgoing", CallKind.RETURN: "phone-incoming"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    href: str
    title: str
    words: str
    glyph: str
    tone: str
    """The class of its icon."""
    call: ListedCall
    ticks_from: int | None


def add_places(app: Flask) -> None:
    """Calls stand on the rail."""
    carry(app, carried_count())
    add_place(app, Entry(PLACE, "calls.index", "phone", _l("Calls"), Permission.READ_CALLS, order=30, count=waiting_count))


@pages.get("")
@requires(Permission.READ_CALLS)
def index() -> ResponseReturnValue:
    """The page."""
    staff = asker()
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    past = queries_list.past_conferences(staff, request.args.get("cursor"))
    going_on = [] if request.args.get("cursor") else queries_list.live_calls(staff)
    waiting = [] if request.args.get("cursor") else queries_line.line_visible_to(staff)
    in_line = {one.call_id for one in waiting}
    return render_template(
        "calls/index.html",
        live=[_row(one) for one in going_on if one.id not in in_line],
        waiting=waiting,
        has_phone=bool(waiting and reach.who_listens([staff.id])),
        live_from=live_from,
        clock_words=clock,
        past=[_row(one) for one in past.rows],
        newer=past.previous_cursor,
        older=past.next_cursor,
        clock=clock,
        may_call=role_allows(staff.role, Permission.MAKE_CALLS),
    )


def _row(call: ListedCall) -> Row:
    is_conference = call.kind == CallKind.CONFERENCE
    words = conference_words(call.starter, is_own=call.is_own) if is_conference else _of_two(call)
    if is_conference and call.people:
        words = f"{words} · {_people(call)}"
    trouble = _trouble(call.status) if is_conference or call.stage is None else stage_words(call.stage)
    return Row(
        url_for(".show" if is_conference else ".one", call_id=call.id), call.title, f"{words} · {trouble}" if trouble else words,
        GLYPHS[CallKind(call.kind)], "is-in" if call.kind == CallKind.RETURN else "", call,
        int((now() - call.answered_at).total_seconds()) if call.answered_at and call.status == CallState.IN_PROGRESS else None,
    )  # fmt: skip


def _of_two(call: ListedCall) -> str:
    if call.kind == CallKind.RETURN and not call.starter:
        return _("For the office")
    if call.kind == CallKind.RETURN:
        return _("For you") if call.is_own else _("For %(name)s", name=call.starter)
    return _("You called") if call.is_own else _("%(name)s called", name=call.starter)


def _people(call: ListedCall) -> str:
    if call.status == CallState.IN_PROGRESS:
        return _("%(num)s in the call", num=call.people)
    return ngettext("%(num)s person took part", "%(num)s people took part", call.people)


def _trouble(status: str) -> str:
    """Of a conference that did not begin only whoever began it could say why: nobody else was called."""
    return {
        CallState.NO_ANSWER: _("did not begin"), CallState.BUSY: _("did not begin"), CallState.FAILED: _("did not begin"),
        CallState.CANCELED: _("called off"), CallState.PENDING: _("about to ring"), CallState.RINGING: _("ringing"),
    }.get(CallState(status), "")  # fmt: skip


@pages.get("/line/count")
@requires(Permission.READ_CALLS)
def line_count() -> ResponseReturnValue:
    """How many wait for the office, for the rail of a page that is open."""
    return {"waiting": waiting_count(asker())}
