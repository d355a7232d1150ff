"""Where carriers tell us of faxes. What is forged is answered 403 and leaves nothing behind; a repetition changes nothing."""

import json
from http import HTTPStatus
from typing import cast

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.carrier import fax_news, fax_values, telnyx_faxes
from app.carrier.fax_choice import faxes_of, telnyx_key_of
from app.carrier.fax_signatures import is_from_sinch, is_from_telnyx
from app.carrier.faxes import CarrierFax
from app.carrier.forms import BadWebhook
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.carrier.service import NotOurNumber
from app.carrier.status_door import MOST_BYTES, not_signed, not_understood
from app.config import Settings
from app.core.database import release_connection

log = structlog.get_logger()

MOST_WITH_A_FILE = 64 * 1024 * 1024
"""Sinch sends the document along, which is not used: it is fetched."""

bp = Blueprint("carrier_fax", __name__, url_prefix="/webhooks/fax")


@bp.post("/telnyx")
@public
def telnyx() -> ResponseReturnValue:
    """News of a fax, signed with the key of the account."""
    request.max_content_length = MOST_BYTES
    key, body = telnyx_key_of(current_app.extensions["settings"]), request.get_data()
    if key is None or not is_from_telnyx(request.headers, body, key):
        return not_signed(request.endpoint)
    try:
        event = fax_values.dictionary(_content(body).get("data"), "data")
        if not str(event.get("event_type")).startswith("fax."):
            return Response(status=HTTPStatus.NO_CONTENT)
        return _tell(telnyx_faxes.read(event.get("payload"), at=fax_values.moment(event.get("occurred_at"))))
    except BadWebhook as error:
        return not_understood(error, request.endpoint)


@bp.post("/sinch")
@public
def sinch() -> ResponseReturnValue:
    """News of a fax, which says only which one: what became of it is asked at the carrier before it is believed."""
    settings: Settings = current_app.extensions["settings"]
    request.max_content_length = MOST_WITH_A_FILE
    shown = request.authorization
    if settings.fax_carrier != "sinch" or not is_from_sinch(shown.password if shown else None, settings.sinch_webhook_token):
        return not_signed(request.endpoint)
    try:
        provider_id = fax_values.fax_id(_told_by_sinch().get("id"))
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    release_connection()
    carrier = faxes_of(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # the documented way
    try:
        fax = carrier.look_up(provider_id) if carrier else None
    except CarrierRefused as refusal:
        log.warning("carrier.fax_not_known", provider_id=provider_id, code=refusal.code)
        return not_signed(request.endpoint)
    except CarrierFailed:
        return Response("Come again in a moment.", HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")
    return _tell(fax) if fax else not_signed(request.endpoint)


def _told_by_sinch() -> dict[str, object]:
    """The fax that the news is about: JSON, or a form with the document beside it. Raises BadWebhook."""
    if request.mimetype == "multipart/form-data":
        return _content(request.form.get("fax", "").encode())
    return fax_values.dictionary(_content(request.get_data()).get("fax"), "fax")


def _content(body: bytes) -> dict[str, object]:
    try:
        return fax_values.dictionary(json.loads(body), "body")
    except (ValueError, RecursionError):
        raise BadWebhook("body") from None


def _tell(fax: CarrierFax) -> Response:
    try:
        fax_news.record(fax)
    except NotOurNumber:
        log.warning("carrier.fax_for_unknown_number")
        return Response("No such number here.", HTTPStatus.NOT_FOUND, mimetype="text/plain")
    return Response(status=HTTPStatus.NO_CONTENT)
