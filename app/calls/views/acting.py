"""The buttons of a conference's page. A script sends them and learns the rest by itself; without one the page comes again."""

from collections.abc import Callable
from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calls import queries, queries_line, service
from app.calls.models import CallKind, PartRole, Way
from app.calls.service import Invitee
from app.calls.views.blueprint import pages
from app.calls.views.console import page_of
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import comes_from_htmx
from app.core.ids import row_number

SWITCHES = {"mute": (service.mute, True), "unmute": (service.mute, False), "hold": (service.hold, True), "unhold": (service.hold, False)}
FOR_ALL = {
    "mute-all": (service.mute_all, True), "unmute-all": (service.mute_all, False), "hold-all": (service.hold_all, True),
    "unhold-all": (service.hold_all, False), "lock": (service.lock, True), "unlock": (service.lock, False),
    "pause": (service.pause_recording, True), "resume": (service.pause_recording, False),
}  # fmt: skip
ONCE = {
    "end": service.end, "leave": service.leave, "record": service.begin_recording, "stop-recording": service.stop_recording,
    "brief": service.begin_briefing, "end-briefing": service.end_briefing,
}  # fmt: skip


@pages.post("/<int:call_id>/legs/<int:leg_id>")
@requires(Permission.MAKE_CALLS)
def act_on_leg(call_id: int, leg_id: int) -> ResponseReturnValue:
    """What a button of one row asks for."""
    queries.leg_visible_to(asker(), call_id, leg_id)
    act = request.form.get("act", "")
    if act in SWITCHES:
        switch, on = SWITCHES[act]
        return _done(call_id, lambda: switch(asker(), call_id, leg_id, on=on))
    if act in {"stop", "remove"}:
        return _done(call_id, lambda: service.remove(asker(), call_id, leg_id))
    if act == "ring":
        return _done(call_id, lambda: service.ring_again(asker(), call_id, leg_id))
    raise NotVisible


@pages.post("/<int:call_id>/legs/<int:leg_id>/keys")
@requires(Permission.MAKE_CALLS)
def press_keys(call_id: int, leg_id: int) -> ResponseReturnValue:
    """Tones for the menu at the other end of one line."""
    queries.leg_visible_to(asker(), call_id, leg_id)
    return _done(call_id, lambda: service.press_keys(asker(), call_id, leg_id, request.form.get("keys", "")))


@pages.post("/<int:call_id>")
@requires(Permission.MAKE_CALLS)
def act_on_all(call_id: int) -> ResponseReturnValue:
    """What a button of the bar asks for."""
    queries.call_visible_to(asker(), call_id)
    act = request.form.get("act", "")
    if act in FOR_ALL:
        do, on = FOR_ALL[act]
        return _done(call_id, lambda: do(asker(), call_id, on=on))
    if act in ONCE:
        return _done(call_id, lambda: ONCE[act](asker(), call_id))
    raise NotVisible


@pages.post("/<int:call_id>/again")
@requires(Permission.MAKE_CALLS)
def call_again(call_id: int) -> ResponseReturnValue:
    """Begin the same call once more. A script learns where that one is."""
    is_conference = queries.call_visible_to(asker(), call_id).kind == CallKind.CONFERENCE
    wants_address = request.accept_mimetypes.best == "application/json"
    try:
        call = service.call_again(asker(), call_id)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        if wants_address or not is_conference:
            raise
        return page_of(call_id, refused=refusal.advice), refusal.status
    in_browser = call.kind != CallKind.CONFERENCE and queries_line.own_line_of(asker(), call).way == Way.BROWSER
    address = url_for(".phone_with" if in_browser else ".show", call_id=call.id)
    return {"address": address} if wants_address else redirect(address, HTTPStatus.SEE_OTHER)


@pages.post("/<int:call_id>/words")
@requires(Permission.MAKE_CALLS)
def announce(call_id: int) -> ResponseReturnValue:
    """Have a voice say a sentence to everybody."""
    queries.call_visible_to(asker(), call_id)
    words, language = request.form.get("words", ""), request.form.get("language") or asker().language
    return _done(call_id, lambda: service.announce(asker(), call_id, words, language))


@pages.post("/<int:call_id>/people")
@requires(Permission.MAKE_CALLS)
def add(call_id: int) -> ResponseReturnValue:
    """Bring in somebody: a contact of the family, a colleague, or a number."""
    queries.call_visible_to(asker(), call_id)
    form = request.form
    point, colleague = form.get("point", type=row_number), form.get("colleague", type=row_number)
    role = PartRole.INTERPRETER if form.get("role") == "interpreter" else PartRole.OTHER
    other = None if point or colleague else Invitee(form.get("name", ""), form.get("phone", ""), role)
    return _done(call_id, lambda: service.add(asker(), call_id, point_id=point, other=other, colleague_id=colleague))


@pages.post("/<int:call_id>/notes")
@requires(Permission.MAKE_CALLS)
def save_notes(call_id: int) -> ResponseReturnValue:
    """Keep the notes; a script learns their version."""
    queries.call_visible_to(asker(), call_id)
    form = request.form
    version = service.save_notes(asker(), call_id, form.get("notes", ""), seen=form.get("seen", 0, type=row_number))
    if request.accept_mimetypes.best == "application/json":
        return {"version": version}
    is_conference = queries.call_visible_to(asker(), call_id).kind == CallKind.CONFERENCE
    return redirect(url_for(".show" if is_conference else ".one", call_id=call_id), HTTPStatus.SEE_OTHER)


def _done(call_id: int, act: Callable[[], None]) -> ResponseReturnValue:
    try:
        act()
    except NotVisible:
        raise
    except HomeroomError as refusal:
        if comes_from_htmx():
            raise
        return page_of(call_id, refused=refusal.advice), refusal.status
    if comes_from_htmx():
        return "", HTTPStatus.NO_CONTENT
    return redirect(url_for(".show", call_id=call_id), HTTPStatus.SEE_OTHER)
