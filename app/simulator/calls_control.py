"""For tests: everything that happened on calls, and being the person at a phone."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, NotFound

from app.simulator import call_posts, calls, incoming
from app.simulator.calls import Call
from app.simulator.control_api import only_for_tests, say_what_is_wrong
from app.simulator.parts import simulator
from app.simulator.placing import is_softphone
from app.simulator.softphone_api import sound_in
from app.simulator.wire import answer, is_phone_number

KEYS = "0123456789*#"

control = Blueprint("calls_control", __name__, url_prefix="/_control")
control.before_request(only_for_tests)
control.register_error_handler(BadRequest, say_what_is_wrong)


@control.get("/calls")
def everything() -> Response:
    """Calls, newest first, with what happened on them and what the school was told: filter by to, from, status; `limit`."""
    args = request.args
    if not args.get("limit", "1000").isdigit():
        raise BadRequest("limit is a whole number")
    with simulator().storage.reading() as connection:
        found = calls.matching(
            connection, to=args.get("to"), sender=args.get("from"), status=args.get("status"), limit=int(args.get("limit", "1000"))
        )
        described = [
            _without_inside(call)
            | {
                "lines": [asdict(line) for line in calls.lines_of(connection, call.id)],
                "told": [dict(row) for row in call_posts.of_call(connection, call.id)],
            }
            for call in found
        ]
    return answer({"calls": described})


def _without_inside(call: Call) -> dict[str, Any]:
    return {name: value for name, value in asdict(call).items() if name not in {"script", "gather", "claim"}}


@control.post("/handsets/<number>/calls")
def call_the_school(number: str) -> Response:
    """The handset calls a number of the school: {to}."""
    to = str((request.get_json(silent=True) or {}).get("to", ""))
    if not is_phone_number(number) or not is_phone_number(to):
        raise BadRequest("a call goes from a number in E.164 to one (`to`)")
    return answer({"sid": incoming.call_school(number, to).sid}, 201)


@control.post("/handsets/<number>/call/<act>")
def be_a_person(number: str, act: str) -> Response:
    """Act on the call of a phone.

    hold (as if its page were open), let_go, answer, voicemail, decline, hang_up, press {"keys": "1"},
    speak {"words": "Hola", "language": "es", "sound": "a WAV file in base64"}.
    """
    exchange = simulator().exchange
    if not is_phone_number(number) and not is_softphone(number):
        raise BadRequest("the phone's number is in E.164")
    if act in {"hold", "let_go"}:
        (exchange.hold if act == "hold" else exchange.let_go)(number)
        return answer({"ok": True})
    with simulator().storage.reading() as connection:
        call = calls.on_the_line(connection, number)
    if call is None:
        raise NotFound
    given: Any = request.get_json(silent=True) or {}
    acts = {
        "press": lambda: all(exchange.press(call, key) for key in str(given.get("keys", "")) if key in KEYS),
        "answer": lambda: exchange.answer(call),
        "voicemail": lambda: exchange.answer(call, by="voicemail"),
        "decline": lambda: exchange.decline(call),
        "hang_up": lambda: exchange.hang_up(call, by="phone"),
        "speak": lambda: exchange.speak(call, str(given.get("words", "")), str(given.get("language", "")), sound_in(given)),
    }
    if act not in acts:
        raise BadRequest(f"{act} is not among hold, let_go, {', '.join(acts)}")
    return answer({"ok": acts[act]()})
