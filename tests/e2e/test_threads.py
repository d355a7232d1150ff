"""Threads in a real browser: by keyboard, offline, with files, between two people, and in every corner for axe."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Window, axe_findings, catch_requests, control, until_held
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER, OFFICE = "teacher@demo.test", "office@demo.test"
SOON = 60_000
CORNERS = (
    "/conversations?select=1", "/conversations?q=bus", "/conversations?filter=scheduled", "/conversations/new", "/conversations/messages/1",
    "/conversations/1/print", "/unknown-senders", "/unknown-senders/1?q=rosa", "/saved-replies", "/conversations/1?view=side",
)  # fmt: skip


def open_thread(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()


def test_by_keyboard_alone(window: Window, complaints: list[str]) -> None:
    page = window("/", TEACHER)
    page.keyboard.press("j")
    expect(page.locator("#thread h1")).to_be_focused()
    first = page.url
    page.evaluate("() => { const { style } = document.getElementById('draft'); style.height = '9rem'; style.height = ''; }")
    page.keyboard.press("j")
    page.wait_for_url(lambda address: address != first)
    page.keyboard.press("r")
    expect(page.locator("#draft")).to_be_focused()
    page.keyboard.type("Half a thou")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.locator("#draft")).to_have_value("")
    page.keyboard.press("j")
    expect(page.locator("#draft")).to_have_value("Half a thou")
    page.locator("#draft").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator('[name="mode"][value="note"]')).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    assert complaints == []


def test_by_keyboard_from_the_door_to_a_sent_text_and_back(window: Window) -> None:
    page = window("/sign-in")
    for field, words, key in (("School email", "bea@demo.test", "Tab"), ("Password", "homeroom-demo", "Enter")):
        expect(page.get_by_label(field, exact=True)).to_be_focused()
        page.keyboard.type(words)
        page.keyboard.press(key)
    page.wait_for_url("**/conversations**")
    page.keyboard.press("j")
    expect(page.locator("#thread h1")).to_be_focused()
    page.keyboard.press("r")
    if page.locator("#composer-gate").count():
        expect(page.locator("#draft")).to_be_visible()
    page.keyboard.type("No mouse was needed.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-out", has_text="No mouse was needed.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(f"#c{page.url.rsplit('/', 1)[1].split('?')[0]} .convo")).to_be_focused()


def test_a_thread_leaves_the_house_under_its_name(window: Window) -> None:
    page = window("/conversations/2", TEACHER)
    for entry, ending in (("Export as table", "csv"), ("Export as text", "txt")):
        page.get_by_role("button", name="More actions").click()
        with page.expect_download() as download:
            page.get_by_role("link", name=entry).click()
        assert download.value.suggested_filename == f"Minh Châu Nguyễn Thị.{ending}"
        assert "Minh Châu Nguyễn Thị" in download.value.path().read_text()
        page.keyboard.press("Escape")


def test_letters_typed_while_a_new_message_opens_are_a_name(window: Window) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Tamika Brooks")
    page.evaluate("document.activeElement.blur()")
    held: list[Route] = []
    catch_requests(page)
    page.route("**/conversations/new", lambda route: held.append(route))  # noqa: PLW0108  # a built-in cannot be marked
    page.keyboard.type("crosa ma")
    expect(page.get_by_role("dialog", name="New message").get_by_label("To")).to_have_value("rosa ma")
    page.wait_for_function("() => document.querySelector('#new-message [aria-busy]')")
    until_held(page, held)
    held[0].continue_()
    expect(page.locator("#new-message-form #who")).to_have_value("rosa ma")
    page.keyboard.type("ria")
    expect(page.locator("#new-message-form #who")).to_have_value("rosa maria")
    expect(page.locator("#recipients-found")).to_contain_text("Rosa María")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    until_held(page, held, 2)
    with page.expect_response("**/conversations/new"):
        held[1].continue_()
    expect(page.locator("#recipients-found")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_done_moves_on_and_comes_back(window: Window) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Priyanka Subramaniam")
    before = page.url
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url(lambda address: address != before)
    expect(page.locator("#rows")).not_to_contain_text("Priyanka Subramaniam")
    page.keyboard.press("z")
    page.wait_for_url(before)
    expect(page.locator("#rows")).to_contain_text("Priyanka Subramaniam", timeout=SOON)


HOLD_THE_ANSWER = """address => {
  const text = Response.prototype.text;
  window.held = new Promise((isHeld) => {
    Response.prototype.text = async function () {
      const said = await text.call(this);
      if (new URL(this.url).pathname === address) await new Promise((go) => isHeld((window.letGo = go)));
      return said;
    };
  });
  document.dispatchEvent(new CustomEvent("homeroom:refresh-head", { detail: {} }));
}"""


def test_a_late_answer_about_one_family_leaves_the_next_alone(window: Window) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Tamika Brooks")
    page.evaluate(HOLD_THE_ANSWER, page.evaluate("location.pathname"))
    page.evaluate("async () => { await window.held; }")
    open_thread(page, "Iosefa Tuilagi")
    page.evaluate("async () => { window.letGo(); await new Promise((go) => setTimeout(go, 0)); }")
    expect(page.locator("#composer")).to_have_attribute("aria-label", re.compile("Iosefa"))
    expect(page.locator("#state")).to_have_attribute("action", re.compile(page.evaluate("location.pathname") + "/state$"))


def test_what_is_written_offline_goes_out_once(window: Window, house: House) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Fadumo Abdi Warsame")
    catch_requests(page)
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("You’re offline", timeout=SOON)
    page.locator("#draft").fill("Written under a tunnel.")
    page.locator("#send").click()
    expect(page.locator(".msg-out", has_text="under a tunnel")).to_contain_text("Waiting for connection")
    page.route("**/messages", lambda route: route.fulfill(status=503), times=1)  # too busy at first
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_contain_text("1 message sent", timeout=SOON)
    expect(page.locator(".msg-out", has_text="under a tunnel")).to_have_count(1)
    expect(page.locator(".msg-out", has_text="under a tunnel").locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    sent = [message for message in control(house, "messages?limit=200")["messages"] if "under a tunnel" in message["body"]]
    assert len(sent) == 1


def test_a_picture_is_attached_and_a_lie_is_refused(window: Window, tmp_path: Path) -> None:
    Image.new("RGB", (1200, 900), "#3a7").save(tmp_path / "garden.jpg")
    (tmp_path / "fake.jpg").write_bytes(b"Only words, whatever the name says.")
    page = window("/", TEACHER)
    open_thread(page, "Alexandra Konstantinopoulou")
    held: list[Route] = []
    catch_requests(page)
    page.route("**/attachments", lambda route: held.append(route))  # noqa: PLW0108  # a built-in cannot be marked
    page.locator("#file-input").set_input_files([tmp_path / "garden.jpg", tmp_path / "fake.jpg"])
    expect(page.locator("#files [aria-busy]")).to_have_count(2)
    page.locator("#send").click()
    expect(page.locator("#toasts")).to_contain_text("still on its way")
    until_held(page, held, 2)
    held[1].continue_()
    refused = page.locator("#files .is-refused")
    expect(refused).to_contain_text("inside it is TXT")
    open_thread(page, "Wei Zhang")
    expect(page.locator("#files > li")).to_have_count(0)
    with page.expect_response("**/attachments"):
        held[0].continue_()
    open_thread(page, "Alexandra Konstantinopoulou")
    expect(page.locator("#files > li", has_text="garden.jpg")).to_contain_text("Picture")
    expect(refused).to_contain_text("inside it is TXT")
    page.get_by_role("button", name="Remove fake.jpg").click()
    page.locator("#draft").fill("Our garden")
    page.locator("#send").click()
    picture = page.locator(".msg-out", has_text="Our garden").locator("img")
    expect(picture).to_be_visible()
    page.locator("#draft").fill("By the way")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#draft")).to_have_value("Our garden\nBy the way")
    expect(page.locator("#files > li", has_text="garden.jpg")).to_contain_text("Picture")
    expect(picture).to_have_count(0)
    page.locator("#send").click()
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def test_colleagues_see_each_other_at_the_thread(window: Window) -> None:
    teacher = window("/conversations/1", TEACHER)
    office = window("/conversations/1", OFFICE)
    expect(teacher.locator("#presence")).to_contain_text("Marisol Vega", timeout=SOON)
    office.locator("#draft").press_sequentially("I will answer")
    expect(teacher.locator("#typing")).to_contain_text("Marisol Vega is replying", timeout=SOON)
    office.locator("#draft").fill("")


def test_the_counter_speaks_up_and_one_click_helps(window: Window) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Tamika Brooks")
    page.locator("#draft").fill("It’s “fine” — see you " * 4)
    expect(page.locator("#draft-count")).to_contain_text("2 texts")
    expect(page.locator("#marks mark").first).to_be_attached()
    page.get_by_role("button", name="Straighten quotes and dashes").click()
    expect(page.locator("#draft-count")).to_have_text("")
    expect(page.locator("#draft")).to_have_value(re.compile('It\'s "fine" - see you'))
    page.locator("#draft").fill("")


def test_script_in_words_stays_words(window: Window, complaints: list[str]) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Wei Zhang")
    words = "<img src=x onerror=alert(1)> & مرحبا 🦒"
    page.locator("#draft").fill(words)
    page.locator("#send").click()
    expect(page.locator(".msg-out").last).to_contain_text(words)
    expect(page.locator("#rows")).to_contain_text("<img src=x")
    assert complaints == []


@pytest.mark.parametrize("width", [390, 320])
def test_what_language_a_text_leaves_in_is_read_in_full_on_a_phone(window: Window, width: int) -> None:
    page = window("/conversations/1", TEACHER, width=width)
    expect(page.locator("#sends-in")).to_contain_text("Spanish")
    pill, box = page.locator(".composer-lang").bounding_box(), page.locator("#composer").bounding_box()
    assert pill
    assert box
    assert box["x"] <= pill["x"] <= pill["x"] + pill["width"] <= box["x"] + box["width"]


def test_a_phone_shows_one_pane_and_back_goes_back(window: Window) -> None:
    page = window("/", TEACHER, width=390)
    page.locator("#rows .convo").first.click()
    expect(page.locator("#draft")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("button", name="Show family details").click()
    expect(page.locator("#side")).to_contain_text("Guardians")
    page.locator("[data-drawer-close]").click()
    page.get_by_role("link", name="Back to messages").click()
    expect(page.locator("#list")).to_be_visible()
    page.go_back()
    expect(page.locator("#draft")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_the_corners(window: Window, width: int, complaints: list[str]) -> None:
    page = window("/", OFFICE, width=width)
    findings = {}
    for path in CORNERS:
        page.goto(path)
        if found := axe_findings(page):
            findings[path] = found
    page.goto("/conversations/1")
    for opener in ("assign-menu", "snooze-menu", "more-menu", "to-menu", "replies-menu", "emoji-menu", "send-menu"):
        button = page.locator(f'[popovertarget="{opener}"]').first
        if not button.is_visible():
            continue
        button.click()
        expect(page.locator(f"#{opener}")).to_be_visible()
        expect(page.locator(f"#{opener}.htmx-request")).to_have_count(0)
        if found := axe_findings(page, f"#{opener}"):
            findings[opener] = found
        page.keyboard.press("Escape")
    if width > 500:
        page.keyboard.press("c")
        expect(page.get_by_role("dialog", name="New message")).to_be_visible()
        if found := axe_findings(page, "#new-message"):
            findings["new message"] = found
    assert findings == {}
    assert [complaint for complaint in complaints if "eval" not in complaint.lower()] == []
