"""Where the carrier calls. Every call is signed; an unsigned one is answered 403 and leaves nothing behind.

Status callbacks of texts and news of conferences have a door of their own (`status_door`). What a call is to say is asked of the room
that placed it, whose pages `only_from_the_carrier` guards as well.
"""

from http import HTTPStatus

import structlog
from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from app.accounts.permissions import public
from app.carrier import service, voice_news
from app.carrier.forms import BadWebhook, CallForm, InboundForm
from app.carrier.signatures import SignatureCheck
from app.carrier.status_door import MOST_BYTES, not_signed, not_understood
from app.carrier.voice_forms import DetectionForm, RecordingForm, TranscriptForm, TranscriptionForm

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


@bp.post("/voice/<any(recording, transcription, transcript, detection):subject>")
@public
def voice_news_of(subject: str) -> ResponseReturnValue:
    """What is recorded, what was said, what answered."""
    form, query = request.form, request.args
    try:
        if subject == "recording":
            voice_news.record_recording(RecordingForm.of(form, query))
        elif subject == "transcription":
            voice_news.record_transcription(TranscriptionForm.of(form, query))
        elif subject == "transcript":
            voice_news.record_transcript(TranscriptForm.of(form, query))
        else:
            voice_news.record_detection(DetectionForm.of(form, query))
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
