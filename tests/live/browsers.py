"""Many browsers' sockets in one process of their own: they connect, listen, and note when they heard what.

`Browsers` tells the process what to do, a line of JSON for each call. Moments are seconds of the machine's monotonic clock.
"""

import asyncio
import base64
import contextlib
import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30
TEXT, CLOSE, PING = 1, 8, 9
COMPRESSED = 0x40


class Socket:
    """The little of WebSocket, Engine.IO and Socket.IO that a listener needs."""

    def __init__(self, host: str, port: int, index: int, cookie: str, *, compress: bool, heard: "Heard") -> None:
        self.host, self.port, self.index, self.cookie, self.compress, self.heard = host, port, index, cookie, compress, heard
        self.inflate: Any = None
        self.answers: dict[int, asyncio.Future[Any]] = {}
        self.asked = 0
        self.joined: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def open(self) -> bool:
        """Whether the server let it in."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" if self.compress else ""
        self.writer.write(
            (
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
                f"Cookie: {self.cookie}\r\n{offer}\r\n"
            ).encode()
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 101"):
            self.writer.close()
            return False
        if b"permessage-deflate" in head:
            self.inflate = zlib.decompressobj(-15)
        self.task = asyncio.create_task(self.listen())
        return await asyncio.wait_for(self.joined, PATIENCE)

    def send(self, text: str, opcode: int = TEXT) -> None:
        data, mask = text.encode(), b"\0\0\0\0"  # a mask of noughts leaves the text as it is
        size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
        self.writer.write(bytes([0x80 | opcode]) + size + mask + data)

    async def ask(self, name: str, message: Any) -> Any:
        self.asked += 1
        future = self.answers[self.asked] = asyncio.get_running_loop().create_future()
        self.send(f"42{self.asked}" + json.dumps([name, message]))
        return await asyncio.wait_for(future, PATIENCE)

    async def listen(self) -> None:
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
            while True:
                first, second = await self.reader.readexactly(2)
                size = second & 0x7F
                if size >= 126:
                    size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
                data = await self.reader.readexactly(size)
                at = time.monotonic()
                if first & COMPRESSED:
                    data = self.inflate.decompress(data + b"\0\0\xff\xff")
                if first & 0x0F == CLOSE:
                    break
                if first & 0x0F == PING:
                    self.send(data.decode(), 10)
                else:
                    self.take(data.decode(), at)
        if not self.joined.done():
            self.joined.set_result(False)

    def take(self, text: str, at: float) -> None:
        if text == "2":
            self.send("3")
        elif text.startswith("0"):
            self.send("40")
        elif text.startswith("40"):
            self.joined.set_result(True)
        elif text.startswith("44"):
            self.joined.set_result(False)
        elif text.startswith("43"):
            number, _, rest = text[2:].partition("[")
            self.answers.pop(int(number)).set_result(json.loads("[" + rest)[0])
        elif text.startswith("42"):
            name, event = json.loads(text[2:])
            if name == "event":
                self.heard.note(at, self.index, event)

    async def close(self) -> None:
        self.task.cancel()
        self.writer.transport.abort()


class Heard:
    """What all sockets heard since the last question."""

    def __init__(self) -> None:
        self.events: list[tuple[float, int, Any]] = []
        self.wanted, self.enough = 0, asyncio.Event()

    def note(self, at: float, index: int, event: Any) -> None:
        self.events.append((at, index, event))
        if len(self.events) >= self.wanted:
            self.enough.set()

    async def wait(self, wanted: int, seconds: float) -> list[tuple[float, int, Any]]:
        self.wanted = wanted
        if len(self.events) < wanted:
            self.enough.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.enough.wait(), seconds)
        events, self.events = self.events, []
        return events


class Crowd:
    """All of them, and what they can be told."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 80)
        self.heard, self.sockets, self.says = Heard(), [], []

    sockets: list[Socket]
    says: list[Any]

    async def connect(self, cookies: list[str], say: list[Any], *, compress: bool) -> list[bool]:
        self.says, start = say, len(self.sockets)
        self.sockets += [Socket(*self.address, start + n, cookie, compress=compress, heard=self.heard) for n, cookie in enumerate(cookies)]
        return await self.join(self.sockets[start:])

    async def join(self, sockets: list[Socket]) -> list[bool]:
        """As browsers come: not all in one moment."""
        answers: list[bool] = []
        for start in range(0, len(sockets), 20):
            answers += await asyncio.gather(*(self.join_one(socket) for socket in sockets[start : start + 20]))
        return answers

    async def join_one(self, socket: Socket) -> bool:
        let_in = await socket.open()
        for name, message in self.says if let_in else ():
            await socket.ask(name, message)
        return let_in

    async def drop(self, indexes: list[int]) -> None:
        for index in indexes:
            await self.sockets[index].close()

    async def again(self, indexes: list[int]) -> list[bool]:
        for index in indexes:
            old = self.sockets[index]
            self.sockets[index] = Socket(*self.address, index, old.cookie, compress=old.compress, heard=self.heard)
        return await self.join([self.sockets[index] for index in indexes])

    async def ask(self, indexes: list[int], name: str, message: Any) -> list[Any]:
        return list(await asyncio.gather(*(self.sockets[index].ask(name, message) for index in indexes)))


async def serve(url: str) -> None:
    crowd, loop = Crowd(url), asyncio.get_running_loop()
    wanted = {"connect": crowd.connect, "heard": crowd.heard.wait, "drop": crowd.drop, "again": crowd.again, "ask": crowd.ask}
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(await wanted[name](**arguments)) + "\n")
        sys.stdout.flush()


Arrival = tuple[float, int, dict[str, Any]]


@dataclass
class Browsers:
    """The process, seen from the one that measures."""

    process: subprocess.Popen[str]

    def tell(self, method: str, /, **arguments: Any) -> Any:
        """Call a method of the crowd."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def connect(self, cookies: list[str], say: list[tuple[str, Any]] | None = None, *, compress: bool = False) -> int:
        """How many were let in, each saying `say` then and whenever it comes again."""
        return sum(self.tell("connect", cookies=cookies, say=say or [], compress=compress))

    def heard(self, wanted: int, seconds: float = PATIENCE) -> list[Arrival]:
        """The events since the last call, once there are so many; fewer when time is up."""
        return [(at, index, event) for at, index, event in self.tell("heard", wanted=wanted, seconds=seconds)]

    def drop(self, indexes: list[int]) -> None:
        """Cut the connections, as a lost network does."""
        self.tell("drop", indexes=indexes)

    def again(self, indexes: list[int]) -> int:
        """Connect those anew; how many were let in."""
        return sum(self.tell("again", indexes=indexes))

    def ask(self, indexes: list[int], name: str, message: Any) -> list[Any]:
        """What the server answers each."""
        return list(self.tell("ask", indexes=indexes, name=name, message=message))


@contextlib.contextmanager
def browsers(url: str) -> Iterator[Browsers]:
    process = subprocess.Popen([sys.executable, "-m", "tests.live.browsers", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Browsers(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
