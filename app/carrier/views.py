"""Where the carrier calls. Every call is signed; an unsigned one is answered 403 and leaves nothing behind."""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.carrier import service
from app.carrier.callback_inbox import CallbackInbox, NotKept
from app.carrier.forms import BadWebhook, InboundForm, StatusForm
from app.carrier.signatures import SignatureCheck

log = structlog.get_logger()

bp = Blueprint("carrier", __name__, url_prefix="/webhooks/twilio")

MOST_BYTES = 256 * 1024
NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@bp.before_request
def only_from_the_carrier() -> ResponseReturnValue | None:
    """Refuse what is not signed with the account's token for our public address."""
    request.max_content_length = MOST_BYTES
    check: SignatureCheck = current_app.extensions["signature_check"]
    if check.passes(request):
        return None
    log.warning("carrier.webhook_not_signed", endpoint=request.endpoint, hint="PUBLIC_URL and the account's token must be the carrier's")
    return Response("The signature does not fit.", HTTPStatus.FORBIDDEN, mimetype="text/plain")


@bp.post("/messages")
@public
def inbound() -> ResponseReturnValue:
    """A text for one of our numbers."""
    try:
        service.record_inbound(InboundForm.of(request.form))
    except BadWebhook as error:
        return _bad(error)
    except service.NotOurNumber:
        log.warning("carrier.inbound_for_unknown_number")
        return Response(NO_ANSWER, HTTPStatus.NOT_FOUND, mimetype="text/xml")
    return Response(NO_ANSWER, mimetype="text/xml")


@bp.post("/status")
@public
def status() -> ResponseReturnValue:
    """News of a text of ours; it is applied a moment later, in batches."""
    inbox: CallbackInbox = current_app.extensions["callback_inbox"]
    try:
        inbox.keep(StatusForm.of(request.form, request.args))
    except BadWebhook as error:
        return _bad(error)
    except NotKept:
        return Response("Come again in a moment.", HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")
    return Response(status=HTTPStatus.NO_CONTENT)


def _bad(error: BadWebhook) -> Response:
    log.warning("carrier.bad_webhook", endpoint=request.endpoint, field=str(error))
    return Response(f"Not understood: {error}", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
