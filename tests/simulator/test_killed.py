"""The network's own promise: what it answered it has, even if it is killed in the middle."""

import base64
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.rest import Client

from tests.nursery import Child, bear
from tests.servers import free_port
from tests.simulator.faxing import CLINIC, FaxSchool, pdf
from tests.simulator.running import ACCOUNT, ROSA, SCHOOL, TOKEN, PointedHere, served

pytestmark = pytest.mark.faults


@contextmanager
def alone(port: int, data: Path, **more: str) -> Iterator[Child]:
    """The network as its own command, in a process group of its own."""
    environment = {"SIMULATOR_DATABASE": str(data / "network.sqlite3"), "HOMEROOM_DATA": str(data)} | more
    process = bear(environment, data / "network.log", ["flask", "--app", "wsgi", "simulator", "--port", str(port)])
    try:
        _until(lambda: _answers(port))
        yield process
    finally:
        _kill(process)


def _kill(process: Child) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/_control/", timeout=20).ok
    except requests.ConnectionError:
        return False


def _until(holds) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_every_text_that_was_answered_is_there_after_a_kill_and_its_story_goes_on(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    answered: list[str] = []

    def send(worker: int) -> None:
        client = Client(ACCOUNT, TOKEN, http_client=PointedHere(url))
        try:
            for number in range(1000):
                sent = client.messages.create(to=ROSA, from_=SCHOOL, body=f"{worker}-{number}")
                answered.append(sent.sid)
        except requests.RequestException:
            return

    with alone(port, tmp_path) as process:
        senders = [threading.Thread(target=send, args=(worker,)) for worker in range(4)]
        for sender in senders:
            sender.start()
        _until(lambda: len(answered) > 100)
        _kill(process)
        for sender in senders:
            sender.join()
    with alone(port, tmp_path):
        client = Client(ACCOUNT, TOKEN, http_client=PointedHere(url))
        kept = client.messages.list(page_size=1000)
        assert set(answered) <= {message.sid for message in kept}
        assert len(kept) <= len(answered) + len(senders)
        assert len({message.body for message in kept}) == len(kept)
        assert requests.post(f"{url}/_control/settle", json={"seconds": 30}, timeout=120).json()["settled"]
        assert {message.status for message in client.messages.list(page_size=1000)} == {"delivered"}


def test_a_fax_goes_on_where_the_kill_met_it(tmp_path: Path) -> None:
    port = free_port()
    control = f"http://127.0.0.1:{port}/_control"
    school = FaxSchool()
    with served(school.app()) as url:
        school.url = url
        with alone(port, tmp_path, SIMULATOR_FAX_URL=f"{url}/faxes") as process:
            requests.post(f"{control}/settings", json={"fax_speed": 8}, timeout=60)
            body = {"to": SCHOOL, "documents": [base64.b64encode(pdf(4)).decode()]}
            sent = requests.post(f"{control}/fax_machines/{CLINIC}/faxes", json=body, timeout=60).json()
            _until(lambda: _faxes(control)[0]["through"] >= 1)
            os.killpg(process.pid, signal.SIGKILL)
        assert "fax.received" not in school.events(sent["sid"]), "it was killed before its last page"
        with alone(port, tmp_path, SIMULATOR_FAX_URL=f"{url}/faxes"):
            _until(lambda: _faxes(control)[0]["status"] == "received")
            (fax,) = _faxes(control)
            assert (fax["through"], fax["pages"]) == (4, 4)
            assert school.wait_for("fax.received", 60).fax_id == sent["sid"]


def _faxes(control: str) -> list[dict[str, Any]]:
    return list(requests.get(f"{control}/faxes", timeout=60).json()["faxes"])
