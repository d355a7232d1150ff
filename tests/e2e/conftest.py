"""A demo house in a process of its own, and windows into it."""

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator, Sized
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from app.conversations.models import Participant
from app.core.database import db
from app.directory.models import PhoneNumber
from tests.faults.people import wait_until
from tests.houses import House, keep_awake, model_house, running_house

AXE = next((Path(__file__).parents[1] / "fixtures/vendor").glob("axe-core-*/axe.min.js"))
PATIENCE = 90_000
PHONE = 500
PROBE = "/sign-in?caught"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Window = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One demo district for all journeys; each keeps to its own families."""
    model = model_house(tmp_path_factory.getbasetemp())
    with running_house(tmp_path_factory.mktemp("house"), like=model, FAX_RETRY_SECONDS="1") as house:
        control(house, "settings", {"callback_delay": 0.05})
        keep_awake(house.beside())
        yield house


def control(house: House, path: str, body: object = None) -> Any:
    """Ask the simulated network, beside its pages."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{house.url}/simulator/_control/{path}", data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


@pytest.fixture(scope="session")
def records(house: House) -> Flask:
    """What the house has written down, read beside it."""
    return house.beside()


def line_of(records: Flask, conversation_id: int) -> tuple[str, str]:
    """The guardian's number and the school's in a thread."""
    with records.app_context():
        joined = select(Participant.address, PhoneNumber.address).join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        guardian, school = db.session.execute(joined.where(Participant.conversation_id == conversation_id)).one()
        return guardian, school


def demo_line_of(records: Flask, handset: str) -> str:
    """The school's number in the conversation that the demo district brings: other journeys may have begun more since."""
    with records.app_context():
        joined = select(PhoneNumber.address).join(Participant, PhoneNumber.id == Participant.phone_number_id)
        return db.session.scalars(joined.where(Participant.address == handset).order_by(Participant.conversation_id)).first() or ""


def texts(house: House, guardian: str, school: str, body: str, *media: bytes) -> None:
    """The guardian's handset texts the school."""
    files = [base64.b64encode(file).decode() for file in media]
    control(house, f"handsets/{quote(guardian)}/texts", {"to": school, "body": body, "media": files})


@pytest.fixture
def complaints() -> list[str]:
    """What any window of the test complained of."""
    return []


@pytest.fixture(scope="session")
def badges() -> dict[str, Any]:
    """The cookies of those who signed in already: the form is filled once for each person."""
    return {}


def sign_in(page: Page, email: str) -> None:
    """Through the sign-in page, as people do."""
    page.goto("/sign-in")
    page.get_by_label("School email").fill(email)
    page.get_by_label("Password").fill("homeroom-demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/conversations**")


@pytest.fixture
def window(browser: Browser, house: House, complaints: list[str], badges: dict[str, Any]) -> Iterator[Window]:
    """Open a window; with an email, somebody is signed in there."""
    contexts: list[BrowserContext] = []

    def open_window(path: str = "/", email: str | None = None, *, width: int = 1440, javascript: bool = True) -> Page:
        is_phone = width < PHONE
        context = browser.new_context(
            base_url=house.url, viewport={"width": width, "height": 900}, color_scheme="light", is_mobile=is_phone, has_touch=is_phone,
            locale="en-US", timezone_id="America/Los_Angeles", reduced_motion="reduce", java_script_enabled=javascript,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}") if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        if email in badges:
            context.add_cookies(badges[email])
        elif email:
            sign_in(page, email)
            badges[email] = [cookie for cookie in context.cookies() if cookie["name"] == "homeroom"]
        page.goto(path)
        return page

    yield open_window
    for context in contexts:
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.close()


def catch_requests(page: Page) -> None:
    """Make `page.route` hold from here on: Chromium tells a page that is loaded already a moment after it said so."""
    caught: list[Route] = []

    def answer(route: Route) -> None:
        caught.append(route)
        route.fulfill(status=204)

    page.route(f"**{PROBE}", answer)
    while not caught:
        page.evaluate("address => fetch(address).then(() => null)", PROBE)


def until_held(page: Page, held: Sized, count: int = 1) -> None:
    """Wait until so many requests of the page stand in `held`: the page may say that it asks before the browser hands that over."""
    wait_until(lambda: page.evaluate("() => null") or len(held) >= count, said=lambda: f"{len(held)} of {count} requests came")


def axe_findings(page: Page, within: str = "html") -> list[str]:
    """What axe finds on the page as it stands, or within a part of it; then the colours once more in the dark, which a phone shares."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found = _run_axe(page, within, RULES)
    if (page.viewport_size or {"width": 0})["width"] < PHONE:
        return found
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {finding}" for finding in _run_axe(page, within, ["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return found


def _run_axe(page: Page, within: str, rules: list[str]) -> list[str]:
    run = "([part, rules]) => axe.run(part, {runOnly: rules, resultTypes: ['violations']})"
    result = page.evaluate(run, [within, rules])
    return [f"{violation['id']}: {node['html'][:160]}" for violation in result["violations"] for node in violation["nodes"]]
