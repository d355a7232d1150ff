"""For tests and demo data: be a fax machine, hand machines out, look at every fax. Under `/_control`, for the same callers as there."""

import base64
import binascii
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from app.simulator import fax_behaviour, fax_machines, fax_paper, fax_posts, fax_search
from app.simulator.control_api import only_for_tests, say_what_is_wrong
from app.simulator.fax_machines import Machine
from app.simulator.fax_paper import NotADocument
from app.simulator.fax_search import Wanted
from app.simulator.fax_sending import Letter, send, send_as_it_is
from app.simulator.faxes import Fax
from app.simulator.parts import simulator
from app.simulator.seeding_api import is_text, objects
from app.simulator.wire import answer, is_phone_number

control = Blueprint("fax_control", __name__, url_prefix="/_control")
control.before_request(only_for_tests)
control.register_error_handler(BadRequest, say_what_is_wrong)
MOST_SHOWN = 1000
CHOICES = ("is_fine", "kind", "is_hidden", "has_head")


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


@control.post("/fax_numbers")
def take_faxes_at() -> Response:
    """Say at which of its numbers the school takes faxes: {number}."""
    said = objects({"number": is_phone_number}, {})
    with simulator().storage.transaction() as connection:
        for one in said:
            fax_machines.keep_number(connection, one["number"])
    return answer({"kept": len(said)})


@control.post("/fax_machines/<number>/faxes")
def send_as_machine(number: str) -> Response:
    """The machine sends the school {to, documents: [base64, …]} as it would, {is_fine, kind (pdf, tiff-g3, tiff-g4), is_hidden, has_head}.

    With {as_it_is: its type, pages} the first one comes to lie at the carrier byte for byte, also what is no document at all.
    """
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadRequest("the body is a JSON object")
    to = str(given.get("to", ""))
    if not is_phone_number(number) or not is_phone_number(to):
        raise BadRequest("a fax goes from a number in E.164 to one (`to`)")
    if given.get("kind", fax_paper.PDF) not in fax_paper.KINDS:
        raise BadRequest(f"kind is one of {', '.join(fax_paper.KINDS)}")
    try:
        documents = tuple(("", base64.b64decode(str(one), validate=True)) for one in given.get("documents", []))
        if not documents:
            raise BadRequest("documents are missing")
        letter = Letter(number, to, documents, **{name: given[name] for name in CHOICES if name in given})
        kind = given.get("as_it_is")
        fax = send_as_it_is(letter, content_type=str(kind), pages=given.get("pages")) if kind else send(letter)
    except binascii.Error as error:
        raise BadRequest("documents are base64") from error
    except NotADocument as refusal:
        raise BadRequest(refusal.failure) from refusal
    return answer(_shown(fax), 201)


@control.get("/faxes")
def listing() -> Response:
    """Every fax, newest first, with what the school was told of it: filter by machine, school, status."""
    args = request.args
    wanted = Wanted(machine=args.get("machine"), school=args.get("school"), statuses=(args["status"],) if "status" in args else None)
    with simulator().storage.reading() as connection:
        found = fax_search.matching(connection, wanted, limit=MOST_SHOWN)
        shown = [_shown(fax) | {"posts": [dict(row) for row in fax_posts.of_fax(connection, fax)]} for fax in found]
    return answer({"faxes": shown})


def _shown(fax: Fax) -> dict[str, Any]:
    return asdict(fax) | {"sender": fax.sender, "to": fax.to, "seconds": fax.seconds}
