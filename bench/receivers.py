"""Many receivers of webhooks in one process: each takes POSTs on connections that stay open, and notes when each event came.

`python -m bench.receivers COUNT` prints its ports and one more: GET that one for the moments of each event by its id since the last GET /reset.
The last receiver but for that one is dead: it takes connections and never answers.
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

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Line(asyncio.Protocol):
    """One connection to any receiver."""

    came: dict[str, float] = {}  # noqa: RUF012  # one for the process
    calls = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            low = head.lower()
            at = low.find(b"content-length:")
            length = int(low[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            if head.startswith(b"GET"):
                self.tell(head)
                continue
            at = low.find(b"webhook-id: ")
            Line.came.setdefault(low[at + 12 : at + 48].decode(), time.time())
            Line.calls += 1
            self.transport.write(_OK)

    def tell(self, head: bytes) -> None:
        body = json.dumps({"came": Line.came, "calls": Line.calls, "dead": Dead.calls}).encode()
        if b" /reset" in head:
            Line.came, Line.calls, Dead.calls = {}, 0, 0
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


class Dead(asyncio.Protocol):
    """Takes everything and says nothing."""

    calls = 0

    def data_received(self, data: bytes) -> None:
        Dead.calls += data.count(b"POST /")


async def serve(count: int) -> None:
    loop, ports = asyncio.get_running_loop(), []
    servers = [await loop.create_server(Dead if n == count - 1 else Line, "127.0.0.1", 0, backlog=256) for n in range(count)]
    servers.append(await loop.create_server(Line, "127.0.0.1", 0))
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps(ports), flush=True)
    await asyncio.Event().wait()


@dataclass
class Receivers:
    """In a process of their own. The last one of `ports` is dead."""

    ports: list[int]
    door: str

    def reset(self) -> None:
        urllib3.request("GET", f"{self.door}/reset")

    def heard(self) -> tuple[dict[str, float], int, int]:
        """When each event came first, how many calls there were, and how many to the dead one."""
        told = urllib3.request("GET", f"{self.door}/", timeout=60.0).json()
        return told["came"], told["calls"], told["dead"]


@contextlib.contextmanager
def running_receivers(count: int) -> Iterator[Receivers]:
    process = subprocess.Popen([sys.executable, "-m", "bench.receivers", str(count)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        *ports, door = json.loads(process.stdout.readline())
        yield Receivers(ports, f"http://127.0.0.1:{door}")
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
