"""The programs that we hand out for the live feed: the one for Python runs with its quick start, the one for JavaScript here."""

import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any, cast

import pytest
from playwright._impl._driver import compute_driver_executable

from app.accounts.sandbox import SANDBOX_TOKEN
from tests.api.quick_starts import ROOT
from tests.houses import House

pytestmark = pytest.mark.e2e

CLIENT = next((ROOT / "static" / "vendor").glob("socket.io-client-*"))
PACKAGE = '{"name": "socket.io-client", "exports": "./index.mjs"}'
MODULE = 'import client from "./client.cjs"; export const io = client.io;'


@contextmanager
def listening(house: House, folder: Path, key: str = SANDBOX_TOKEN, ends: int | None = None, count: int = 1) -> Iterator[IO[str]]:
    """The example as it stands, beside the official client, which browsers get from us as one file."""
    package = folder / "node_modules" / "socket.io-client"
    package.mkdir(parents=True)
    shutil.copy(CLIENT / "socket.io.min.js", package / "client.cjs")
    (package / "index.mjs").write_text(MODULE)
    (package / "package.json").write_text(PACKAGE)
    shutil.copy(ROOT / "examples" / "live_feed" / "listen.mjs", folder)
    node = compute_driver_executable()[0]
    environment = {**os.environ, "HOMEROOM": house.url, "KEY": key, "COUNT": str(count)}
    with Popen([node, "listen.mjs"], cwd=folder, env=environment, stdout=PIPE, stderr=subprocess.STDOUT, text=True) as program:
        try:
            yield cast("IO[str]", program.stdout)
            assert ends is None or program.wait(20) == ends
        finally:
            program.kill()


def ask(house: House, path: str, body: object = None) -> Any:
    headers = {"Authorization": f"Bearer {SANDBOX_TOKEN}", "X-User-Id": "primary", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{house.url}/ringplan{path}", data, headers), timeout=60) as answer:
        return json.loads(answer.read())


def test_the_javascript_program_hears_a_text(house: House, tmp_path: Path) -> None:
    with listening(house, tmp_path, ends=0, count=2) as heard:
        assert heard.readline() == "listening\n"
        contact = ask(house, "/texting/contacts", {"number": "+15035552001"})["id"]
        [number, *_others] = re.findall(r'"number": ?"(\d+)"', json.dumps(ask(house, "/texting/numbers")))
        talk = ask(house, "/texting/conversations", {"contact_id": contact, "from_number": number})
        ask(house, f"/texting/conversations/{talk['id']}/messages/publish", {"text": "The bus is late."})
        assert heard.readline() == f"outbound +1{talk['from_number'].removeprefix('+1')} -> +15035552001 The bus is late.\n"
        answer = json.dumps({"to": f"+1{talk['from_number'].removeprefix('+1')}", "body": "Thanks"}).encode()
        handset = f"{house.url}/simulator/_control/handsets/%2B15035552001/texts"
        urllib.request.urlopen(urllib.request.Request(handset, answer, {"Content-Type": "application/json"}), timeout=60).close()
        assert heard.readline().endswith("Thanks\n")
        assert heard.read() == "", "it ends after two"
        messages = ask(house, f"/texting/conversations/{talk['id']}/messages")
        assert [each["is_read"] for each in messages if each["text"] == "Thanks"] == [False], "who only listens reads for nobody"


def test_a_wrong_key_is_not_let_in(house: House, tmp_path: Path) -> None:
    with listening(house, tmp_path, "hr_test_nobodys", ends=1) as heard:
        assert heard.readline().startswith("not let in:")
