"""Takes in Homeroom's webhooks: believes only what is signed, or comes with the password, and does each event once.

    pip install flask standardwebhooks
    WEBHOOK_SECRET=whsec_... python receiver.py            # an endpoint of the settings page: its secret was shown once
    BASIC_USER=homeroom BASIC_PASSWORD=... python receiver.py  # a callback address: user and password of the bearer

An endpoint has a secret of its own; all callback addresses of one system share the one that was shown with its first key. Several
secrets stand in WEBHOOK_SECRET with commas between them.
Secrets and a password may be set: then an event needs both. Callback addresses of a bearer with a password have both.

GET /seen shows what came, to whoever knows the password, or on this machine.
"""

import hmac
import json
import os
from collections import OrderedDict
from typing import Any

from flask import Flask, Response, jsonify, request
from standardwebhooks import Webhook, WebhookVerificationError

MOST = 1000
SECRETS = [each.strip() for each in os.environ.get("WEBHOOK_SECRET", "").split(",") if each.strip()]
USER, PASSWORD = os.environ.get("BASIC_USER", ""), os.environ.get("BASIC_PASSWORD", "")
PORT = int(os.environ.get("PORT", "9000"))

app = Flask(__name__)
seen: OrderedDict[str, dict[str, Any]] = OrderedDict()
"""By event id. A real receiver has a table for this: events come at least once, and again after each restart."""


def is_genuine() -> bool:
    """Whether Homeroom sent it, a moment ago, to us. Without a secret and a password nothing is."""
    if SECRETS and not any(is_signed_with(each) for each in SECRETS):
        return False
    if USER or PASSWORD:
        given = request.authorization
        if given is None or not hmac.compare_digest(f"{given.username}:{given.password}".encode(), f"{USER}:{PASSWORD}".encode()):
            return False
    return bool(SECRETS or USER or PASSWORD)


def is_signed_with(secret: str) -> bool:
    """Whether the signature of id, time and the very bytes of the body is right, and not older than five minutes."""
    try:
        Webhook(secret).verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return False
    return True


@app.post("/events")
def take() -> Response:
    """Answer quickly: work that takes its time belongs into a queue. Anything but 2xx has it sent again, for 24 hours."""
    if not is_genuine():
        return Response("not signed by Homeroom", 401)
    event_id = request.headers["webhook-id"]
    if event_id not in seen:  # the same id is the same event, sent again
        seen[event_id] = {"name": request.headers.get("X-Event-Name"), "body": request.get_json(silent=True)}
        if len(seen) > MOST:
            seen.popitem(last=False)
        print(event_id, json.dumps(seen[event_id]), flush=True)
    return Response(status=204)


@app.get("/seen")
def show() -> Response:
    """What came so far, for this machine alone."""
    if request.remote_addr != "127.0.0.1":
        return Response(status=404)
    return jsonify(list(seen.values()))


if __name__ == "__main__":
    if not (SECRETS or USER or PASSWORD):
        raise SystemExit("Set WEBHOOK_SECRET, or BASIC_USER and BASIC_PASSWORD: nobody believes what anybody could have sent.")
    app.run(port=PORT)
