"""Both carriers of faxes on a simulated network, a school that hears them, and documents to send."""

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask, Response, request
from PIL import Image, ImageDraw

from app.core import practice_keys
from tests.simulator.running import SCHOOL, Network, running_network, served

CLINIC = "+15035550177"
QUICK = 400.0
"""Seconds on the line in one second."""


def sheet(words: str = "Immunization record") -> Image.Image:
    page = Image.new("1", (1728, 2200), 1)
    ImageDraw.Draw(page).text((200, 200), words, fill=0)
    return page


def pdf(pages: int = 1) -> bytes:
    kept = io.BytesIO()
    first, *others = [sheet(f"Page {number}") for number in range(1, pages + 1)]
    first.save(kept, "PDF", save_all=True, append_images=others, resolution=204)
    return kept.getvalue()


@dataclass
class FaxNews:
    """One webhook the school got."""

    body: dict[str, Any]
    headers: dict[str, str]
    is_signed: bool
    file: bytes | None = None
    at: float = 0.0

    @property
    def event(self) -> str:
        return str(self.body["data"]["event_type"] if "data" in self.body else self.body["event"])

    @property
    def fax(self) -> dict[str, Any]:
        return self.body["data"]["payload"] if "data" in self.body else self.body["fax"]

    @property
    def fax_id(self) -> str:
        return str(self.fax["fax_id"] if "data" in self.body else self.fax["id"])


def is_signed(timestamp: str, signature: str, content: bytes) -> bool:
    """As the carrier's documentation says: over the timestamp, a bar, and the body as it came."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(practice_keys.fax_public_key()))
    try:
        key.verify(base64.b64decode(signature), f"{timestamp}|".encode() + content)
    except InvalidSignature:
        return False
    return abs(time.time() - int(timestamp)) < 300


@dataclass
class FaxSchool:
    """The other end: it hears webhooks and serves the documents that it sends."""

    url: str = ""
    heard: list[FaxNews] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=lambda: {"letter.pdf": pdf(3)})
    answers: Callable[[FaxNews], Response] = lambda _news: Response(status=200)
    news: threading.Condition = field(default_factory=threading.Condition)

    def app(self) -> Flask:
        app = Flask("fax-school")

        @app.post("/faxes")
        def hook() -> Response:
            content = request.get_data(cache=True)
            signature = request.headers.get("telnyx-signature-ed25519", "")
            if request.is_json:
                news = FaxNews(json.loads(content), dict(request.headers), is_signed=False, at=time.monotonic())
                news.is_signed = bool(signature) and is_signed(request.headers["telnyx-timestamp"], signature, content)
            else:
                form = request.form.to_dict()
                file = request.files["file"].read() if "file" in request.files else None
                news = FaxNews(
                    form | {"fax": json.loads(form["fax"])}, dict(request.headers), is_signed=False, file=file, at=time.monotonic()
                )
            with self.news:
                self.heard.append(news)
                self.news.notify_all()
            return self.answers(news)

        @app.get("/documents/<name>")
        def document(name: str) -> Response:
            if name not in self.documents:
                return Response(status=404)
            return Response(self.documents[name], mimetype="application/pdf")

        return app

    def events(self, fax_id: str) -> list[str]:
        return [news.event for news in self.heard if news.fax_id == fax_id]

    def wait_for(self, event: str, seconds: float = 10) -> FaxNews:
        """The first webhook of that kind."""
        with self.news:
            assert self.news.wait_for(lambda: any(news.event == event for news in self.heard), seconds), [n.event for n in self.heard]
            return next(news for news in self.heard if news.event == event)


@dataclass
class FaxNetwork:
    """A running network as a fax test uses it."""

    network: Network
    school: FaxSchool

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {practice_keys.TELNYX_API_KEY}"} | more.pop("headers", {})
        return requests.request(method, f"{self.network.url}/telnyx{path}", headers=headers, timeout=30, **more)

    def send(self, to: str = CLINIC, **more: Any) -> requests.Response:
        wish = {
            "connection_id": practice_keys.TELNYX_CONNECTION, "to": to, "from": SCHOOL,
            "media_url": f"{self.school.url}/documents/letter.pdf", "quality": "high",
        }  # fmt: skip
        return self.ask("POST", "/v2/faxes", json=wish | more)

    def sent(self, to: str = CLINIC, **more: Any) -> str:
        answer = self.send(to, **more)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["data"]["id"])

    def look_up(self, fax_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/v2/faxes/{fax_id}").json()["data"])

    def arrive(self, document: bytes, number: str = CLINIC, **more: Any) -> dict[str, Any]:
        """A machine sends the school a document."""
        body = {"to": SCHOOL, "documents": [base64.b64encode(document).decode()]} | more
        return dict(self.network.control(f"fax_machines/{number}/faxes", body))

    def settle(self) -> None:
        self.network.settle(20)


@contextmanager
def fax_network(**settings: Any) -> Iterator[FaxNetwork]:
    """A school and a network whose seconds on the line are short."""
    school = FaxSchool()
    with served(school.app()) as url, running_network(fax_url=f"{url}/faxes", **settings) as network:
        school.url = url
        network.set(fax_speed=QUICK)
        yield FaxNetwork(network, school)
