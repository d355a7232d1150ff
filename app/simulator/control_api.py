"""For tests: count what the network got, set what goes wrong, text as a handset, start over.

Under `/_control`, JSON in and out. It wants the control token (`Authorization: Bearer …`) where one is set; without one
it answers only callers on this machine that no proxy stands in front of.
"""

import base64
import binascii
import hmac
import time
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, Forbidden

from app.simulator import handsets, inbound, jobs, media, messages
from app.simulator.messages import Message, Wanted
from app.simulator.parts import simulator
from app.simulator.wire import answer, is_phone_number

api = Blueprint("control_api", __name__, url_prefix="/_control")
LOOPBACK = {"127.0.0.1", "::1"}
LONGEST_SETTLING = 60.0


@api.before_request
def only_for_tests() -> None:
    """Refuse strangers."""
    token = simulator().settings.control_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        allowed = hmac.compare_digest(given.encode(), token.encode())
    else:
        is_behind_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
        is_from_elsewhere = request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
        allowed = request.remote_addr in LOOPBACK and not is_behind_proxy and not is_from_elsewhere
    if not allowed:
        raise Forbidden


@api.errorhandler(BadRequest)
def say_what_is_wrong(error: BadRequest) -> Response:
    """A wrong request, in a sentence."""
    return answer({"error": error.description}, 400)


@api.get("/")
def summary() -> Response:
    """Counts: messages by direction and status, refusals by code, sends in progress, plans not yet over, webhooks made."""
    parts = simulator()
    with parts.storage.reading() as connection:
        rows = connection.execute("SELECT direction, status, COUNT(*) AS n FROM messages GROUP BY direction, status")
        counts = [dict(row) for row in rows]
        attempts = connection.execute("SELECT COUNT(*) FROM attempts WHERE url <> ''").fetchone()[0]
        pending = jobs.how_many(connection)
        phones = handsets.how_many(connection)
    traffic = parts.network.traffic
    return answer({
        "messages": counts, "outbound": sum(c["n"] for c in counts if c["direction"] == "outbound-api"),
        "refused": dict(traffic.refused), "in_progress": traffic.now, "most_at_once": traffic.most, "pending": pending,
        "webhooks": attempts,
        "handsets": phones,
    })  # fmt: skip


@api.get("/messages")
def listing() -> Response:
    """Messages, newest first, with their history: filter by to, from, body, status, direction; `limit`, `before` (an id)."""
    with simulator().storage.reading() as connection:
        found = messages.matching(connection, _wanted(), before=_whole("before", None), limit=_whole("limit", 1000) or 1)
        shown = [_shown(message) | {"history": [dict(row) for row in messages.history(connection, message.id)]} for message in found]
    return answer({"messages": shown})


@api.get("/messages/count")
def count() -> Response:
    """How many messages fit the same filters."""
    with simulator().storage.reading() as connection:
        return answer({"count": messages.how_many(connection, _wanted())})


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        to=args.get("to"), sender=args.get("from"), body=args.get("body"), status=args.get("status"),
        direction=args.get("direction"),
    )  # fmt: skip


def _whole(name: str, usual: int | None) -> int | None:
    given = request.args.get(name)
    if given is None:
        return usual
    if not given.isdigit():
        raise BadRequest(f"{name} is a whole number")
    return int(given)


def _shown(message: Message) -> dict[str, Any]:
    return asdict(message) | {"to": message.recipient, "from": message.sender}


@api.get("/webhooks")
def webhooks() -> Response:
    """The calls made to the school, oldest first, after the attempt id `after`; `message` (a sid) narrows them."""
    with simulator().storage.reading() as connection:
        rows = connection.execute(
            "SELECT attempts.*, messages.sid FROM attempts JOIN messages ON messages.id = message_id"
            " WHERE attempts.id > ? AND (? IS NULL OR messages.sid = ?) ORDER BY attempts.id LIMIT 1000",
            (_whole("after", 0), request.args.get("message"), request.args.get("message")),
        ).fetchall()
    return answer({"webhooks": [dict(row) for row in rows]})


@api.post("/reset")
def reset() -> Response:
    """Forget all texts and let everything work again; `{"everything": true}` forgets numbers and handsets too."""
    parts = simulator()
    parts.storage.forget(everything=bool(_body().get("everything")))
    parts.network.clear_faults()
    parts.network.traffic.forget()
    return answer({"ok": True})


@api.post("/settle")
def settle() -> Response:
    """Wait until the story of every text, call and fax is over, at most `{"seconds": 10}`; `settled` says whether it is."""
    seconds = min(float(_body().get("seconds", 10)), LONGEST_SETTLING)
    parts = simulator()
    parts.post_office.open()
    parts.exchange.open()
    parts.fax_line.open()
    end = time.monotonic() + seconds
    is_settled = parts.post_office.settle(seconds) and parts.exchange.settle(max(end - time.monotonic(), 0.05))
    is_settled = is_settled and parts.fax_line.settle(max(end - time.monotonic(), 0.05))
    return answer({"settled": is_settled})


@api.get("/settings")
def settings() -> Response:
    """What goes wrong at the moment."""
    return answer(asdict(simulator().network.faults))


@api.post("/settings")
def change_settings() -> Response:
    """Change some of it."""
    try:
        return answer(asdict(simulator().network.change_faults(_body())))
    except ValueError as error:
        raise BadRequest(str(error)) from error


@api.get("/handsets")
def directory() -> Response:
    """The phones that have a known holder; `q` searches name, note and number."""
    with simulator().storage.reading() as connection:
        found = handsets.found(connection, request.args.get("q", ""), _whole("limit", 100) or 1)
    return answer({"handsets": [asdict(handset) for handset in found]})


@api.post("/handsets/<number>/switches")
def turn(number: str) -> Response:
    """Turn is_off, is_slow or does_not_answer on or off."""
    with simulator().storage.transaction() as connection:
        for switch, on in _body().items():
            if switch not in handsets.SWITCHES or not isinstance(on, bool):
                raise BadRequest(f"switches are {', '.join(handsets.SWITCHES)}, each true or false")
            handsets.turn(connection, number, switch, on=on)
        return answer(asdict(handsets.by_number(connection, number)))


@api.post("/handsets/<number>/texts")
def text(number: str) -> Response:
    """The handset texts the school: {to, body, media: [base64, …]}."""
    given = _body()
    to = str(given.get("to", ""))
    if not is_phone_number(number) or not is_phone_number(to):
        raise BadRequest("a text goes from a number in E.164 to one (`to`)")
    try:
        files = [base64.b64decode(str(one), validate=True) for one in given.get("media", [])]
    except binascii.Error as error:
        raise BadRequest("media are base64") from error
    uploads = tuple(inbound.Upload(file, media.type_of(file) or "application/octet-stream") for file in files)
    parts = simulator()
    message_ = inbound.send(parts.network, number, to, str(given.get("body", "")), uploads)
    parts.post_office.wake()
    return answer(_shown(message_), 201)


def _body() -> dict[str, Any]:
    given: object = request.get_json(silent=True)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadRequest("the body is a JSON object")
    return given
