"""The office reads what came by fax, turns it, names it, files it, puts it aside, and takes that back."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import School, Student
from app.fax.models import Fax, FaxPage
from tests.e2e.conftest import PHONE, Window, axe_findings, catch_requests
from tests.factories import fax
from tests.faults.people import wait_until

pytestmark = pytest.mark.e2e
OFFICE = "office@demo.test"
Arrive = Callable[..., int]


@pytest.fixture
def arrive(records: Flask) -> Iterator[Arrive]:
    """A fax came to the school of the office (`test_fax_machines` sends them as machines do). What is left of them is deleted."""
    came: list[int] = []

    def arriving(**fields: Any) -> int:
        with records.app_context():
            clerk = db.session.scalars(select(Staff).where(Staff.email == OFFICE)).one()
            school = db.session.get_one(School, clerk.school_ids[0])
            with transaction():
                one = fax(school, provider_id=f"e2e-{now().timestamp()}", **fields)
            came.append(one.id)
            return one.id

    yield arriving
    with records.app_context(), transaction():
        db.session.query(Fax).filter(Fax.id.in_(came)).update({"deleted_at": now()}, synchronize_session=False)


def stands(records: Flask, fax_id: int, field: str) -> Any:
    """What the row says now."""
    with records.app_context():
        return db.session.scalar(select(getattr(Fax, field)).where(Fax.id == fax_id))


def until_stands(records: Flask, fax_id: int, field: str, wanted: Any) -> None:
    """Wait for what a click set going."""
    wait_until(lambda: stands(records, fax_id, field) == wanted, said=lambda: stands(records, fax_id, field))


def child_of(records: Flask) -> tuple[int, str]:
    """A student of the demo district whose name nobody shares."""
    with records.app_context():
        rows = db.session.execute(select(Student.id, Student.given_name, Student.family_name).order_by(Student.id)).all()
    names = [f"{row.given_name} {row.family_name}" for row in rows]
    return next((row.id, name) for row, name in zip(rows, names, strict=True) if names.count(name) == 1)


def test_a_fax_that_came_is_read_turned_and_filed(window: Window, records: Flask, arrive: Arrive, complaints: list[str]) -> None:
    _student, child = child_of(records)
    one = arrive(name="Northside Pediatrics", pages=3, subject="Immunization record", words=f"Certificate for {child}")
    page = window("/fax", OFFICE)
    badge, row = page.locator('[data-count="fax"]').first, page.locator(f"#f{one}")
    before = int(badge.text_content() or 0) - 1
    expect(row).to_have_attribute("data-first", "1")
    row.locator("a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Northside Pediatrics")
    expect(page).to_have_url(re.compile(rf"/fax/{one}"))
    expect(page.locator("#p1 img")).to_have_js_property("complete", value=True)
    assert page.locator("#p1 img").evaluate("(picture) => picture.naturalWidth") > 0
    expect(row.locator(".is-new")).to_have_count(0)  # it was in sight for a second
    expect(row).to_have_attribute("data-first", "1")  # and stays where it is, so that nothing jumps under the mouse
    expect(badge).to_have_text(str(before) if before else "")
    look_at_pages(page)
    turn(page, records, one)
    page.get_by_role("button", name=f"File to {child.split(' ', maxsplit=1)[0]}").click()
    expect(page.get_by_text(f"Filed to {child}")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"Looks like {child}")).to_be_visible()
    assert stands(records, one, "student_id") is None
    assert axe_findings(page) == []
    assert complaints == []


def look_at_pages(page: Page) -> None:
    """By keys, by thumbnails and by the toolbar."""
    place = page.locator("[data-page-of]")
    expect(place).to_have_text("Page 1 of 3")
    page.keyboard.press("PageDown")
    expect(place).to_have_text("Page 2 of 3")
    page.locator('[data-thumb="3"]').click()
    expect(place).to_have_text("Page 3 of 3")
    expect(page.locator('[data-thumb="3"]')).to_have_attribute("aria-current", "true")
    page.keyboard.press("PageUp")
    expect(place).to_have_text("Page 2 of 3")
    zoom = page.locator("[data-zoom]")
    page.keyboard.press("+")
    expect(zoom).to_have_text("125%")
    page.get_by_role("button", name="Zoom out").click()
    page.keyboard.press("-")
    expect(zoom).to_have_text("75%")
    page.keyboard.press("0")
    expect(zoom).to_have_text("100%")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Text of page 2")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Text of page 2")).to_be_hidden()


def turn(page: Page, records: Flask, fax_id: int) -> None:
    """The first page stays as it was turned; its thumbnail and its row, too."""
    page.locator('[data-thumb="1"]').click()
    page.keyboard.press("]")
    expect(page.locator("#p1")).to_have_attribute("data-turn", "90")
    page.keyboard.press("]")
    page.keyboard.press("[")
    expect(page.locator("#p1")).to_have_attribute("data-turn", "90")
    upright, lying = page.locator("#p2").bounding_box(), page.locator("#p1").bounding_box()
    assert upright
    assert lying
    assert lying["width"] > lying["height"]
    assert upright["width"] < upright["height"]
    until_stands(records, fax_id, "first_turn", 90)
    expect(page.locator(f"#f{fax_id} .fax-pic")).to_have_attribute("data-turn", "90")
    page.reload()
    expect(page.locator("#p1")).to_have_attribute("data-turn", "90")
    shown = page.locator("#p1 img").bounding_box()
    paper = page.locator("#p1").bounding_box()
    assert shown
    assert paper
    assert abs(shown["x"] - paper["x"]) < 2  # the picture lies exactly on its paper
    assert abs(shown["width"] - paper["width"]) < 2
    assert abs(shown["height"] - paper["height"]) < 2


def test_named_noted_given_away_and_deleted_with_a_way_back(window: Window, records: Flask, arrive: Arrive) -> None:
    one = arrive(name="", station="", address="+18885550140", pages=1)
    page = window(f"/fax/{one}", OFFICE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Unknown sender")
    expect(page.locator("#fax-side").get_by_text("Looks like junk")).to_be_visible()
    page.get_by_role("button", name="I know it").click()
    page.get_by_role("textbox", name="Sender", exact=True).fill("State Board of Education")
    page.get_by_role("textbox", name="Subject").fill("Meal program")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("State Board of Education")
    expect(page.locator(f"#f{one}")).to_contain_text("Meal program")
    page.get_by_role("textbox", name="Note").fill("Ask the kitchen")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Note saved.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Restrict").click()
    expect(page.get_by_text("Restricted: the office")).to_be_visible()
    page.locator("#fax-side").get_by_role("button", name="Assign").click()
    page.get_by_role("searchbox", name="Search colleagues").fill("Dana")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Dana")).first.click()
    expect(page.locator(f"#f{one}")).to_contain_text("for Dana")
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Ask the kitchen")
    catch_requests(page)
    page.get_by_role("button", name="More actions").click()
    page.route(f"**/fax/{one}", answer_after_the_list_knows(page, one))
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#f{one}")).to_have_count(1)
    assert stands(records, one, "deleted_at") is None
    page.unroute_all()
    page.goto(f"/fax/{one}?box=hidden")  # a list without it, and without any that could take its place
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.wait_for_url("**/fax?box=hidden")
    page.get_by_role("button", name="Undo").click()
    until_stands(records, one, "deleted_at", None)


def answer_after_the_list_knows(page: Page, fax_id: int) -> Callable[[Route], None]:
    """What a live event does when it is quicker than the answer to the press that caused it."""

    def answer(route: Route) -> None:
        if route.request.method != "POST" or "delete" not in (route.request.post_data or ""):
            route.continue_()
            return
        done = route.fetch()
        page.locator(f"#f{fax_id}").wait_for(state="detached")
        route.fulfill(response=done)

    return answer


def test_two_at_one_fax_see_each_other_and_lose_no_word(window: Window, arrive: Arrive) -> None:
    one = arrive(name="Kaiser Records", pages=1, note="Base")
    mine, hers = window(f"/fax/{one}", OFFICE), window(f"/fax/{one}", "admin@demo.test")
    mine.get_by_role("textbox", name="Note").fill("I am writing")
    hers.get_by_role("textbox", name="Note").fill("Hers was first")
    hers.get_by_role("button", name="Save the note").click()
    expect(hers.get_by_text("Note saved.")).to_be_visible()
    expect(mine.get_by_role("textbox", name="Note")).to_have_value("I am writing")
    mine.get_by_role("button", name="Save the note").click()
    expect(mine.get_by_text("A colleague changed this fax meanwhile")).to_be_visible()
    expect(mine.get_by_role("textbox", name="Note")).to_have_value("I am writing")
    hers.get_by_role("button", name="Restrict").click()
    expect(mine.get_by_text("Restricted: the office")).to_be_visible()  # by itself
    expect(mine.get_by_role("textbox", name="Note")).to_have_value("I am writing")


def test_several_are_chosen_hidden_and_shown_again(window: Window, arrive: Arrive) -> None:
    first, second = arrive(name="Bulk One"), arrive(name="Bulk Two")
    page = window("/fax?select=1", OFFICE)
    for one in (first, second):
        page.locator(f"#f{one} input").check()
    expect(page.locator("#selected-count")).to_have_text("2 selected")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Hide", exact=True).click()
    for one in (first, second):
        expect(page.locator(f"#f{one}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    for one in (first, second):
        expect(page.locator(f"#f{one}")).to_have_count(1)


def test_search_and_filters_find_what_stands_on_a_page(window: Window, arrive: Arrive) -> None:
    one = arrive(name="County Court", words="Guardianship hearing Zanzibar")
    page = window("/fax", OFFICE)
    page.keyboard.press("/")
    page.keyboard.type("zanzibar")
    page.keyboard.press("Enter")
    expect(page.locator("[data-fax]")).to_have_count(1)
    expect(page.locator(f"#f{one}")).to_be_visible()
    page.get_by_role("button", name="View").click()
    page.get_by_role("link", name="Narrow the list down").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox", name="Name").fill("nobody of that name")
    assert axe_findings(page) == []
    form.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()


def test_on_a_phone_one_pane_at_a_time(window: Window, arrive: Arrive) -> None:
    one = arrive(name="Riverbend Dental", pages=2)
    page = window("/fax", OFFICE, width=390)
    page.locator(f"#f{one} a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Riverbend Dental")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width < PHONE - 100
    assert axe_findings(page) == []
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("heading", name="Who can see this")).to_be_visible()
    assert axe_findings(page) == []
    page.locator("[data-close-side]").click()
    page.get_by_role("link", name="Back to the faxes").click()
    expect(page.locator(f"#f{one}")).to_be_visible()


def test_without_script_it_is_read_turned_upright_and_printed(window: Window, records: Flask, arrive: Arrive) -> None:
    one = arrive(name="No Script Clinic", pages=2)
    with records.app_context(), transaction():
        db.session.query(FaxPage).filter_by(fax_id=one, number=1).update({"turn": 270})
    page = window("/fax", OFFICE, javascript=False)
    page.locator(f"#f{one} a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("No Script Clinic")
    lying = page.locator("#p1").bounding_box()
    assert lying
    assert lying["width"] > lying["height"]
    page.goto(f"/fax/{one}/print")
    expect(page.locator(".fax-print .print-page")).to_have_count(2)
    for margin in ("0", "0.4in"):
        sheets = page.pdf(format="Letter", margin=dict.fromkeys(("top", "right", "bottom", "left"), margin))
        assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 2  # no empty one between
    page.goto(f"/fax/{one}")
    page.get_by_role("textbox", name="Note").fill("No script here")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Note saved.")).to_be_visible()
