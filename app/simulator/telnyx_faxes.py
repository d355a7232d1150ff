"""Telnyx's Fax API (v2): send, list, look up, cancel, delete, fetch what came."""

import hmac
import time
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from app.simulator import fax_orders, fax_search, faxes, telnyx_shapes
from app.simulator.fax_refusals import FaxRefusal
from app.simulator.fax_search import Wanted
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.parts import simulator
from app.simulator.wire import answer

api = Blueprint("telnyx_faxes", __name__, url_prefix="/telnyx")
KEPT = ("client_state", "from_display_name", "quality", "store_media", "monochrome", "t38_enabled")
QUALITIES = {"normal", "high", "very_high", "ultra_light", "ultra_dark"}
USUAL_PER_PAGE, MOST_PER_PAGE = 20, 250
CODES = {401: "10009", 403: "10010", 404: "10005", 422: "10015", 429: "10011", 500: "10007", 504: "10016"}
TITLES = {
    401: "Authentication failed", 403: "Not allowed", 404: "Resource not found", 422: "Invalid parameter", 429: "Too many requests",
    500: "Unexpected error",
}  # fmt: skip


@api.before_request
def only_for_the_account() -> None:
    """Refuse everybody but the account's owner, except where an address speaks for itself."""
    if request.endpoint == "telnyx_faxes.media":
        return
    expected = f"Bearer {simulator().settings.telnyx_api_key}"
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise FaxRefusal(401, "The API key looks malformed or does not exist")


@api.errorhandler(FaxRefusal)
def say_no(refusal: FaxRefusal) -> Response:
    """The carrier's refusal in its own shape."""
    error: dict[str, Any] = {
        "code": CODES.get(refusal.status, "10000"), "title": TITLES.get(refusal.status, "Refused"), "detail": refusal.words,
    }  # fmt: skip
    if refusal.field:
        error["source"] = {"pointer": f"/{refusal.field}"}
    return answer({"errors": [error]}, refusal.status)


@api.post("/v2/faxes")
def create() -> Response:
    """Send a fax."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise FaxRefusal(422, "The body is a JSON object")
    settings = simulator().settings
    if given.get("connection_id") != settings.telnyx_connection:
        raise FaxRefusal(422, "There is no fax application with this connection_id", "connection_id")
    if given.get("quality", "high") not in QUALITIES:
        raise FaxRefusal(422, f"quality is one of {', '.join(sorted(QUALITIES))}", "quality")
    taken = fax_orders.take(
        FaxOrder(
            faxes.TELNYX, is_inbound=False, machine=str(given.get("to", "")), school=str(given.get("from", "")),
            station=str(given.get("from_display_name") or ""), said={name: given[name] for name in KEPT if name in given},
            callback=str(given.get("webhook_url") or ""),
            source=str(given.get("media_url") or ""), quality="standard" if given.get("quality") == "normal" else "fine",
        )
    )  # fmt: skip
    return taken if isinstance(taken, Response) else answer({"data": telnyx_shapes.shown(taken, settings)}, 202)


@api.get("/v2/faxes")
def listing() -> Response:
    """The newest faxes, by from, to, direction and created_at."""
    args = request.args
    size = min(max(_whole("page[size]", USUAL_PER_PAGE), 1), MOST_PER_PAGE)
    number = max(_whole("page[number]", 1), 1)
    direction = args.get("filter[direction][eq]")
    wanted = Wanted(
        carrier=faxes.TELNYX, is_inbound=None if direction is None else direction == "inbound",
        sender=args.get("filter[from][eq]"), to=args.get("filter[to][eq]"),
        since=_moment("filter[created_at][gte]") or _moment("filter[created_at][gt]"),
        until=_moment("filter[created_at][lt]") or _moment("filter[created_at][lte]"),
    )  # fmt: skip
    with simulator().storage.reading() as connection:
        shown = fax_search.matching(connection, wanted, limit=size, skip=(number - 1) * size)
        total = fax_search.how_many(connection, wanted)
    meta = {"total_results": total, "total_pages": max(1, -(-total // size)), "page_number": number, "page_size": len(shown)}
    return answer({"data": [telnyx_shapes.shown(fax, simulator().settings) for fax in shown], "meta": meta})


@api.get("/v2/faxes/<sid>")
def one(sid: str) -> Response:
    """One fax."""
    return answer({"data": telnyx_shapes.shown(_fax(sid), simulator().settings)})


@api.delete("/v2/faxes/<sid>")
def delete(sid: str) -> Response:
    """Forget one, its document too."""
    fax = _fax(sid)
    with simulator().storage.transaction() as connection:
        faxes.forget_at_carrier(connection, fax)
    return Response(status=204)


@api.post("/v2/faxes/<sid>/actions/cancel")
def cancel(sid: str) -> Response:
    """Call one off that is not over."""
    fax = _fax(sid)
    if fax.is_inbound or simulator().fax_line.cancel(fax) is None:
        raise FaxRefusal(422, "The fax is over and cannot be cancelled", "id")
    return answer({"data": {"result": "ok"}}, 202)


@api.post("/v2/faxes/<sid>/actions/refresh")
def refresh(sid: str) -> Response:
    """Give the address of a document that came another ten minutes."""
    fax = _fax(sid)
    parts = simulator()
    if not fax.is_inbound or fax.status != faxes.RECEIVED:
        raise FaxRefusal(422, "Only the media of a received fax can be refreshed", "id")
    with parts.storage.transaction() as connection:
        faxes.change(connection, fax, media_until=time.time() + parts.settings.media_seconds)
    return answer({"data": {"result": "ok"}})


@api.get("/media/<sid>")
def media(sid: str) -> Response:
    """The document of a fax that came: whoever has the address may fetch it until it ends."""
    parts = simulator()
    until = _whole("until", 0)
    expected = telnyx_shapes.media_signature(sid, until, parts.settings)
    if not hmac.compare_digest(request.args.get("signature", "").encode(), expected.encode()) or until < time.time():
        raise FaxRefusal(403, "Request has expired")
    fax = _fax(sid)
    with parts.storage.reading() as connection:
        document = faxes.document_of(connection, fax)
    if document is None:
        raise FaxRefusal(404, "There is no such document")
    return Response(document, mimetype=fax.content_type)


def _fax(sid: str) -> Fax:
    with simulator().storage.reading() as connection:
        fax = faxes.by_sid(connection, sid)
    if fax is None or fax.carrier != faxes.TELNYX or fax.is_forgotten:
        raise FaxRefusal(404, "The requested resource or URL could not be found.")
    return fax


def _whole(name: str, usual: int) -> int:
    given = request.args.get(name, str(usual))
    if not given.isdigit():
        raise FaxRefusal(422, f"{name} is a whole number", name)
    return int(given)


def _moment(name: str) -> float | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise FaxRefusal(422, f"{given} is not a moment in ISO 8601", name) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
