"""Goals 2 and 6: pages through gunicorn beside a bare view, and what a browser fetches on its first visit."""

import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from bench.figures import Figure
from tests.houses import House, running_house
from tests.servers import free_port, wait_for_port
from tools.browser import executable

CLIENTS = 4
ROUNDS = 8
VISITS = 30
WHO = "office@demo.test"
COOKIE = "homeroom"


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="homeroom-bench-") as folder, running_house(Path(folder), FAST_PASSWORDS="0") as house:
        cookie = house.cookie_of(house.beside(), WHO)
        yield from through_gunicorn(house, cookie)
        yield from first_visit(house, cookie)


def through_gunicorn(house: House, cookie: str) -> Iterator[Figure]:
    """Both with four clients on connections that stay open, and with the cookie that a browser holds after its first page."""
    cookie = renewed(house.url, cookie)
    size = len(fetch(connection_to(house.url), "/conversations", cookie))
    with bare_server(size) as bare:
        ours, baseline = in_turn(house.url, bare, cookie)
    for name, goal, part in (("p50", 2.0, 50), ("p99", 2.0, 99)):
        mine, theirs = percentile(ours, part), percentile(baseline, part)
        ratio = round(mine / theirs, 3)
        yield Figure(
            f"page.inbox.served.{name}", mine, theirs, ratio, f"<= {goal}", ratio <= goal, "ms", {"clients": CLIENTS, "bytes": size}
        )


def in_turn(house: str, bare: str, cookie: str) -> tuple[list[float], list[float]]:
    """Rounds of ours and of the bare one by turns, four clients at a time.

    Not each client at both: those of them that wait would gather at the slower server, and its queue be measured in the place of its pages
    (a page of twice the cost would then take four times as long).
    """
    ours: list[float] = []
    baseline: list[float] = []
    with ThreadPoolExecutor(CLIENTS) as clients:
        for round_number in range(ROUNDS + 1):
            for url, path, kept, times in ((house, "/conversations", cookie, ours), (bare, "/bare", "", baseline)):
                found = list(clients.map(lambda _each: visits(url, path, kept), range(CLIENTS)))  # noqa: B023  # done within the round
                if round_number:  # the first warms up
                    times.extend(chain.from_iterable(found))
    return ours, baseline


def visits(url: str, path: str, cookie: str) -> list[float]:
    """The times of one client on one connection that stays open."""
    connection = connection_to(url)
    times = [timed(connection, path, cookie) for _each in range(VISITS)]
    connection.close()
    return times


def timed(connection: http.client.HTTPConnection, path: str, cookie: str) -> float:
    start = time.perf_counter()
    fetch(connection, path, cookie)
    return (time.perf_counter() - start) * 1000


def fetch(connection: http.client.HTTPConnection, path: str, cookie: str) -> bytes:
    connection.request("GET", path, headers={"Cookie": f"{COOKIE}={cookie}", "Accept": "text/html"} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    return body


def renewed(url: str, cookie: str) -> str:
    """The cookie after a first page, which adds to it what guards forms."""
    connection = connection_to(url)
    connection.request("GET", "/conversations", headers={"Cookie": f"{COOKIE}={cookie}"})
    answer = connection.getresponse()
    answer.read()
    kept = SimpleCookie(answer.headers["Set-Cookie"])
    return kept[COOKIE].value


def connection_to(url: str) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)


def percentile(values: list[float], part: int) -> float:
    return round(statistics.quantiles(values, n=100)[part - 1], 3)


@contextmanager
def bare_server(size: int) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen([*command, "--log-level", "error", "bench.bare:application"], env={**os.environ, "BARE_BYTES": str(size)})
    try:
        wait_for_port(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def first_visit(house: House, cookie: str) -> Iterator[Figure]:
    """Every byte that Chromium receives with an empty cache, headers included."""
    received: dict[str, int] = {}
    names: dict[str, str] = {}
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": house.url}])
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", lambda it: names.setdefault(it["requestId"], it["request"]["url"]))
        network.on("Network.loadingFinished", lambda it: received.update({it["requestId"]: int(it["encodedDataLength"])}))
        page.goto(f"{house.url}/conversations", wait_until="load")
        page.wait_for_function("() => document.fonts.status === 'loaded'")
        page.wait_for_timeout(1000)
        browser.close()
    sizes = {names[number].rsplit("/", 1)[-1]: size for number, size in received.items()}
    total, html = sum(received.values()), sizes.get("conversations", 0)
    details = {"files": len(received), "sizes": sizes}
    yield Figure("first_visit.kB", round(total / 1000, 1), None, None, "<= 120", total <= 120_000, "kB", details)
    yield Figure("first_visit.page.kB", round(html / 1000, 1), None, None, "<= 12", html <= 12_000, "kB")
