"""For demo data: hand out phones, own numbers and services, and give them a past. Everything may be said twice.

Under `/_control`, for the same callers as there. Each address takes one JSON object or a list; a wrong one refuses all.
"""

import time
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from app.core import sms
from app.simulator import behaviour, call_behaviour, handsets, mailboxes, messages, numbers
from app.simulator.control_api import only_for_tests, say_what_is_wrong
from app.simulator.handsets import Handset
from app.simulator.messages import NewMessage
from app.simulator.parts import simulator
from app.simulator.wire import answer, is_phone_number, is_sender

api = Blueprint("seeding_api", __name__, url_prefix="/_control")
api.before_request(only_for_tests)
api.register_error_handler(BadRequest, say_what_is_wrong)


def is_text(value: object) -> bool:
    """Whether it is a string."""
    return isinstance(value, str)


def _is_line(value: object) -> bool:
    return value == "" or value in behaviour.LINES or value in call_behaviour.LINES


def objects(needed: dict[str, Callable[[Any], bool]], more: dict[str, Callable[[Any], bool]]) -> list[dict[str, Any]]:
    """The objects of the request, without what is null. Raises BadRequest, naming the field."""
    given: object = request.get_json(silent=True)
    found: list[dict[str, Any]] = []
    for number, one in enumerate(given if isinstance(given, list) else [given]):
        if not isinstance(one, dict):
            raise BadRequest(f"{number}: not an object")
        said = {name: value for name, value in one.items() if value is not None}
        wrong = [name for name in said if name not in needed | more or not (needed | more)[name](said[name])]
        wrong += [name for name in needed if name not in said]
        if wrong:
            raise BadRequest(f"{number}: wrong or missing: {', '.join(wrong)}; needed {', '.join(needed)}, known {', '.join(more)}")
        found.append(said)
    return found


@api.post("/handsets")
def hand_out() -> Response:
    """Add phones or change their holders: {number, name, note, language, line_type, behaviour, rank (0 comes first)}."""
    phones = objects(
        {"number": is_phone_number},
        {
            "name": is_text, "note": is_text, "language": is_text, "line_type": lambda kind: kind in handsets.LINE_TYPES,
            "behaviour": _is_line, "rank": lambda rank: isinstance(rank, int),
        },
    )  # fmt: skip
    with simulator().storage.transaction() as connection:
        for phone in phones:
            handsets.keep(connection, Handset(**phone))
    return answer({"kept": len(phones)})


@api.post("/mailboxes")
def name_mailboxes() -> Response:
    """Say whose mailboxes are: {address, name}. They stand on the page once something is in them."""
    owned = objects({"address": is_text, "name": is_text}, {})
    with simulator().storage.transaction() as connection:
        mailboxes.keep_owners(connection, [(one["address"], one["name"]) for one in owned])
    return answer({"kept": len(owned)})


@api.post("/services")
def found_services() -> Response:
    """Make services with ids of your own: {sid, name, inbound_url, status_callback}."""
    services = objects({"sid": is_text}, dict.fromkeys(("name", "inbound_url", "status_callback"), is_text))
    with simulator().storage.transaction() as connection:
        for service in services:
            numbers.found_service(connection, at=time.time(), **{"name": service["sid"]} | service)
    return answer({"kept": len(services)})


@api.post("/numbers")
def own_numbers() -> Response:
    """Give the account numbers: {number, name, sms_url, voice_url, status_callback, service_sid}."""
    more = ("name", "sms_url", "voice_url", "status_callback", "service_sid")
    owned = objects({"number": is_sender}, dict.fromkeys(more, is_text))
    with simulator().storage.transaction() as connection:
        for number in owned:
            numbers.own(connection, at=time.time(), **number)
    return answer({"kept": len(owned)})


@api.post("/opt_outs")
def opt_out() -> Response:
    """Phones that said STOP long ago: {handset, school}; without `school`, to every number the account has now."""
    stops = objects({"handset": is_phone_number}, {"school": is_sender})
    with simulator().storage.transaction() as connection:
        everybody = {number.scope for number in numbers.owned(connection, limit=10_000)}
        for stop in stops:
            known = numbers.by_number(connection, stop["school"]) if "school" in stop else None
            scopes = everybody if "school" not in stop else {known.scope if known else stop["school"]}
            for scope in scopes:
                handsets.opt_out(connection, stop["handset"], scope, time.time())
    return answer({"kept": len(stops)})


@api.post("/past")
def remember() -> Response:
    """Texts of the past, oldest first: {handset, school, body, at (seconds since 1970), is_inbound}. No webhook is called."""
    texts = objects(
        {"handset": is_phone_number, "school": is_sender, "body": is_text, "at": lambda at: isinstance(at, int | float)},
        {"is_inbound": lambda value: isinstance(value, bool)},
    )
    with simulator().storage.transaction() as connection:
        owned = {number.number: number for number in numbers.owned(connection, limit=10_000)}
        for text in texts:
            is_inbound = text.get("is_inbound", False)
            number = owned.get(text["school"])
            messages.add(
                connection,
                NewMessage(
                    "inbound" if is_inbound else "outbound-api", text["handset"], text["school"], text["body"],
                    max(1, sms.measure(text["body"]).segments), "received" if is_inbound else "delivered", float(text["at"]),
                    service_sid=number.service_sid if number else None,
                ),
            )  # fmt: skip
    return answer({"kept": len(texts)})
