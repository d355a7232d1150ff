"""Issue 4: how soon a recording is heard after play is pressed, and what a jump to its end costs, in Chromium against a running house."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import CDPSession, Page, sync_playwright

from app.calls.models import Recording
from app.conversations.service.attachments import file_store
from app.core.database import db, transaction
from app.voicemail.models import Voicemail
from bench.figures import Figure
from tests.calls.tapes import RATE, sound
from tests.houses import House, running_house
from tools.browser import executable

WHO = "teacher@demo.test"
VOICEMAIL = 9
HOUR = 3600
ROUNDS = 12
SOONEST = 200.0
PART = 0.1
"""Of the file, that one may download to hear its beginning and its end."""
HEARD = """async ([button, from]) => {
  const audio = document.querySelector("[data-sound]");
  const pressed = new Promise((done) => document.querySelector(button).addEventListener(from ? "input" : "click", () => done(performance.now()), { once: true }));
  window.heard = pressed.then(async (began) => {
    const frame = () => new Promise(requestAnimationFrame);
    while (audio.seeking || audio.paused || audio.currentTime <= from) await frame();
    return performance.now() - began;
  });
}"""


def figures() -> Iterator[Figure]:
    path = executable()
    with (
        tempfile.TemporaryDirectory(prefix="homeroom-bench-") as folder,
        running_house(Path(folder)) as house,
        sync_playwright() as browsers,
    ):
        app = house.beside()
        size = an_hour(app)
        browser = browsers.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=house.url)
        context.add_cookies([{"name": "homeroom", "value": house.cookie_of(app, WHO), "url": house.url}])
        yield first_sound(context.new_page())
        yield seek(context.new_page(), house, size)
        browser.close()


def an_hour(app: Flask) -> int:
    """Make the voicemail a very long one. Returns its bytes."""
    short = sound(2.0)
    data = short[:4] + (36 + HOUR * RATE * 2).to_bytes(4, "little") + short[8:40] + (HOUR * RATE * 2).to_bytes(4, "little")
    data += short[44:] * (HOUR // 2)
    with app.app_context():
        stored = file_store().save(iter([data]), extension=".wav")
        with transaction():
            recording = db.session.get_one(Recording, db.session.get_one(Voicemail, VOICEMAIL).recording_id)
            recording.file_key, recording.size, recording.seconds = stored.key, stored.size, float(HOUR)
        db.session.remove()
    return len(data)


def first_sound(page: Page) -> Figure:
    """From the press of the button until the sound has moved on, each time on a page that was just opened."""
    waits = []
    for _round in range(ROUNDS + 1):
        ready(page)
        waits.append(heard(page, "[data-play]", 0.0, lambda: page.locator("[data-play]").click()))
    waits = sorted(waits[1:])
    worst = round(waits[-1], 1)
    details = {"median": round(statistics.median(waits), 1), "rounds": ROUNDS, "seconds": HOUR}
    return Figure("recording.first_sound", worst, None, None, f"<= {SOONEST:.0f}", worst <= SOONEST, "ms", details)


def seek(page: Page, house: House, size: int) -> Figure:
    """What is downloaded to hear the beginning, and then the last minute."""
    network = page.context.new_cdp_session(page)
    received = counted(network, f"{house.url}/recordings/sound/")
    ready(page)
    heard(page, "[data-play]", 0.0, lambda: page.locator("[data-play]").click())
    target = HOUR - 60.0
    wait = heard(page, "[data-seek]", target, lambda: page.locator("[data-seek]").fill(str(target)))
    part = round(sum(received.values()) / size, 4)
    details = {"ms": round(wait, 1), "MB": round(size / 1e6, 1), "requests": len(received)}
    return Figure("recording.seek.downloaded", part, None, None, f"<= {PART}", part <= PART, "of the file", details)


def ready(page: Page) -> None:
    page.goto(f"/voicemail/{VOICEMAIL}")
    page.wait_for_function(
        "() => document.querySelector('[data-sound]').readyState >= 1 && document.querySelector('[data-play]').offsetParent"
    )


def heard(page: Page, button: str, start: float, act: Any) -> float:
    """Milliseconds from what a person does until the sound goes on after `start`."""
    page.evaluate(HEARD, [button, start])
    act()
    return float(page.evaluate("() => window.heard"))


def counted(network: CDPSession, address: str) -> dict[str, int]:
    """The bytes of each request below an address, as they come."""
    received: dict[str, int] = {}

    def sent(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith(address):
            received[event["requestId"]] = 0

    def came(event: dict[str, Any]) -> None:
        if event["requestId"] in received:
            received[event["requestId"]] += int(event["dataLength"])

    network.send("Network.enable")
    network.on("Network.requestWillBeSent", sent)
    network.on("Network.dataReceived", came)
    return received
