"""Phones in browsers: `client:<identity>`, on the same machinery as the handsets. JSON in and out.

Every request brings the pass that Homeroom issued (`carrier.softphones`), as `Authorization: Bearer <token>`; 401 says that it is
time for a new one.

| request | what it does |
| --- | --- |
| `GET softphone/state?after=0` | who I am, my call if there is one, and what happened on it after the line `after`. Whoever asks is registered for the next 4 seconds: ask once a second, or calls to this phone find nobody. |
| `POST softphone/calls` `{"to": "+1503…", "wishes": {"conversation": "7"}}` | call out: Homeroom's script for calls from browsers is asked, with `From=client:<identity>`, `To`, and each wish as a field (their names begin with a small letter) |
| `POST softphone/calls/<sid>/answer`, `decline`, `hang_up` | what a person does with a call |
| `POST softphone/calls/<sid>/press` `{"keys": "1"}` | press keys |
| `POST softphone/calls/<sid>/speak` `{"words": "Hola", "language": "es", "sound": "<base64 of a WAV file>"}` | say something, in words or as a sound |

An answer of `state`: `{"identity": "…", "after": 12, "call": {"sid": "CA…", "state": "ringing" | "talking" | "over", "is_inbound": true,
"from": "+1503…", "to": "client:…", "answered_at": 1789000000.5 | null, "status": "in-progress", "label": ""}, "lines": [{"id": 12,
"kind": "said", "words": "Rosa: Hola", "language": "es"}]}`. `is_inbound` is as the phone sees it. Kinds of lines: ring, answer, connected,
heard (the school's script), said (somebody else), spoke (this phone), sound, pressed, joined, mute, unmute, hold, unhold, taped, beep,
trouble, end. A call that is over is shown until the next one.
"""  # noqa: E501  # a table

import base64
import binascii
import hashlib
from typing import Any

import jwt
from flask import Blueprint, Response, g, request
from werkzeug.exceptions import BadRequest, NotFound, Unauthorized

from app.simulator import calls
from app.simulator.call_views import state_of
from app.simulator.calls import CLIENT, INBOUND, Call
from app.simulator.control_api import say_what_is_wrong
from app.simulator.parts import simulator
from app.simulator.placing import is_softphone
from app.simulator.wire import answer, is_web_address

KEYS = "0123456789*#"
MOST_WISHES, LONGEST_WISH = 20, 200

api = Blueprint("softphone_api", __name__, url_prefix="/softphone")
api.register_error_handler(BadRequest, say_what_is_wrong)


@api.after_request
def also_from_elsewhere(response: Response) -> Response:
    """Pages of another origin may ask, too: Homeroom's, where this network stands alone. The pass lets in, no cookie does."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response


@api.before_request
def only_with_a_pass() -> None:
    """Refuse whoever has none, and note who asks."""
    if request.method == "OPTIONS":
        return
    settings = simulator().settings
    wanted: Any = {"algorithms": ["HS256"], "issuer": settings.account_sid, "options": {"require": ["exp"]}}
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        claims = jwt.decode(token, key_of(settings.auth_token), **wanted)
        g.identity = str(claims["grants"]["identity"])
        g.outgoing = str(claims["grants"]["voice"]["outgoing"]["url"])
    except (jwt.InvalidTokenError, KeyError, TypeError) as error:
        raise Unauthorized from error
    if not is_softphone(_address()):
        raise Unauthorized


@api.get("/state")
def state() -> Response:
    """What is new on this phone."""
    after = request.args.get("after", "0")
    if not after.isdigit():
        raise BadRequest("after is a whole number")
    parts = simulator()
    parts.exchange.hold(_address())
    with parts.storage.reading() as connection:
        call = calls.on_the_line(connection, _address()) or next(iter(calls.matching(connection, to=_address(), limit=1)), None)
        lines = calls.lines_of(connection, call.id, after=int(after)) if call else []
    news = [{"id": line.id, "kind": line.kind, "words": line.words, "language": line.language} for line in lines]
    return answer({
        "identity": g.identity, "after": max((line.id for line in lines), default=int(after)), "call": shown(call) if call else None,
        "lines": news,
    })  # fmt: skip


@api.post("/calls")
def call_out() -> Response:
    """Call somebody through the school."""
    given = _body()
    to, wishes = str(given.get("to", "")), given.get("wishes", {})
    if not isinstance(wishes, dict) or len(wishes) > MOST_WISHES or len(to) > LONGEST_WISH:
        raise BadRequest("wishes are an object of at most 20 texts")
    along = {str(name): str(value)[:LONGEST_WISH] for name, value in wishes.items() if str(name)[:1].islower()}
    if not is_web_address(g.outgoing):
        raise BadRequest("the pass names no script for calls from browsers")
    parts = simulator()
    parts.exchange.hold(_address())
    call = parts.exchange.call_in(_address(), to, g.outgoing, along=along)
    return answer(shown(call), 201)


@api.post("/calls/<sid>/<any(answer, decline, hang_up, press, speak):act>")
def act(sid: str, act: str) -> Response:
    """Do something with a call of this phone."""
    exchange, given = simulator().exchange, _body()
    exchange.hold(_address())
    with simulator().storage.reading() as connection:
        call = calls.by_sid(connection, sid)
    if call is None or call.handset != _address():
        raise NotFound
    if act == "press":
        is_done = all(exchange.press(call, key) for key in str(given.get("keys", "")) if key in KEYS)
    elif act == "speak":
        is_done = exchange.speak(call, str(given.get("words", "")), str(given.get("language", "")), sound_in(given))
    elif act == "answer":
        is_done = exchange.answer(call)
    else:
        is_done = exchange.decline(call) if act == "decline" else exchange.hang_up(call, by="phone")
    return answer({"ok": is_done})


def shown(call: Call) -> dict[str, Any]:
    """A call as the phone sees it: what came in at the school went out from here."""
    sender, to = (call.handset, call.school) if call.direction == INBOUND else (call.school, call.handset)
    return {
        "sid": call.sid, "state": state_of(call), "is_inbound": call.direction != INBOUND, "from": sender, "to": to,
        "answered_at": call.answered, "status": call.status, "label": call.label,
    }  # fmt: skip


def sound_in(given: dict[str, Any]) -> bytes | None:
    """A WAV file in what was given. Raises BadRequest."""
    if not given.get("sound"):
        return None
    try:
        return base64.b64decode(str(given["sound"]), validate=True)
    except binascii.Error as error:
        raise BadRequest("sound is base64") from error


def key_of(auth_token: str) -> bytes:
    """What passes are signed with: made of the account's token, which is too short for it."""
    return hashlib.sha256(f"softphone:{auth_token}".encode()).digest()


def _address() -> str:
    return CLIENT + str(g.identity)


def _body() -> dict[str, Any]:
    given: object = request.get_json(silent=True) or {}
    if not isinstance(given, dict):
        raise BadRequest("the body is a JSON object")
    return given
