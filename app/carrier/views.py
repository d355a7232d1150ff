"""Where the carrier calls. Every call is signed; an unsigned one is answered 403 and leaves nothing behind.

Status callbacks of texts have a door of their own (`status_door`). What a call is to say is asked of the room that placed it, whose
pages `only_from_the_carrier` guards as well.
"""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.carrier import service
from app.carrier.forms import BadWebhook, CallForm, InboundForm
from app.carrier.signatures import SignatureCheck
from app.carrier.status_door import MOST_BYTES, not_signed, not_understood

log = structlog.get_logger()

bp = Blueprint("carrier", __name__, url_prefix="/webhooks/twilio")

NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def only_from_the_carrier() -> ResponseReturnValue | None:
    """Refuse what is not signed with the account's token for our public address."""
    request.max_content_length = MOST_BYTES
    check: SignatureCheck = current_app.extensions["signature_check"]
    if check.passes(request):
        return None
    return not_signed(request.endpoint)


bp.before_request(only_from_the_carrier)


@bp.post("/voice/status")
@public
def call_status() -> ResponseReturnValue:
    """How far a call is."""
    try:
        service.record_call_news(CallForm.of(request.form, request.args))
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    return Response(status=HTTPStatus.NO_CONTENT)


@bp.post("/messages")
@public
def inbound() -> ResponseReturnValue:
    """A text for one of our numbers."""
    try:
        service.record_inbound(InboundForm.of(request.form))
    except BadWebhook as error:
        return not_understood(error, request.endpoint)
    except service.NotOurNumber:
        log.warning("carrier.inbound_for_unknown_number")
        return Response(NO_ANSWER, HTTPStatus.NOT_FOUND, mimetype="text/xml")
    return Response(NO_ANSWER, mimetype="text/xml")
