"""Start Homeroom as it runs on many machines, on this one: PostgreSQL, Redis, web processes, workers, and the phone simulator.

With DATABASE_URL and REDIS_URL it uses those servers; otherwise it starts real ones of its own, and the database stays in
HOMEROOM_DATA/postgres. Pages and sockets answer on PORT whichever web process takes them: what one of them pushes reaches
the browsers of the others through Redis. A process that dies is started again, as a service manager would.
"""

import hashlib
import multiprocessing
import os
import signal
import socket
import stat
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from app.config import Settings, read_settings
from app.server import greeting, prepare
from tests.servers import free_port, running_postgres, running_redis, wait_for_port

WORKER_PROCESSES = int(os.environ.get("WORKER_PROCESSES") or 2)
QUICK_DEATH = 5.0
"""Seconds. A process that dies so soon after its start, this many times in a row, will not live the next time either."""
QUICK_DEATHS = 3
FLASK = ("flask", "--app", "wsgi")
NURSERY = multiprocessing.get_context("forkserver")
"""Its process reads the code once, and each of the crew begins as a copy of it: they start at once and share that memory."""
NURSERY.set_forkserver_preload(["app.server", "gunicorn.app.wsgiapp"])


def be(command: list[str]) -> None:
    """What one process of the crew does: a command of flask, or gunicorn."""
    os.setsid()  # Ctrl+C is for whoever watches the crew: it stops them in order
    sys.argv = command
    from flask.cli import main as flask
    from gunicorn.app.wsgiapp import run as gunicorn

    (flask if command[0] == "flask" else gunicorn)()


@dataclass
class Member:
    """One process of the crew, started again when it dies."""

    name: str
    command: list[str]
    process: ForkServerProcess | None = None
    began: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        """Start it and say so."""
        self.process = NURSERY.Process(target=be, args=(self.command,), name=self.name)
        self.process.start()
        self.began = time.monotonic()
        print(f"  {self.name:12} process {self.process.pid}", flush=True)

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return None if self.process is None else self.process.exitcode

    @property
    def returncode(self) -> int | None:
        """The same, as `subprocess` calls it."""
        return self.poll()

    def is_beyond_help(self) -> bool:
        """Start it again if it died; whether that has become pointless."""
        if self.process is None or self.poll() is None:
            return False
        self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.began < QUICK_DEATH else 0
        if self.quick_deaths >= QUICK_DEATHS:
            return True
        print(f"{self.name} ended with {self.process.exitcode}; starting it again.", file=sys.stderr, flush=True)
        self.start()
        return False

    def tell_to_stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.is_alive():
            self.process.terminate()

    def see_off(self) -> None:
        """Wait for its end, for so long."""
        if self.process is None:
            return
        self.process.join(15)
        if self.process.is_alive():
            self.process.kill()


@dataclass
class Crew:
    """All processes of the house."""

    members: list[Member] = field(default_factory=list)

    def add(self, name: str, *command: str) -> Member:
        """Start one more."""
        member = Member(name, list(command))
        self.members.append(member)
        member.start()
        return member

    def watch(self) -> int:
        """Keep everything alive until somebody stops us (0), or one will not live (1)."""
        while True:
            for member in self.members:
                if member.is_beyond_help():
                    print(f"{member.name} does not stay alive; the lines above say why. Stopping.", file=sys.stderr)
                    return 1
            time.sleep(0.2)

    def stop(self) -> None:
        """End every process by its id, kindly first."""
        for member in self.members:
            member.tell_to_stop()
        for member in self.members:
            member.see_off()


def settle_in(stack: ExitStack) -> tuple[Settings, bool]:
    """Complete the environment, which every process inherits, with servers of our own where none are named.

    Also says whether the phone simulator is ours to start.
    """
    chosen = os.environ
    chosen["HOMEROOM_WORKER"] = "0"
    chosen.setdefault("HOMEROOM_DATA", "instance/scaled")
    data = Path(chosen["HOMEROOM_DATA"]).resolve()
    if not chosen.get("DATABASE_URL"):
        chosen["DATABASE_URL"] = stack.enter_context(running_postgres(keep=database_folder(data)))
    if not chosen.get("REDIS_URL"):
        chosen["REDIS_URL"] = stack.enter_context(running_redis(detached=True))
    settings = read_settings()
    if settings.carrier != "simulator" or settings.simulator_url:
        return settings, False
    chosen["SIMULATOR_URL"] = f"http://127.0.0.1:{port_from(settings.port + 1)}"
    return read_settings(), True


def database_folder(data: Path) -> Path:
    """Where our own PostgreSQL keeps its data. It refuses to be root; what it runs as instead may not get into `data`."""
    is_reachable = all(folder.stat().st_mode & stat.S_IXOTH for folder in data.parents if folder.exists())
    if os.geteuid() != 0 or is_reachable:
        return data / "postgres"
    folder = Path("/var/tmp") / f"homeroom-postgres-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"  # noqa: S108  # survives a restart
    print(f"  The database is kept in {folder}, because PostgreSQL does not run as root.", flush=True)
    return folder


def port_from(wanted: int) -> int:
    """`wanted`, so that the handsets stay where they were, unless somebody else listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
    return wanted


def main() -> int:
    """Run everything until Ctrl+C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            settings, has_own_simulator = settle_in(stack)
            has_demo = prepare(settings)
            crew = Crew()
            stack.callback(crew.stop)
            ports: dict[int, Member] = {}
            if has_own_simulator:
                port = settings.simulator_url.rsplit(":", 1)[1]
                inbound = f"{settings.public_url}/webhooks/twilio/messages"
                simulator = crew.add("simulator", *FLASK, "simulator", "--port", port, "--inbound-url", inbound)
                ports[int(port)] = simulator
            web = crew.add("web", "gunicorn", "-c", "python:app.scaled", "wsgi:application")
            for number in range(WORKER_PROCESSES):
                crew.add(f"worker {number + 1}", *FLASK, "worker")
            ports[settings.port] = web
            for each, member in ports.items():
                wait_for_port(each, member)
            print(greeting(settings, has_demo=has_demo), flush=True)
            return crew.watch()
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
