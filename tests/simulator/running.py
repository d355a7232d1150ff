"""A simulated network and a pretend school, each on a loopback port, for tests that speak real HTTP."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from flask import Flask, Response, request
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.simulator import SimulatorSettings, close, create_simulator
from app.simulator.server import threaded_server
from tests.simulator.gate import Gate

ACCOUNT = "AC" + "0" * 32
TOKEN = "simulated-auth-token"
SCHOOL = "+15035550100"
ROSA = "+15035550123"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` on a free loopback port; gives its address."""
    server = threaded_server(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class PointedHere(TwilioHttpClient):
    """The carrier's own client, every request of which goes to `base`."""

    def __init__(self, base: str, timeout: float = 5) -> None:
        super().__init__(timeout=timeout)
        self.base = urlsplit(base)
        self.session.mount("http://", HTTPAdapter(pool_maxsize=64))

    def request(self, method: str, url: str, params=None, data=None, headers=None, *args: Any, **more: Any):
        meant = urlsplit(url)
        here = urlunsplit((self.base.scheme, self.base.netloc, self.base.path + meant.path, meant.query, ""))
        return super().request(method, here, params, data, {**(headers or {}), "X-Orig-Host": meant.netloc}, *args, **more)


@dataclass
class Heard:
    """One webhook the school got."""

    path: str
    form: dict[str, str]
    is_signed: bool
    at: float
    token: str


@dataclass
class School:
    """The other end of the webhooks: it checks signatures, remembers, and answers what a test tells it to."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answers: Callable[[Heard], Response] = lambda _heard: Response(status=204)
    news: threading.Condition = field(default_factory=threading.Condition)

    def app(self) -> Flask:
        app = Flask("school")
        validator = RequestValidator(TOKEN)

        @app.post("/<path:path>")
        def hook(path: str) -> Response:
            signed = validator.validate(request.url, request.form, request.headers.get("X-Twilio-Signature", ""))
            token = request.headers.get("I-Twilio-Idempotency-Token", "")
            heard = Heard(path, request.form.to_dict(), bool(signed), time.monotonic(), token)
            with self.news:
                self.heard.append(heard)
                self.news.notify_all()
            return self.answers(heard)

        @app.get("/picture.png")
        def picture() -> Response:
            return Response(PICTURE, mimetype="image/png")

        return app

    def wait_for(self, count: int, path: str | None = None, seconds: float = 5) -> list[Heard]:
        """The webhooks to `path`, once there are `count` of them."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.of(path)) >= count, seconds), f"only {self.of(path)}"
            return self.of(path)

    def of(self, path: str | None) -> list[Heard]:
        return [heard for heard in self.heard if path in {None, heard.path}]

    def statuses(self, sid: str) -> list[str]:
        return [heard.form["MessageStatus"] for heard in self.heard if heard.form.get("MessageSid") == sid]


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass
class Network:
    """A running simulated network, as a test uses it."""

    url: str
    app: Flask
    client: Client
    gate: Gate

    def control(self, path: str, body: Any = None) -> Any:
        """Ask `/_control`; with a body, POST it."""
        address = f"{self.url}/_control/{path}"
        answer = requests.get(address, timeout=70) if body is None else requests.post(address, json=body, timeout=70)
        assert answer.ok, answer.text
        return answer.json()

    def set(self, **faults: Any) -> None:
        self.control("settings", faults)

    def settle(self, seconds: float = 10) -> None:
        assert self.control("settle", {"seconds": seconds})["settled"]

    def send(self, to: str = ROSA, body: str = "Hello", **more: Any):
        return self.client.messages.create(to=to, body=body, **{"from_": SCHOOL} | more)

    def patient(self, timeout: float) -> Client:
        """A client that waits `timeout` seconds for each answer."""
        return Client(ACCOUNT, TOKEN, http_client=PointedHere(self.url, timeout))


@contextmanager
def running_network(**settings: Any) -> Iterator[Network]:
    """A network on a free port, kept in memory unless `database` names a file; `public_url` is set to its address."""
    app = create_simulator(SimulatorSettings(**{"retry_delays": (0.05, 0.1, 0.2), "seed": 7} | settings))
    gate = app.wsgi_app = Gate(app.wsgi_app)  # type: ignore[method-assign]
    try:
        with served(app) as url:
            parts = app.extensions["simulator"]
            object.__setattr__(parts.settings, "public_url", url)
            yield Network(url, app, Client(ACCOUNT, TOKEN, http_client=PointedHere(url)), gate)
    finally:
        gate.open()
        close(app)
