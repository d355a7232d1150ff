"""For tests and demo data: be a fax machine, hand machines out, look at every fax. Under `/_control`, for the same callers as there."""

import base64
import binascii
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from app.simulator import fax_behaviour, fax_machines, fax_posts, faxes
from app.simulator.control_api import only_for_tests, say_what_is_wrong
from app.simulator.fax_machines import Machine
from app.simulator.fax_sending import Letter, send
from app.simulator.faxes import Fax, Wanted
from app.simulator.parts import simulator
from app.simulator.seeding_api import is_text, objects
from app.simulator.wire import answer, is_phone_number

control = Blueprint("fax_control", __name__, url_prefix="/_control")
control.before_request(only_for_tests)
control.register_error_handler(BadRequest, say_what_is_wrong)
MOST_SHOWN = 1000


@control.post("/fax_machines")
def hand_out() -> Response:
    """Add machines or change them: {number, name, station, note, behaviour, rank (0 comes first)}."""
    machines = objects(
        {"number": is_phone_number},
        {
            "name": is_text, "station": is_text, "note": is_text,
            "behaviour": lambda line: line == "" or line in fax_behaviour.LINES, "rank": lambda rank: isinstance(rank, int),
        },
    )  # fmt: skip
    with simulator().storage.transaction() as connection:
        for machine in machines:
            fax_machines.keep(connection, Machine(**machine))
    return answer({"kept": len(machines)})


@control.post("/fax_machines/<number>/faxes")
def send_as_machine(number: str) -> Response:
    """The machine sends the school a document: {to, document: base64, station, is_hidden}."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadRequest("the body is a JSON object")
    to = str(given.get("to", ""))
    if not is_phone_number(number) or not is_phone_number(to):
        raise BadRequest("a fax goes from a number in E.164 to one (`to`)")
    try:
        document = base64.b64decode(str(given.get("document", "")), validate=True)
    except binascii.Error as error:
        raise BadRequest("document is base64") from error
    letter = Letter(number, to, document, station=given.get("station"), is_hidden=bool(given.get("is_hidden")))
    return answer(_shown(send(letter)), 201)


@control.get("/faxes")
def listing() -> Response:
    """Every fax, newest first, with what the school was told of it: filter by machine, school, status."""
    args = request.args
    wanted = Wanted(machine=args.get("machine"), school=args.get("school"), status=args.get("status"))
    with simulator().storage.reading() as connection:
        found = faxes.matching(connection, wanted, limit=MOST_SHOWN)
        shown = [_shown(fax) | {"posts": [dict(row) for row in fax_posts.of_fax(connection, fax)]} for fax in found]
    return answer({"faxes": shown})


def _shown(fax: Fax) -> dict[str, Any]:
    return asdict(fax) | {"sender": fax.sender, "to": fax.to, "seconds": fax.seconds}
