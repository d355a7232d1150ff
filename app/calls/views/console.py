"""The page of a conference while it goes on, and after: who is in, and what can be done about each."""

from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls import queries, service
from app.calls.models import PartRole
from app.calls.service import Invitee
from app.calls.views.blueprint import pages
from app.calls.views.choosing import choices_for
from app.calls.views.practice import handset_address
from app.calls.views.shown import clock, head_shown, leg_shown
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import comes_from_htmx
from app.core.ids import row_number, row_numbers
from app.core.phone_numbers import for_people
from app.live import queries as live

PAGE = "calls/console.html"
SWITCHES = {"mute": (service.mute, True), "unmute": (service.mute, False), "hold": (service.hold, True), "unhold": (service.hold, False)}
FOR_ALL = {
    "mute-all": (service.mute_all, True), "unmute-all": (service.mute_all, False), "hold-all": (service.hold_all, True),
    "unhold-all": (service.hold_all, False), "lock": (service.lock, True), "unlock": (service.lock, False),
}  # fmt: skip


@pages.get("/<int:call_id>")
@requires(Permission.READ_CALLS)
def show(call_id: int) -> ResponseReturnValue:
    """The whole page."""
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    return render_template(PAGE, live_from=live_from, **_shown(call_id))


@pages.get("/<int:call_id>/now")
@requires(Permission.READ_CALLS)
def current(call_id: int) -> ResponseReturnValue:
    """The head and the rows that changed, for a page that is open; all rows, if none is named."""
    wanted = set(row_numbers(request.args.getlist("leg")))
    shown = _shown(call_id)
    if wanted:
        shown["legs"] = [leg for leg in shown["legs"] if leg.id in wanted]
    return render_template("calls/_now.html", **shown)


@pages.post("/<int:call_id>/legs/<int:leg_id>")
@requires(Permission.MAKE_CALLS)
def act_on_leg(call_id: int, leg_id: int) -> ResponseReturnValue:
    """What a button of one row asks for."""
    queries.leg_visible_to(asker(), call_id, leg_id)
    act = request.form.get("act", "")
    if act in SWITCHES:
        switch, on = SWITCHES[act]
        switch(asker(), call_id, leg_id, on=on)
    elif act in {"remove", "stop"}:
        service.remove(asker(), call_id, leg_id)
    elif act == "ring":
        service.ring_again(asker(), call_id, leg_id)
    else:
        raise NotVisible
    return _answer(call_id)


@pages.post("/<int:call_id>")
@requires(Permission.MAKE_CALLS)
def act_on_all(call_id: int) -> ResponseReturnValue:
    """What a button of the bar asks for."""
    queries.call_visible_to(asker(), call_id)
    act = request.form.get("act", "")
    if act in FOR_ALL:
        do, on = FOR_ALL[act]
        do(asker(), call_id, on=on)
    elif act == "end":
        service.end(asker(), call_id)
    else:
        raise NotVisible
    return _answer(call_id)


@pages.post("/<int:call_id>/people")
@requires(Permission.MAKE_CALLS)
def add(call_id: int) -> ResponseReturnValue:
    """Bring in somebody: a contact of the family, or a number."""
    queries.call_visible_to(asker(), call_id)
    form = request.form
    point = form.get("point", type=row_number)
    role = PartRole.INTERPRETER if form.get("role") == "interpreter" else PartRole.OTHER
    other = None if point else Invitee(form.get("name", ""), form.get("phone", ""), role)
    try:
        service.add(asker(), call_id, point_id=point, other=other, is_emergency=bool(form.get("emergency")))
    except HomeroomError as refusal:
        if comes_from_htmx() or isinstance(refusal, NotVisible):
            raise
        return render_template(PAGE, live_from=live.newest_id(), refused=refusal.advice, **_shown(call_id)), refusal.status
    return _answer(call_id)


def _answer(call_id: int) -> ResponseReturnValue:
    """A script asks for the rows that change by itself, once it hears of them."""
    if comes_from_htmx():
        return "", HTTPStatus.NO_CONTENT
    return redirect(url_for(".show", call_id=call_id), HTTPStatus.SEE_OTHER)


def _shown(call_id: int) -> dict[str, Any]:
    staff = asker()
    row = queries.conference_visible_to(staff, call_id)
    legs = queries.legs_of(row.call)
    head = head_shown(row, legs, staff)
    taken = {leg.address for leg in legs}
    return {
        "call": row.call,
        "head": head,
        "starter": row.starter,
        "zone": row.school.time_zone,
        "number": for_people(row.number),
        "legs": [leg_shown(leg, handset_address(leg.address), may_control=head.may_control, is_over=head.is_over) for leg in legs],
        "clock": clock,
        "addable": [one for one in choices_for(staff, row.call.guardian_id) if one.address not in taken] if head.may_control else [],
    }
