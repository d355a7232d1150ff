"""POST /webhooks/email: the same reports from a mail provider, or from a small script beside its own webhook. Signed.

The body is either a report as it came (message/rfc822), or JSON: {"message_id": "…", "event": "bounced" | "arrived" |
"complained", "status": "5.1.1"}. The header X-Homeroom-Signature is `t=<seconds since 1970>,v1=<hex>`, where the second is
HMAC-SHA256 with MAIL_WEBHOOK_KEY of `<t>.<body>`. An old one is refused, so that nothing can be played again later.
"""

import hashlib
import hmac
import json
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound, UnprocessableEntity

from app.accounts.permissions import public
from app.config import Settings
from app.core.clock import now
from app.delivery.email import reported, reports
from app.delivery.email.reports import Report, What
from app.delivery.parcels import parse_reference
from app.extensions import csrf

bp = Blueprint("email_reports", __name__, url_prefix="/webhooks/email")

HEADER = "X-Homeroom-Signature"
OLDEST = 300
"""Seconds."""


def signature(key: str, at: int, body: bytes) -> str:
    """What the header must say."""
    return f"t={at},v1={hmac.new(key.encode(), b'%d.' % at + body, hashlib.sha256).hexdigest()}"


@bp.post("")
@csrf.exempt  # signed
@public
def receive() -> ResponseReturnValue:
    """One report. 204 also when it is about nothing of ours: nobody should send it again."""
    request.max_content_length = reports.LARGEST
    settings: Settings = current_app.extensions["settings"]
    if settings.mail_webhook_key is None:
        raise NotFound
    body = request.get_data()
    _check(settings.mail_webhook_key, request.headers.get(HEADER, ""), body)
    report = _from_json(body) if request.mimetype == "application/json" else reports.read(body)
    if report is not None:
        reported.apply(report)
    return Response(status=HTTPStatus.NO_CONTENT)


def _check(key: str, given: str, body: bytes) -> None:
    moment = given.partition(",")[0].removeprefix("t=")
    if not (moment.isascii() and moment.isdigit()) or abs(now().timestamp() - int(moment)) > OLDEST:
        raise Forbidden
    if not hmac.compare_digest(signature(key, int(moment), body).encode(), given.encode()):
        raise Forbidden


def _from_json(body: bytes) -> Report | None:
    try:
        given = json.loads(body)
        what = What(given["event"])
        reference = parse_reference(str(given["message_id"]).strip("<>").partition("@")[0])
    except (ValueError, KeyError, TypeError) as error:
        raise UnprocessableEntity from error
    if reference is None:
        return None
    return Report(*reference, what, reports.meaning_of(str(given.get("status") or "")) if what is What.BOUNCED else None)
