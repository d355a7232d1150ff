"""The way in for status callbacks, which come by the thousand while an announcement runs, and for news of conferences.

They need neither session nor language nor anything else that the house prepares for a page, so they are answered before it: half of
what a callback cost. Everything else that the carrier says is an ordinary route (`views`).
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from app.carrier import voice_news
from app.carrier.callback_inbox import CallbackInbox, NotKept
from app.carrier.forms import BadWebhook, StatusForm
from app.carrier.signatures import SignatureCheck
from app.carrier.voice_forms import ConferenceForm

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = structlog.get_logger()

STATUS, CONFERENCE = "/webhooks/twilio/status", "/webhooks/twilio/voice/conference"
ENDPOINTS = {STATUS: "carrier.status", CONFERENCE: "carrier.conference"}
"""As the log names them."""
MOST_BYTES = 256 * 1024
NOTHING = "204 NO CONTENT"


class StatusRequest(Request):
    """A form of moderate size."""

    max_content_length = MOST_BYTES


class StatusDoor:
    """Stands before the application; lets everything pass that is not for it."""

    def __init__(self, app: Flask, check: SignatureCheck, inbox: CallbackInbox) -> None:
        """Take the place of `app.wsgi_app`."""
        self._app, self._check, self._inbox = app, check, inbox
        self._inside: WSGIApplication = app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        """Answer what the carrier tells."""
        if environ.get("PATH_INFO") not in ENDPOINTS or environ.get("REQUEST_METHOD") != "POST":
            return self._inside(environ, start_response)
        try:
            refusal = self._take(StatusRequest(environ, populate_request=False))
        except HTTPException as error:  # more bytes than allowed, or no form at all
            return error.get_response(environ)(environ, start_response)
        except Exception:
            log.exception("carrier.news_failed", endpoint=ENDPOINTS[environ["PATH_INFO"]])
            refusal = Response("Come again in a moment.", HTTPStatus.INTERNAL_SERVER_ERROR, mimetype="text/plain")
        if refusal is None:
            start_response(NOTHING, [])
            return ()
        return refusal(environ, start_response)

    def _take(self, request: Request) -> Response | None:
        """None when it is safe."""
        endpoint = ENDPOINTS[request.path]
        if not self._check.passes(request):
            return not_signed(endpoint)
        try:
            if request.path == CONFERENCE:
                news = ConferenceForm.of(request.form, request.args)
                with self._app.app_context():
                    voice_news.record_conference(news)
            else:
                self._inbox.keep(StatusForm.of(request.form, request.args), self._app.app_context)
        except BadWebhook as error:
            return not_understood(error, endpoint)
        except NotKept:
            return Response("Come again in a moment.", HTTPStatus.SERVICE_UNAVAILABLE, mimetype="text/plain")
        return None


def not_signed(endpoint: str | None) -> Response:
    """403, and a hint for whoever runs the house."""
    log.warning("carrier.webhook_not_signed", endpoint=endpoint, hint="PUBLIC_URL and the account's token must be the carrier's")
    return Response("The signature does not fit.", HTTPStatus.FORBIDDEN, mimetype="text/plain")


def not_understood(error: BadWebhook, endpoint: str | None) -> Response:
    """400, naming the field."""
    log.warning("carrier.bad_webhook", endpoint=endpoint, field=str(error))
    return Response(f"Not understood: {error}", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
