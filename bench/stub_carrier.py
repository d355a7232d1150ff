"""The least that a carrier can do: take POSTs on connections that stay open, answer each after a delay, note when it came.

`python -m bench.stub_carrier DELAY` prints its port. GET /stamps gives the arrivals since the last GET /reset.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import urllib3


class Line(asyncio.Protocol):
    """One connection."""

    delay = 0.0
    stamps: list[float] = []  # noqa: RUF012  # one for the process
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
            self.buffer = self.buffer[end + 4 + length :]
            if method == b"POST":
                self.take()
            else:
                self.tell(path)

    def take(self) -> None:
        Line.stamps.append(time.time())
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
        body = json.dumps({"stamps": Line.stamps, "most": Line.most}).encode()
        if path == b"/reset":
            Line.stamps, Line.most = [], 0
        self.write(b"200 OK", body)

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
        content = urllib3.request("GET", f"{self.url}/stamps").json()
        return content["stamps"], content["most"]


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
