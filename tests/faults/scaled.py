"""The whole house as `make run-scaled` starts it: two web processes, two workers, PostgreSQL, Redis and the simulator."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from app import create_app
from app.config import read_settings
from tests.faults.people import Phones, wait_until
from tests.houses import keep_awake
from tests.nursery import Child, bear
from tests.servers import WITHOUT_A_DISK, free_port, running_redis, serving_postgres

START_SECONDS = 180


@dataclass
class ScaledHouse:
    """The crew, and the servers beside it."""

    data: Path
    database: Path
    port: int
    postgres_port: int
    redis_port: int
    environment: dict[str, str]
    crew: Child | None = None
    _servers: dict[str, AbstractContextManager[str]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where browsers find it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def phones(self) -> Phones:
        """The simulated network."""
        found = re.search(r"Handsets\s+(http\S+?)/?\n", self.said())
        assert found, self.said()
        return Phones(found[1])

    def said(self) -> str:
        """What everybody printed so far."""
        return (self.data / "said").read_text()

    def bring_back(self, what: str) -> None:
        """Start the database or the bus."""
        make = {
            "postgres": lambda: serving_postgres(self.database, self.postgres_port, WITHOUT_A_DISK),
            "redis": lambda: running_redis(self.redis_port),
        }[what]
        self._servers[what] = make()
        self._servers[what].__enter__()

    def take_away(self, what: str) -> None:
        """Stop the database or the bus; who is connected is hung up on."""
        server = self._servers.pop(what, None)
        if server is not None:
            server.__exit__(None, None, None)

    def start(self) -> None:
        """Start everything and wait until it says where to look."""
        for what in ("postgres", "redis"):
            self.bring_back(what)
        (self.data / "said").touch()
        self.crew = bear(self.environment, self.data / "said", ["run_scaled"])
        wait_until(lambda: "Stop with Ctrl+C" in self.said() or self.crew.poll() is not None, START_SECONDS, said=self.said)
        assert self.crew.poll() is None, self.said()

    def stop(self) -> int:
        """Stop everything; gives the crew's exit code."""
        code = 0
        if self.crew is not None:
            self.crew.terminate()
            code = self.crew.wait(60)
        for what in list(self._servers):
            self.take_away(what)
        return code

    def process(self, name: str) -> int:
        """The process id of one of the crew, as it is now."""
        return int(re.findall(rf"^  {name}\s+process (\d+)$", self.said(), re.MULTILINE)[-1])

    def web_processes(self) -> list[int]:
        """Those that answer, below the one that keeps them alive."""
        return children_of(self.process("web"))

    def beside(self) -> Flask:
        """An application on the same database that serves nothing."""
        return create_app(read_settings(self.environment | {"HOMEROOM_WORKER": "0"}))


@contextmanager
def running_scaled_house(data: Path) -> Iterator[ScaledHouse]:
    """It with the demo district; awake whatever the hour."""
    port, postgres, redis = free_port(), free_port(), free_port()
    environment = {
        "HOMEROOM_DATA": str(data / "house"), "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": f"postgresql://homeroom@127.0.0.1:{postgres}/postgres", "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "SECRET_KEY": "a secret that all machines share", "WEB_PROCESSES": "2", "WORKER_PROCESSES": "2",
        "FAST_PASSWORDS": "1",
    }  # fmt: skip
    database = Path(tempfile.mkdtemp(prefix="homeroom-pg-"))  # PostgreSQL's own user must be able to reach it
    house = ScaledHouse(data, database, port, postgres, redis, environment)
    try:
        house.start()
        keep_awake(house.beside())
        yield house
    finally:
        house.stop()
        shutil.rmtree(database, ignore_errors=True)


def children_of(process: int) -> list[int]:
    """The processes that `process` started and that live."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def holds(process: int, port: int, browser: int) -> bool:
    """Whether `process` answers on `port` to the connection that a browser has begun from its own port `browser`."""
    try:
        rows = [line.split() for line in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]]
        ends = (f":{port:04X}", f":{browser:04X}")
        theirs = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])}
        return any(str(descriptor.readlink()) in theirs for descriptor in Path(f"/proc/{process}/fd").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return False  # it ended, or has just closed what was looked at
