"""Sinch's Fax API (v3): send, list, look up, fetch what came, delete a document. A fax cannot be called off there."""

import base64
import hmac
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import fax_orders, fax_search, faxes, sinch_shapes
from app.simulator.fax_refusals import FaxRefusal
from app.simulator.fax_search import Wanted
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.parts import simulator
from app.simulator.wire import answer

api = Blueprint("sinch_faxes", __name__, url_prefix="/sinch/v3/projects/<project>")
USUAL_PER_PAGE, MOST_PER_PAGE = 100, 1000
MOST_RETRIES = 5


@api.url_value_preprocessor
def only_for_the_project(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Refuse everybody but the project's owner."""
    settings = simulator().settings
    expected = "Basic " + base64.b64encode(f"{settings.sinch_key}:{settings.sinch_secret}".encode()).decode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise FaxRefusal(401, "The key or its secret is wrong")
    if (values or {}).pop("project", "") != settings.sinch_project:
        raise FaxRefusal(403, "The key does not belong to this project")


@api.errorhandler(FaxRefusal)
def say_no(refusal: FaxRefusal) -> Response:
    """The carrier's refusal in its own shape."""
    details = [{"type": "BadRequest", "fieldViolations": [{"field": refusal.field, "description": refusal.words}]}] if refusal.field else []
    status = HTTPStatus(refusal.status)
    error = {"code": refusal.status, "message": refusal.words, "status": status.name, "details": details}
    return answer({"error": error}, refusal.status)


@api.post("/faxes")
def create() -> Response:
    """Send a fax: one document, by its address."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise FaxRefusal(422, "The body is a JSON object: this simulated network takes documents by their address")
    retries = given.get("maxRetries", 0)
    if not isinstance(retries, int) or not 0 <= retries <= MOST_RETRIES:
        raise FaxRefusal(422, f"maxRetries is between 0 and {MOST_RETRIES}", "maxRetries")
    if retries:
        raise FaxRefusal(422, "This simulated network tries once: say maxRetries 0", "maxRetries")
    order = FaxOrder(
        faxes.SINCH, is_inbound=False, machine=_only(given.get("to"), "to"), school=str(given.get("from") or ""),
        station=str(given.get("headerText") or "").strip("-"),
        said={name: given[name] for name in sinch_shapes.GIVEN_BACK if name in given},
        callback=str(given.get("callbackUrl") or ""), source=_only(given.get("contentUrl"), "contentUrl"),
    )  # fmt: skip
    taken = fax_orders.take(order)
    return taken if isinstance(taken, Response) else answer(sinch_shapes.shown(taken, simulator().settings))


def _only(given: object, field: str) -> str:
    several = given if isinstance(given, list) else [given]
    if len(several) != 1 or not isinstance(several[0], str):
        raise FaxRefusal(422, f"This simulated network wants one {field} for each fax", field)
    return several[0]


@api.get("/faxes")
def listing() -> Response:
    """The newest faxes, by from, to (how they begin), direction, status and createTime."""
    args = request.args
    size = min(max(_whole("pageSize", USUAL_PER_PAGE), 1), MOST_PER_PAGE)
    number = max(_whole("page", 1), 1)
    since, until = _moments()
    wanted = Wanted(
        carrier=faxes.SINCH, is_inbound=None if "direction" not in args else args["direction"] == "INBOUND",
        sender=_number("from"), to=_number("to"), begins=True, statuses=_statuses(), since=since, until=until,
    )  # fmt: skip
    with simulator().storage.reading() as connection:
        shown = fax_search.matching(connection, wanted, limit=size, skip=(number - 1) * size)
        total = fax_search.how_many(connection, wanted)
    return answer({
        "faxes": [sinch_shapes.shown(fax, simulator().settings) for fax in shown], "pageNumber": number, "pageSize": size,
        "totalItems": total, "totalPages": -(-total // size),
    })  # fmt: skip


def _statuses() -> tuple[str, ...] | None:
    wanted = request.args.get("status")
    return None if wanted is None else tuple(ours for ours, theirs in sinch_shapes.STATUSES.items() if theirs == wanted)


@api.get("/faxes/<sid>")
def one(sid: str) -> Response:
    """One fax."""
    return answer(sinch_shapes.shown(_fax(sid), simulator().settings))


@api.get("/faxes/<sid>/file")
@api.get("/faxes/<sid>/file.pdf")
def file(sid: str) -> Response:
    """Its document."""
    fax = _fax(sid)
    with simulator().storage.reading() as connection:
        document = faxes.document_of(connection, fax) if fax.is_over or not fax.is_inbound else None
    if document is None:
        raise FaxRefusal(404, "The file of this fax is not available")
    return Response(document, mimetype=fax.content_type)


@api.delete("/faxes/<sid>/file")
def delete(sid: str) -> Response:
    """Forget its document; that there was a fax stays in the books."""
    fax = _fax(sid)
    with simulator().storage.transaction() as connection:
        faxes.forget_at_carrier(connection, fax, whole=False)
    return Response(status=204)


def _fax(sid: str) -> Fax:
    with simulator().storage.reading() as connection:
        fax = faxes.by_sid(connection, sid)
    if fax is None or fax.carrier != faxes.SINCH or fax.is_forgotten:
        raise FaxRefusal(404, "The resource is not found, not available, or does not exist.")
    return fax


def _number(name: str) -> str | None:
    """A number of the query; a plus sign that was not encoded is a space there."""
    given = request.args.get(name, "").strip()
    return given if given.startswith("+") else f"+{given}" if given else None


def _whole(name: str, usual: int) -> int:
    given = request.args.get(name, str(usual))
    if not given.isdigit():
        raise FaxRefusal(422, f"{name} is a whole number", name)
    return int(given)


def _moments() -> tuple[float | None, float | None]:
    """From and until when: `createTime>` and `createTime<`, or the day that `createTime` names."""
    since = _moment(request.args.get("createTime>"))
    until = _moment(request.args.get("createTime<"))
    day = _moment(request.args.get("createTime"))
    if day is not None:
        return day, day + timedelta(days=1).total_seconds()
    return since, until


def _moment(given: str | None) -> float | None:
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise FaxRefusal(422, f"{given} is not a moment in ISO 8601", "createTime") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
