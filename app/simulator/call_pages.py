"""The handset in a call: call the school, or hear it ring; answer, speak, press keys, hang up, be busy, or let the voicemail have it."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from app.core.htmx import wants_block
from app.simulator import call_views, calls, handsets, incoming, phone_views
from app.simulator.call_behaviour import VOICEMAIL
from app.simulator.calls import Call
from app.simulator.handset_pages import number_of, only_from_this_page, page_of, whole, zone_of
from app.simulator.parts import simulator
from app.simulator.wire import is_phone_number

MOST_SOUND = 5 * 1024 * 1024

pages = Blueprint("calls", __name__)
pages.before_request(only_from_this_page)


@pages.get("/phones/<number>/ring")
def ring(number: str) -> Response:
    """Asked once a second by the page of a phone: whoever looks at it has it in hand. Leads to the call that comes in."""
    parts = simulator()
    parts.exchange.hold(number_of(number))
    with parts.storage.reading() as connection:
        call = calls.on_the_line(connection, number)
    response = Response(status=204)
    if call is not None:
        response.headers["HX-Redirect"] = url_for(".show", number=number, sid=call.sid)
    return response


@pages.post("/phones/<number>/calls")
def call_school(number: str) -> Answer:
    """The handset calls a number of the school."""
    school = request.form.get("school", "")
    if not is_phone_number(school):
        raise NotFound
    simulator().exchange.hold(number_of(number))
    call = incoming.call_school(number, school)
    return redirect(url_for(".show", number=number, sid=call.sid), 303)


@pages.get("/phones/<number>/calls/<sid>")
def show(number: str, sid: str) -> str:
    """A call on a phone, ringing, in progress or over."""
    parts = simulator()
    parts.exchange.hold(number_of(number))
    call = _call(number, sid)
    with parts.storage.reading() as connection:
        handset = handsets.by_number(connection, number)
        heard = call_views.captions(connection, call)
        lines = call_views.feed(connection, call, zone_of(handset))
        name = phone_views.name_of(connection, call.school)
    return page_of(
        handset, "simulator/call.html", call=call, is_machine=call_views.is_machine(call),
        captions=heard, feed=lines, keypad=call_views.KEYPAD, school=call.school, school_name=name, **_upto(call, heard, lines),
    )  # fmt: skip


@pages.get("/phones/<number>/calls/<sid>/news")
def news(number: str, sid: str) -> Response:
    """What is new on a call since the line `after` and the news `told`; the whole page again when its screen changes."""
    parts = simulator()
    parts.exchange.hold(number_of(number))
    call = _call(number, sid)
    if call_views.state_of(call) != request.args.get("state"):
        return Response(status=204, headers={"HX-Refresh": "true"})
    with parts.storage.reading() as connection:
        heard = call_views.captions(connection, call, after=whole("after"))
        lines = call_views.feed(connection, call, zone_of(handsets.by_number(connection, number)), after=whole("told"))
    if not heard and not lines:
        return Response(status=204)
    upto = _upto(call, heard, lines, after=whole("after"), told=whole("told"))
    return make_response(render_template("simulator/_call_news.html", number=number, call=call, captions=heard, feed=lines, **upto))


@pages.post("/phones/<number>/calls/<sid>")
def act(number: str, sid: str) -> Answer:
    """Do something with a call: `act` is answer, voicemail, decline, speak or hang_up, or `key` is pressed."""
    exchange, call = simulator().exchange, _call(number_of(number), sid)
    wanted, key = request.form.get("act", ""), request.form.get("key", "")
    if key in {one for one, _letters in call_views.KEYPAD}:
        exchange.press(call, key)
    elif wanted in {"answer", "voicemail"}:
        exchange.answer(call, **({"by": VOICEMAIL} if wanted == "voicemail" else {}))
    elif wanted == "decline":
        exchange.decline(call)
    elif wanted == "speak":
        file = request.files.get("sound")
        sound = file.stream.read(MOST_SOUND) if file is not None and file.filename else None
        words = request.form.get("words", "").strip()
        if words or sound:
            exchange.speak(call, words, sound=sound)
    elif wanted == "hang_up":
        exchange.hang_up(call, by="phone")
    else:
        raise NotFound
    if wants_block():
        return Response(status=204, headers={"HX-Trigger": "acted"})
    return redirect(url_for(".show", number=number, sid=sid), 303)


def _upto(call: Call, heard: list[Any], lines: list[Any], *, after: int = 0, told: int = 0) -> dict[str, Any]:
    """Where the next question for news goes on."""
    return {
        "state": call_views.state_of(call),
        "after": max((line.id for line in heard), default=after),
        "told": max((line.id for line in lines), default=told),
    }


def _call(number: str, sid: str) -> Call:
    with simulator().storage.reading() as connection:
        call = calls.by_sid(connection, sid)
    if call is None or call.handset != number:
        raise NotFound
    return call
