"""People at their browsers and phones, over HTTP and sockets, as far from the code as the street is."""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
import socketio

PATIENCE = 180.0
LONGEST_PAUSE = 0.25
PASSWORD = "homeroom-demo"


def wait_until(holds: Callable[[], Any], seconds: float = PATIENCE, *, said: Callable[[], object] = lambda: "it never became true") -> Any:
    """What `holds` gives once it is true. It is asked ever less often: many questions are as dear as what is waited for."""
    limit, pause = time.monotonic() + seconds, 0.02
    while not (found := holds()):
        assert time.monotonic() < limit, said()
        time.sleep(pause)
        pause = min(pause * 1.25, LONGEST_PAUSE)
    return found


@dataclass
class Window:
    """One socket of a browser, and all that it heard."""

    client: socketio.Client
    heard: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, name: str, **message: Any) -> Any:
        """Say something and give the answer."""
        return self.client.call(name, message, timeout=PATIENCE)

    def names(self) -> list[str]:
        """What it heard, in order."""
        return [event["name"] for event in self.heard]

    def newest(self) -> int:
        """The number of the last push that it heard."""
        return max((event["id"] for event in self.heard), default=0)

    def wait_for(self, name: str, **payload: Any) -> dict[str, Any]:
        """The first push of this name with these values in it."""

        def found() -> dict[str, Any] | None:
            fits = (event for event in self.heard if event["name"] == name and payload.items() <= event["payload"].items())
            return next(fits, None)

        heard: dict[str, Any] = wait_until(found, said=lambda: f"{name} {payload} never came; heard {self.names()}")
        return heard


class Person:
    """Somebody who signs in through the sign-in page and works in a browser."""

    def __init__(self, url: str, email: str) -> None:
        self.url, self.email, self.http = url, email, requests.Session()
        self.http.headers["Accept"] = "application/json, text/html;q=0.5"
        page = self.get("/sign-in").text
        form = {"email": email, "password": PASSWORD, "csrf_token": token_in(page)}
        answer = self.http.post(f"{url}/sign-in", data=form, allow_redirects=False, timeout=PATIENCE)
        assert answer.status_code == 303, answer.text
        self.token = token_in(self.get("/settings/profile").text)

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.http.get(self.url + path, timeout=PATIENCE, headers={"Accept": "text/html"})

    def post(self, path: str, **form: Any) -> requests.Response:
        """Send a form."""
        headers = {"X-CSRFToken": self.token, "Referer": self.url}
        return self.http.post(self.url + path, data=form, headers=headers, timeout=PATIENCE, allow_redirects=False)

    def thread_with(self, name: str) -> int:
        """The number of the conversation with somebody in the inbox."""
        inbox = self.get("/conversations").text
        links = re.finditer(r'href="/conversations/(\d+)"(.*?)</a>', inbox, re.DOTALL)
        return next(int(link[1]) for link in links if name in link[2])

    def text(self, conversation: int, words: str, name: uuid.UUID | None = None) -> requests.Response:
        """Write to a family."""
        return self.post(f"/conversations/{conversation}/messages", body=words, uuid=str(name or uuid.uuid4()))

    def window(self) -> Window:
        """One more socket, as one more tab has."""
        client = socketio.Client(reconnection=False)
        window = Window(client)
        client.on("event", window.heard.append)
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        client.connect(self.url, headers={"Cookie": cookie}, transports=["websocket"], wait_timeout=PATIENCE)
        return window


def token_in(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*?value="([^"]+)"', page) or re.search(r'name="csrf-token"[^>]*?content="([^"]+)"', page)
    assert found, page[:2000]
    return found[1]


@dataclass(frozen=True)
class Phones:
    """The simulated network, seen from its control panel."""

    url: str

    def control(self, path: str, body: Any = None) -> Any:
        """Ask; with a body, POST it."""
        address = f"{self.url}/_control/{path}"
        answer = requests.get(address, timeout=60) if body is None else requests.post(address, json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def bodies(self, to: str | None = None, *, most: int = 2000) -> list[str]:
        """What the network got from the school."""
        query = f"messages?direction=outbound-api&limit={most}" + (f"&to={quote(to)}" if to else "")
        return [each["body"] for each in self.control(query)["messages"]]

    def count(self, words: str) -> int:
        """How many texts with these words the network got from the school."""
        return int(self.control(f"messages/count?direction=outbound-api&body={quote(words)}")["count"])

    def from_school(self, words: str) -> dict[str, Any]:
        """The text with these words."""

        def found() -> dict[str, Any] | None:
            return next(iter(self.control(f"messages?direction=outbound-api&body={quote(words)}")["messages"]), None)

        text: dict[str, Any] = wait_until(found, said=lambda: f"{words!r} never came")
        return text

    def answer(self, text: dict[str, Any], words: str) -> None:
        """Answer a text of the school from the handset that got it."""
        self.control(f"handsets/{quote(text['to'])}/texts", {"to": text["from"], "body": words})
