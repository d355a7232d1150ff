"""The least that a carrier can do: take POSTs on connections that stay open, answer each after a delay, note when it came.

`python -m bench.stub_carrier DELAY` prints its port. GET /stamps gives the arrivals since the last GET /reset, GET /addressees to whom
they went, and a GET with To and From lists texts as the carrier does for one whose answer was lost.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qs

import urllib3

PATIENCE = 300.0
"""Seconds: a million forms are read before they are told."""


class Line(asyncio.Protocol):
    """One connection."""

    delay = 0.0
    stamps: list[float] = []  # noqa: RUF012  # one for the process
    forms: list[bytes] = []  # noqa: RUF012  # as above
    in_progress = most = taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            method, path = self.buffer[:end].split(b" ", 2)[:2]
            form, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            if method == b"POST":
                self.take(form)
            else:
                self.tell(path)

    def take(self, form: bytes) -> None:
        Line.stamps.append(time.time())
        Line.forms.append(form)
        Line.in_progress += 1
        Line.most = max(Line.most, Line.in_progress)
        Line.taken += 1
        answer = b'{"sid": "SM%032x", "status": "queued"}' % Line.taken
        if Line.delay:
            asyncio.get_running_loop().call_later(Line.delay, self.answer, answer)
        else:
            self.answer(answer)

    def answer(self, body: bytes) -> None:
        Line.in_progress -= 1
        self.write(b"201 Created", body)

    def tell(self, path: bytes) -> None:
        content: dict[str, object] = {"stamps": Line.stamps, "most": Line.most}
        if path == b"/reset":
            Line.stamps, Line.forms, Line.most = [], [], 0
        elif path == b"/addressees":
            content = {"to": [parse_qs(form.decode())["To"][0] for form in Line.forms]}
        elif b"Messages.json" in path:
            content = {"messages": self.texts(parse_qs(path.partition(b"?")[2].decode())), "next_page_uri": None}
        self.write(b"200 OK", json.dumps(content).encode())

    def texts(self, wanted: dict[str, list[str]]) -> list[dict[str, object]]:
        """Newest first. Ids count the POSTs since the start, stamps and forms those since the last reset."""
        found: list[dict[str, object]] = []
        first = Line.taken - len(Line.forms) + 1
        for number, (at, raw) in enumerate(zip(Line.stamps, Line.forms, strict=True), first):
            form = parse_qs(raw.decode())
            if form["To"] == wanted["To"] and form["From"] == wanted["From"]:
                found.insert(
                    0,
                    {
                        "sid": f"SM{number:032x}", "to": form["To"][0], "from": form["From"][0], "body": form["Body"][0], "status": "queued",
                        "error_code": None, "date_created": formatdate(at), "num_media": "0",
                    },
                )  # fmt: skip
        return found

    def write(self, status: bytes, body: bytes) -> None:
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        self.transport.write(head + body)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Line, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@dataclass
class Stub:
    """A stub in a process of its own."""

    url: str

    def reset(self) -> None:
        urllib3.request("GET", f"{self.url}/reset")

    def stamps(self) -> tuple[list[float], int]:
        """When each came, and how many were in progress at most."""
        content = urllib3.request("GET", f"{self.url}/stamps", timeout=PATIENCE).json()
        return content["stamps"], content["most"]

    def addressees(self) -> list[str]:
        """To whom each went."""
        to: list[str] = urllib3.request("GET", f"{self.url}/addressees", timeout=PATIENCE).json()["to"]
        return to


@contextlib.contextmanager
def running_stub(delay: float = 0.0) -> Iterator[Stub]:
    process = subprocess.Popen([sys.executable, "-m", "bench.stub_carrier", str(delay)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Stub(f"http://127.0.0.1:{process.stdout.readline().strip()}")
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    Line.delay = float(sys.argv[1])
    asyncio.run(serve())
