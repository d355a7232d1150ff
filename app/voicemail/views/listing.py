"""The list, one voicemail beside it with its player, and the parts that scripts ask for."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, render_template, request
from sqlalchemy import select

from app.accounts.current import asker, own_zone
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.calls.queries_recordings import words_visible_to
from app.calls.views.player import player_shown
from app.conversations.models import Message
from app.conversations.queries_reach import children_of
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.htmx import VARIES_ON, wants_block
from app.core.ids import new_uuid
from app.core.local_clock import LocalClock, local_clock
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.varying import vary_on
from app.directory.models import ContactPoint
from app.directory.words import relation
from app.live import queries as live
from app.voicemail import queries
from app.voicemail.models import Voicemail
from app.voicemail.queries import Box, boxes_of
from app.voicemail.views.blueprint import pages
from app.voicemail.views.shown import caller_shown, chips, counts, head_of, row_shown

PAGE = "voicemail/page.html"
LONGEST_SEARCH = 80


@pages.get("")
@requires(Permission.READ_CALLS)
def inbox() -> Response:
    """The list alone; for a swap, only the rows that continue it."""
    if wants_block() and "after" in request.args:
        return _answer("voicemail/_rows.html", 200, **_list(None))
    return _answer(PAGE, 200, view="list", **_list(None))


@pages.get("/<int:voicemail_id>")
@requires(Permission.READ_CALLS)
def show(voicemail_id: int) -> Response:
    """One with its player, beside the list; for a swap, only that."""
    return one(voicemail_id)


@pages.get("/<int:voicemail_id>/row")
@requires(Permission.READ_CALLS)
def row(voicemail_id: int) -> Response:
    """One row as the list shows it now. 404 where it is no longer in it."""
    found = queries.row_of(asker(), voicemail_id, box_asked(asker()))
    return make_response(render_template("voicemail/_row.html", row=row_shown(found, my_clock()), current=0, tail=_tail()))


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
    return jsonify(boxes=counts(asker()), rail=queries.badge_of(asker()))


def one(voicemail_id: int, *, status: int = 200, refused: HomeroomError | None = None) -> Response:
    """The page of one, or its part; with what could not be done, and what was written then."""
    staff = asker()
    found = queries.voicemail_visible_to(staff, voicemail_id)
    shown = _one(found, staff) | {"refused": refused.advice if refused else "", "written": request.form.get("body", "") if refused else ""}
    if wants_block():
        return _answer("voicemail/_one.html", status, **shown)
    return _answer(PAGE, status, view="one", **(_list(found) | shown))


def box_asked(staff: Staff) -> Box:
    """The chip in the address; a person's first one where there is none, or one that is not theirs."""
    wanted = request.args.get("box", "")
    mine = boxes_of(staff)
    return Box(wanted) if wanted in {one.value for one in mine} else mine[0]


def my_clock() -> LocalClock:
    """The clock of the asker's district."""
    return local_clock(own_zone(), asker().language)


def _list(current: Voicemail | None) -> dict[str, Any]:
    live_from = live.newest_id()  # asked first: what comes while the list is read is told again rather than never
    staff, when = asker(), my_clock()
    box, words = box_asked(staff), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = queries.rows_of(staff, box, words=words, after=request.args.get("after", ""))
    return {
        "live_from": live_from,
        "box": box.value,
        "words": words,
        "chips": chips(staff, box, words),
        "fresh": [row_shown(each, when) for each in found.fresh],
        "earlier": [row_shown(each, when) for each in found.earlier],
        "fresh_count": counts(staff).get(box.value, 0),
        "older": f"/voicemail?{urlencode({**_choice(), 'after': found.older})}" if found.older else "",
        "is_more": bool(request.args.get("after")),
        "after_earlier": request.args.get("after", "").startswith(queries.EARLIER),
        "current": current.id if current is not None else 0,
        "tail": _tail(),
    }


def _choice() -> dict[str, str]:
    given = {"box": request.args.get("box", ""), "q": request.args.get("q", "").strip()[:LONGEST_SEARCH]}
    return {name: value for name, value in given.items() if value}


def _tail() -> str:
    choice = _choice()
    return f"?{urlencode(choice)}" if choice else ""


def _one(row: Voicemail, staff: Staff) -> dict[str, Any]:
    when = my_clock()
    words = words_visible_to(staff, row.recording_id)
    point = db.session.get(ContactPoint, row.contact_point_id) if row.contact_point_id else None
    may_act = role_allows(staff.role, Permission.MAKE_CALLS)
    names = {row.assignee_id, row.done_by_id, row.heard_by_id} - {None}
    people = {one.id: one.name for one in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(names)))} if names else {}
    return {
        "voicemail": row,
        "name": row.name or caller_shown(row.caller),
        "head": head_of(row, when, _relation(row)),
        "number": for_people(row.caller) if row.caller else "",
        "may_act": may_act,
        "may_text": may_act and point is not None and point.takes_texts and role_allows(staff.role, Permission.WRITE_THREADS),
        "colleagues": queries.colleagues_of(row) if may_act else [],
        "assignee": people.get(row.assignee_id or 0, ""),
        "settled": [
            words.format(people.get(who or 0, ""), when.full(at))
            for words, who, at in (
                (_("Heard by {}, {}"), row.heard_by_id, row.heard_at), (_("Done by {}, {}"), row.done_by_id, row.done_at),
            )
            if at is not None
        ],
        "conversation_id": _conversation_of(row),
        "uuid": new_uuid(),
        "tail": _tail(),
        "box": box_asked(staff).value,
        **player_shown(words, staff),
    }  # fmt: skip


def _relation(row: Voicemail) -> str:
    """Father of Amari (Gr 3), where there is one child."""
    bonds = children_of(row.guardian_id) if row.guardian_id else []
    if len(bonds) != 1:
        return ""
    child, bond = bonds[0]
    return _("%(relation)s of %(child)s", relation=relation(bond.relationship_name), child=child.shown_name)


def _conversation_of(row: Voicemail) -> int | None:
    return db.session.scalar(select(Message.conversation_id).where(Message.id == row.line_id)) if row.line_id else None


def _answer(template: str, status: int, **context: Any) -> Response:
    response = make_response(render_template(template, **context), status)
    vary_on(response, *VARIES_ON)
    return response
