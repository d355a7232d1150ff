"""The page of handsets in a real browser: live, by keyboard, and without a finding of axe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.simulator.running import PICTURE, ROSA, SCHOOL, Network, School

pytestmark = pytest.mark.e2e
AXE = next((Path(__file__).parents[1] / "fixtures/vendor").glob("axe-core-*/axe.min.js"))
THREAD = f"/phones/{ROSA}/with/{SCHOOL}"
LOOKS = {
    "desktop": (THREAD, 1440), "tablet": (THREAD, 1024), "phone": (THREAD, 390), "who": (f"{THREAD}?view=who", 390),
    "school": (f"{THREAD}?view=school", 390), "list": (f"/phones/{ROSA}/all", 390),
}  # fmt: skip

FADED = "() => Promise.all(document.getAnimations().filter(each => each instanceof CSSTransition).map(each => each.finished))"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors, and anything that the content policy refused."""
    return []


@pytest.fixture
def open_page(browser: Browser, network: Network, complaints: list[str]) -> Iterator:
    """Open the page in a window of a given width and colour scheme."""
    network.control("handsets", [
        {"number": ROSA, "name": "Rosa María Hernández-Gutiérrez", "note": "Spanish, texts a lot", "language": "es", "rank": 0},
        *({"number": f"+1503777{index:04d}", "name": f"Guardian {index}", "language": "ar"} for index in range(12)),
    ])  # fmt: skip
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove School"})
    contexts = []

    def open_page(path: str = THREAD, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-US")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(network.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_text_appears_by_itself_and_is_answered(open_page, network: Network, school: School, complaints: list[str]) -> None:
    page = open_page()
    network.send(body="The bus leaves at 8:45", status_callback=f"{school.url}/status")
    expect(page.get_by_role("log", name="Messages on this phone").get_by_text("The bus leaves at 8:45")).to_be_visible()
    expect(page.locator("#feed").get_by_text("was delivered, 1 text")).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("Gracias, ahí estaremos")
    page.keyboard.press("Enter")
    expect(page.locator(".phone-msg.me").get_by_text("Gracias, ahí estaremos")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    expect(page.locator("#feed").get_by_text("“Gracias, ahí estaremos” reached the school")).to_be_visible()
    assert school.of("inbound")[0].form["Body"] == "Gracias, ahí estaremos"
    expect(page.locator(".phone-msg")).to_have_count(2)
    assert complaints == []


def test_a_picture_and_quick_texts(open_page, school: School, complaints: list[str]) -> None:
    page = open_page()
    page.get_by_role("textbox", name="Message").fill("Half a thought")
    page.get_by_role("button", name="Photo", exact=True).click()
    expect(page.locator(".phone-msg.me img")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("Half a thought")
    page.get_by_label("Add a photo").set_input_files({"name": "note.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(page.get_by_text("note.png")).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".phone-msg.me img")).to_have_count(2)
    expect(page.get_by_text("note.png")).to_be_hidden()
    assert [heard.form["NumMedia"] for heard in school.wait_for(2, "inbound")] == ["1", "1"]
    page.get_by_label("Add a photo").set_input_files({"name": "tax.exe", "mimeType": "image/png", "buffer": b"MZ"})
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("tax.exe is not a photo")
    assert complaints == []


def test_stop_turns_into_start(open_page, network: Network, complaints: list[str]) -> None:
    page = open_page()
    page.get_by_role("button", name="STOP").click()
    expect(page.get_by_text("This phone said STOP")).to_be_visible()
    page.get_by_role("button", name="START", exact=True).click()
    expect(page.get_by_text("This phone said STOP")).to_be_hidden()
    assert network.send().status == "queued"
    assert complaints == []


def test_somebody_else_is_found_and_played(open_page, complaints: list[str]) -> None:
    page = open_page()
    page.get_by_role("searchbox").fill("guardian 11")
    page.get_by_role("link", name="Guardian 11").click()
    expect(page).to_have_title("Phone simulator · Homeroom")
    expect(page.get_by_role("region", name="The phone of Guardian 11")).to_be_visible()
    page.get_by_label("Text or call a number of the school").select_option(SCHOOL)
    page.get_by_role("button", name="New text").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    assert complaints == []


def test_a_switch_acts_at_once(open_page, network: Network, complaints: list[str]) -> None:
    page = open_page()
    with page.expect_response("**/switches"):
        page.get_by_role("switch", name="Phone is off").click()
    network.set(callback_delay=0)
    network.send(body="Into the void")
    assert network.control("settle", {"seconds": 0.2}) == {"settled": False}
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("button", name="Empty the phone").click()
    expect(page.get_by_role("switch", name="Phone is off")).not_to_be_checked()
    assert network.control("messages/count")["count"] == 0
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_use_it(open_page, network: Network, school: School, complaints: list[str], look: str) -> None:
    network.send(body="¡Hola! https://hmrm.example/s/7KQ2", status_callback=f"{school.url}/status")
    network.control(f"handsets/{ROSA}/texts", {"to": SCHOOL, "body": "STOP"})
    network.settle()
    page = open_page(*LOOKS[look])
    assert complaints == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.evaluate(AXE.read_text())
    assert violations(page, ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]) == []
    page.emulate_media(color_scheme="dark")  # which changes colours, and nothing else that axe looks at
    page.evaluate(FADED)
    assert violations(page, ["color-contrast"]) == []
    assert complaints == []


def violations(page: Page, rules: list[str]) -> list[tuple[str, list[str]]]:
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
