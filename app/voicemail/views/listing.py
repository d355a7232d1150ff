"""The list, one voicemail beside it with its player, and the parts that scripts ask for."""

from collections.abc import Hashable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, render_template, request

from app.accounts.current import asker, own_zone
from app.accounts.forms import ROLE_NAMES
from app.accounts.models import Staff
from app.accounts.navigation import shell_inputs
from app.accounts.permissions import Permission, requires, role_allows
from app.calls.queries_recordings import words_visible_to
from app.calls.views.player import player_shown
from app.conversations.queries_reach import children_of
from app.conversations.translation.choice import Reach, reach
from app.conversations.views.parts import differing, printed_toasts
from app.core.errors import HomeroomError, NotVisible
from app.core.frames import Html, frame
from app.core.htmx import wants_block
from app.core.ids import new_uuid
from app.core.local_clock import LocalClock, local_clock
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import language_name
from app.directory.models import ContactPoint
from app.directory.words import relation
from app.voicemail import queries, queries_people
from app.voicemail.models import Voicemail
from app.voicemail.queries import Box, boxes_of
from app.voicemail.views.blueprint import pages
from app.voicemail.views.shown import Reading, caller_shown, chips, counts, head_of, printed

LONGEST_SEARCH = 80


@pages.get("")
@requires(Permission.READ_CALLS)
def inbox() -> Response:
    """The list alone; for a swap, only the rows that continue it."""
    if wants_block() and "after" in request.args:
        return differing(_list(0)[1], HTTPStatus.OK)
    return _page(0, _("Voicemail"), None)


@pages.get("/<int:voicemail_id>")
@requires(Permission.READ_CALLS)
def show(voicemail_id: int) -> Response:
    """One with its player, beside the list; for a swap, only that."""
    return one(voicemail_id)


@pages.get("/<int:voicemail_id>/row")
@requires(Permission.READ_CALLS)
def row(voicemail_id: int) -> Response:
    """One row as the list shows it now; nothing where it is no longer in it, as one that was done a moment ago."""
    queries.voicemail_visible_to(asker(), voicemail_id)
    try:
        found = queries.row_of(asker(), voicemail_id, box_asked(asker()))
    except NotVisible:
        return Response(status=HTTPStatus.NO_CONTENT)
    return make_response(printed([found], _reading(), me=asker().id))


@pages.get("/<int:voicemail_id>/next")
@requires(Permission.READ_CALLS)
def next_up(voicemail_id: int) -> Response:
    """Which one plays when this one has ended."""
    after = queries.voicemail_visible_to(asker(), voicemail_id)
    return jsonify(id=queries.next_unheard(asker(), box_asked(asker()), after))


@pages.get("/counts")
@requires(Permission.READ_CALLS)
def numbers() -> Response:
    """How many new ones the chips and the rail have."""
    return jsonify(boxes=counts(asker()).fresh, rail=queries.badge_of(asker()))


def one(voicemail_id: int, *, status: int = 200, refused: HomeroomError | None = None) -> Response:
    """The page of one, or its part; with what could not be done, and what was written then."""
    staff = asker()
    found = queries.voicemail_visible_to(staff, voicemail_id)
    shown = _one(found, staff) | {"refused": refused.advice if refused else "", "written": request.form.get("body", "") if refused else ""}
    html = render_template("voicemail/_one.html", **shown).encode()
    if wants_block():
        return differing([html], status)
    return _page(found.id, _("Voicemail from %(name)s", name=shown["name"]), html, status=status)


def box_asked(staff: Staff) -> Box:
    """The chip in the address; a person's first one where there is none, or one that is not theirs."""
    wanted = request.args.get("box", "")
    mine = boxes_of(staff)
    return Box(wanted) if wanted in {one.value for one in mine} else mine[0]


def my_clock() -> LocalClock:
    """The clock of the asker's district."""
    return local_clock(own_zone(), asker().language)


def _page(current: int, title: str, html: bytes | None, *, status: int = HTTPStatus.OK) -> Response:
    """The whole page, with one beside the list or without. Its frame is the same for all who are shown the same."""
    staff = asker()
    live_from = counts(staff).live_from  # asked before the list: what comes while that is read is told again rather than never
    head, rows = _list(current)
    around = frame("voicemail/page.html", has_one=html is not None, **head, **shell_inputs(staff))
    filled = around.filled(
        title=title, label=title, live_from=str(live_from), rows=rows, one=html or b"", toasts=printed_toasts(), words=_words(),
    )  # fmt: skip
    return differing(filled, status)


def _list(current: int) -> tuple[dict[str, Hashable], Html]:
    """What stands around the rows, and the rows under their headings."""
    staff, words, after = asker(), _words(), request.args.get("after", "")
    box = box_asked(staff)
    found = queries.rows_of(staff, box, words=words, after=after)
    how = _reading()
    older = f"/voicemail?{urlencode({**_choice(), 'after': found.older})}" if found.older else ""
    rows = frame(
        "voicemail/_rows.html", box=box.value, is_search=bool(words), has_fresh=bool(found.fresh), has_earlier=bool(found.earlier),
        has_older=bool(older), fresh_count=counts(staff).fresh.get(box, 0), goes_on=after[:1],
    )  # fmt: skip
    fresh, earlier = (printed(some, how, me=staff.id, current=current) for some in (found.fresh, found.earlier))
    html = rows.filled(fresh=fresh, earlier=earlier, older=older)
    return {"box": box.value, "chips": chips(staff, box, words)}, html


def _reading() -> Reading:
    clock = my_clock()
    return Reading(clock.zone.key, clock.reader, clock.today, _tail())


def _words() -> str:
    return request.args.get("q", "").strip()[:LONGEST_SEARCH]


def _choice() -> dict[str, str]:
    given = {"box": request.args.get("box", ""), "q": _words()}
    return {name: value for name, value in given.items() if value}


def _tail() -> str:
    choice = _choice()
    return f"?{urlencode(choice)}" if choice else ""


def _one(row: Voicemail, staff: Staff) -> dict[str, Any]:
    when = my_clock()
    words = words_visible_to(staff, row.recording_id)
    point = queries_people.point_of(row)
    may_act = role_allows(staff.role, Permission.MAKE_CALLS)
    giver, given_at = queries_people.giver_of(row) if row.assignee_id else (None, None)
    people = queries_people.names_of({row.assignee_id, row.done_by_id, row.heard_by_id, giver})
    return {
        "voicemail": row,
        "name": row.name or caller_shown(row.caller),
        "head": head_of(row, when, _relation(row)),
        "number": for_people(row.caller) if row.caller else "",
        "may_act": may_act,
        "may_text": may_act and point is not None and point.takes_texts and role_allows(staff.role, Permission.WRITE_THREADS),
        "colleagues": queries_people.colleagues_of(row) if may_act else [],
        "role_names": ROLE_NAMES,
        "words": "",
        "most": queries_people.MOST_COLLEAGUES,
        "may_name": row.guardian_id is None and role_allows(staff.role, Permission.TRIAGE),
        "unread_language": _unread_language(point, staff),
        "translates": reach() is not Reach.NOTHING,
        "assignee": people.get(row.assignee_id or 0, ""),
        "given": _given(row, staff, people.get(giver or 0, ""), when.full(given_at) if given_at else ""),
        "settled": [
            words.format(people.get(who or 0, ""), when.full(at))
            for words, who, at in (
                (_("Heard by {}, {}"), row.heard_by_id, row.heard_at), (_("Done by {}, {}"), row.done_by_id, row.done_at),
            )
            if at is not None
        ],
        "conversation_id": queries_people.thread_of(row),
        "uuid": new_uuid(),
        "tail": _tail(),
        "box": box_asked(staff).value,
        **player_shown(words, staff),
    }  # fmt: skip


def _given(row: Voicemail, staff: Staff, giver: str, time: str) -> str:
    """Who passed it on, and when."""
    if not giver or not time:
        return ""
    if row.assignee_id == staff.id:
        return _("%(name)s gave it to you, %(time)s", name=giver, time=time)
    return _("%(name)s passed it on, %(time)s", name=giver, time=time)


def _unread_language(point: ContactPoint | None, staff: Staff) -> str:
    """What the family reads, where that is not what the writer writes."""
    language = (point.language or point.guardian.language) if point is not None else staff.language
    return "" if language == staff.language else language_name(language)


def _relation(row: Voicemail) -> str:
    """Father of Amari (Gr 3), where there is one child."""
    bonds = children_of(row.guardian_id) if row.guardian_id else []
    if len(bonds) != 1:
        return ""
    child, bond = bonds[0]
    return _("%(relation)s of %(child)s", relation=relation(bond.relationship_name), child=child.shown_name)
