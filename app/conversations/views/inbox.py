"""The list of conversations: as a page, as more rows, as the result of a search, and as one fresh row."""

from http import HTTPStatus

from flask import Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, current_staff, own_zone
from app.accounts.permissions import Permission, requires
from app.conversations import queries
from app.conversations.queries_inbox import GROUPED, Filter, belongs, inbox_row, opening_filter
from app.conversations.queries_inbox_row import read_row
from app.conversations.views.blueprint import pages
from app.conversations.views.choices import choice_of
from app.conversations.views.list_shown import counts, list_shown, schools_shown
from app.conversations.views.parts import differing, inbox_title, page_around, part
from app.conversations.views.rows import printed, reading
from app.conversations.views.search import results_shown
from app.core.errors import NotVisible
from app.core.htmx import wants_block
from app.core.local_clock import LocalClock, local_clock


def my_clock() -> LocalClock:
    """The clock of the asker's district: an inbox may mix schools."""
    return local_clock(own_zone(), asker().language)


@pages.get("/")
@requires(Permission.SIGNED_IN)
def start() -> ResponseReturnValue:
    """Everybody's day starts with the messages."""
    return redirect("/conversations", HTTPStatus.SEE_OTHER)


@pages.get("/conversations")
@requires(Permission.READ_THREADS)
def inbox() -> Response:
    """The list; or, for a swap, the list pane, or only the rows that continue it."""
    staff = asker()
    choice = choice_of(staff)
    if not request.query_string and not wants_block() and (opening := opening_filter(staff)) != choice.default:
        return make_response(redirect(choice.href(filter=opening), HTTPStatus.SEE_OTHER))
    shown = (results_shown if choice.query else list_shown)(staff, choice, my_clock())
    if choice.before is not None and wants_block():
        return differing(shown.rows, HTTPStatus.OK)
    return page_around(shown, title=inbox_title(counts(staff).chips[Filter.UNREAD]), view="list")


@pages.get("/conversations/line")
@requires(Permission.READ_THREADS)
def on_line() -> ResponseReturnValue:
    """From a number of ours and a phone to their conversation: the way from a practice handset to what staff see."""
    found = queries.conversation_on_line(current_staff, request.args.get("school", ""), request.args.get("handset", ""))
    return redirect(f"/conversations/{found.id}", HTTPStatus.SEE_OTHER)


@pages.get("/conversations/schools")
@requires(Permission.READ_THREADS)
def schools() -> Response:
    """The schools that the list can be narrowed to, for its menu."""
    return part("conversations/_schools.html", schools=schools_shown(current_staff, choice_of(current_staff)))


@pages.get("/conversations/<int:conversation_id>/row")
@requires(Permission.READ_THREADS)
def row(conversation_id: int) -> Response:
    """One row as the list shows it, after something changed; nothing when it left the list."""
    found = inbox_row(current_staff, conversation_id)
    if found is None:
        raise NotVisible
    choice = choice_of(current_staff)
    if not belongs(read_row(found), choice.which, school_id=choice.school_id):
        return Response(status=HTTPStatus.NO_CONTENT)
    how = reading(current_staff, my_clock(), tail=choice.tail, selecting=choice.selecting, groups_waiting=choice.which in GROUPED)
    return make_response(printed([found], how)[0].html)
