"""The page of a conference while it goes on, and after: who is in, what is said and kept, what happened, and notes."""

from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls import queries, queries_console
from app.calls.models import CallKind
from app.calls.views.blueprint import pages
from app.calls.views.choosing import choices_for
from app.calls.views.console_printed import printed_now
from app.calls.views.console_seen import NEWEST, parts_of, seen_by
from app.core.ids import row_numbers
from app.delivery.voice.voices import is_spoken
from app.live import queries as live

PAGE = "calls/console.html"
MOST_LINES = 40


@pages.get("/<int:call_id>")
@requires(Permission.READ_CALLS)
def show(call_id: int) -> ResponseReturnValue:
    """The whole page; a call between two stands in the history."""
    if queries.call_visible_to(asker(), call_id).kind != CallKind.CONFERENCE:
        return redirect(url_for(".one", call_id=call_id), HTTPStatus.SEE_OTHER)
    return page_of(call_id)


@pages.get("/<int:call_id>/now")
@requires(Permission.READ_CALLS)
def current(call_id: int) -> ResponseReturnValue:
    """The head and the rows that changed, for a page that is open; all rows, if none is named."""
    wanted = set(row_numbers(request.args.getlist("leg")))
    row = queries_console.conference_visible_to(asker(), call_id)
    parts = parts_of(row.call, newest=NEWEST if wanted else MOST_LINES)
    return make_response(b"".join(printed_now(seen_by(asker(), row, parts, only=wanted))))


@pages.get("/<int:call_id>/addable")
@requires(Permission.MAKE_CALLS)
def addable(call_id: int) -> ResponseReturnValue:
    """Whom else one could bring in, by a few letters: the family, then colleagues."""
    call = queries.call_visible_to(asker(), call_id)
    return render_template("calls/_addable.html", **_addable(call_id, request.args.get("who", "").strip()[:80]), head={"id": call.id})


def page_of(call_id: int, *, refused: str = "") -> str:
    """The page, with what was refused of a form."""
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    row = queries_console.conference_visible_to(asker(), call_id)
    seen = seen_by(asker(), row, parts_of(row.call, newest=MOST_LINES))
    addable = _addable(call_id, "") if seen.head.may_control and not seen.head.is_over else {"family": [], "colleagues": []}
    return render_template(
        PAGE, live_from=live_from, refused=refused, call=seen.call, head=seen.head, legs=seen.legs, lines=seen.lines,
        languages=_languages(asker().language, seen.spoken), **addable, **seen.around,
    )  # fmt: skip


def _addable(call_id: int, words: str) -> dict[str, Any]:
    staff = asker()
    call = queries.call_visible_to(staff, call_id)
    taken = {leg.address for leg in queries_console.legs_of(call)}
    family = [one for one in choices_for(staff, call.guardian_id) if one.address not in taken]
    colleagues = [one for one in queries.colleagues_with_phone(staff, words=words) if one.phone not in taken]
    low = words.casefold()
    return {"family": [one for one in family if low in one.name.casefold() or low in one.number], "colleagues": colleagues}


def _languages(own: str, others: list[str]) -> list[str]:
    """In which a voice could say something here, one's own first."""
    bases = [language.partition("-")[0] for language in (own, *others, "en")]
    return [one for one in dict.fromkeys(bases) if is_spoken(one)]
