"""Status callbacks, goal 15: taken in beside a bare signed POST that appends a row, and applied at 1,000 a second."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from app.carrier.callback_inbox import append
from app.carrier.forms import StatusForm
from app.carrier.models import CarrierCallback
from app.core.database import db
from app.delivery import callbacks
from app.delivery.models import Delivery
from bench.figures import Figure, alternated, at_least
from bench.handover import fill, sender
from bench.house import house

CALLS, THREADS = 1000, 4
TOKEN = "simulated-auth-token"
PATH, URL = "/webhooks/twilio/status", "http://bench.test/webhooks/twilio/status"
SCHEMA = "CREATE TABLE callbacks (id INTEGER PRIMARY KEY, provider_id TEXT, status TEXT, code TEXT, reference TEXT, UNIQUE (provider_id, status))"
_sids = count(1)


def figures() -> Iterator[Figure]:
    with house(public_url="http://bench.test", port=0) as app:
        bare = bare_app(Path(app.extensions["settings"].data) / "bare.sqlite3")
        ours, yardstick = alternated(lambda: rate(app.wsgi_app), lambda: rate(bare.wsgi_app), rounds=7)
        yield at_least("status callbacks taken", ours, yardstick, 0.8, "callbacks/s")
    yield applied()


def bare_app(file: Path) -> Flask:
    """The least: check the signature, append a row, answer."""
    app, validator, local = Flask("bare"), RequestValidator(TOKEN), threading.local()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(SCHEMA)

    @app.post(PATH)
    def status() -> Response:
        if not validator.validate(f"http://bench.test{request.full_path}", request.form, request.headers["X-Twilio-Signature"]):
            return Response(status=403)
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(file, isolation_level=None, timeout=10)
            local.connection.execute("PRAGMA synchronous=NORMAL")
        form = request.form
        row = (form["MessageSid"], form["MessageStatus"], form.get("ErrorCode"), request.args.get("ref"))
        local.connection.execute("INSERT OR IGNORE INTO callbacks (provider_id, status, code, reference) VALUES (?, ?, ?, ?)", row)
        return Response(status=204)

    return app


def calls() -> list[dict[str, Any]]:
    """Signed requests, each news of another text."""
    validator, made = RequestValidator(TOKEN), []
    for number in (next(_sids) for _ in range(CALLS)):
        query = f"ref=0190a1b2c3d4e5f60718293a4b5c6d7e.{number % 9 + 1}"
        form = {
            "AccountSid": "AC" + "0" * 32, "ApiVersion": "2010-04-01", "MessageSid": f"SM{number:032x}", "SmsSid": f"SM{number:032x}",
            "MessageStatus": "delivered", "SmsStatus": "delivered", "To": "+19712000000", "From": "+15032000000", "RawDlrDoneDate": "2611211200",
        }  # fmt: skip
        body = urlencode(form).encode()
        made.append(
            {
                "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "QUERY_STRING": query, "SERVER_NAME": "bench.test", "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
                "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.errors": BytesIO(), "HTTP_HOST": "bench.test",
                "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
                "HTTP_X_TWILIO_SIGNATURE": validator.compute_signature(f"{URL}?{query}", form), "wsgi.input": BytesIO(body),
            }
        )  # fmt: skip
    return made


def rate(application: Callable[..., Any]) -> float:
    """Answers a second, with some callers at once."""
    waiting, failures = iter(calls()), []
    lock = threading.Lock()

    def call() -> None:
        while True:
            with lock:
                environ = next(waiting, None)
            if environ is None:
                return
            answer = application(environ, lambda status, _headers, _info=None: status.startswith("204") or failures.append(status))
            if hasattr(answer, "close"):
                answer.close()

    threads = [threading.Thread(target=call) for _ in range(THREADS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]
    return CALLS / (time.perf_counter() - begun)


def applied() -> Figure:
    """News comes at 1,000 a second for five seconds; how long does one wait at most."""
    seconds, per_second, slice_ = 5, 1000, 50
    with house() as app:
        texts = seconds * per_second // 2
        fill(sender(1), texts)
        rows = db.session.scalars(select(Delivery)).all()
        for row in rows:
            row.state, row.provider_id, row.attempts = "sending", f"SM{row.id}", 1
        db.session.commit()
        forms = [StatusForm(f"SM{row.id}", status, None, None, {}) for status in ("sent", "delivered") for row in rows]
        ends = threading.Event()

        def apply() -> None:
            with app.app_context():
                while not ends.is_set() or callbacks.apply_batch():
                    if callbacks.apply_batch() == 0:
                        time.sleep(0.05)
                db.session.remove()

        thread = threading.Thread(target=apply)
        thread.start()
        begun = time.perf_counter()
        for start in range(0, len(forms), slice_):
            time.sleep(max(0.0, begun + start / per_second - time.perf_counter()))
            append(forms[start : start + slice_])
        ends.set()
        thread.join()
        db.session.rollback()
        waits = [(row.applied_at - row.received_at).total_seconds() for row in db.session.scalars(select(CarrierCallback))]
        delivered = db.session.scalar(select(func.count()).where(Delivery.state == "delivered"))
        assert delivered == texts, delivered
        worst = max(waits)
        return Figure("status callbacks applied, 1,000/s", round(worst, 3), None, None, "<= 1 s after they came", worst <= 1, "s")
