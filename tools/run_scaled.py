"""Start Homeroom as it runs on many machines, on this one: PostgreSQL, Redis, web, live, workers, and the phone simulator.

With DATABASE_URL and REDIS_URL it uses those servers; otherwise it starts real ones of its own for as long as it runs.
A small proxy is not part of it: pages answer on PORT (8000), and browsers reach the live process through it as well,
because every web process accepts sockets and all of them share what they push through Redis.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from app.config import read_settings
from app.server import greeting, prepare
from tests.servers import free_port, running_postgres, running_redis, wait_for_port

WEB_PROCESSES = int(os.environ.get("WEB_PROCESSES", "2"))
WORKER_PROCESSES = int(os.environ.get("WORKER_PROCESSES", "2"))


def main() -> int:
    """Run everything until Ctrl+C, or until one process ends by itself."""
    with ExitStack() as stack:
        environment = {**os.environ, "HOMEROOM_WORKER": "0"}
        environment.setdefault("HOMEROOM_DATA", str(Path("instance/scaled").resolve()))
        if "DATABASE_URL" not in environment:
            environment["DATABASE_URL"] = stack.enter_context(running_postgres())
        if "REDIS_URL" not in environment:
            environment["REDIS_URL"] = stack.enter_context(running_redis())
        environment["SIMULATOR_URL"] = environment.get("SIMULATOR_URL") or f"http://127.0.0.1:{free_port()}"
        port = environment.setdefault("PORT", "8000")
        os.environ.update(environment)
        settings = read_settings()
        has_demo = prepare(settings)
        processes: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(stop, processes)
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        simulator_port = settings.simulator_url.rsplit(":", 1)[1]
        inbound = f"{settings.public_url}/webhooks/twilio/messages"
        processes["simulator"] = subprocess.Popen(
            [*flask, "simulator", "--port", simulator_port, "--inbound-url", inbound], env=environment
        )
        web = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-w", str(WEB_PROCESSES), "-k", "app.server.HouseWorker"]
        web += [
            "--threads",
            "200",
            "--worker-connections",
            "1000",
            "--log-level",
            "warning",
            "-b",
            f"{settings.host}:{port}",
            "wsgi:application",
        ]
        processes["web"] = subprocess.Popen(web, env=environment)
        for number in range(WORKER_PROCESSES):
            processes[f"worker {number + 1}"] = subprocess.Popen([*flask, "worker"], env=environment)
        wait_for_port(int(port), processes["web"])
        print(greeting(settings, has_demo=has_demo))
        print(f"  Handsets     {settings.simulator_url}/")
        for name, process in processes.items():
            print(f"  {name:12} process {process.pid}")
        return watch(processes)


def watch(processes: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until somebody stops us, or a process ends; its exit code becomes ours."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            for name, process in processes.items():
                code = process.poll()
                if code is not None:
                    print(f"{name} ended with {code}; stopping the rest.", file=sys.stderr)
                    return code or 1
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """End every process by its id, kindly first."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    for process in processes.values():
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
