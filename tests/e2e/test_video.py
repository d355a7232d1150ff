"""Two browsers hold a video call: they see each other move, mute, show a screen and end it; a guest comes by a texted link."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db
from app.video import queries, service
from app.video.models import VideoCall
from app.video.service import Media, Plan
from app.video.tokens import embedded_token, seat_of
from tests.e2e.conftest import Window, axe_findings, control, line_of
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER = "teacher@demo.test"
SIDEWAYS = "() => document.documentElement.scrollWidth > window.innerWidth"
MOVES = """async (video) => {
    const from = video.currentTime;
    while (video.videoWidth === 0 || video.currentTime <= from) await new Promise((done) => setTimeout(done, 50));
    return video.videoWidth;
}"""


def moves(tile: Locator) -> None:
    """A picture is drawn in it, and another one after that."""
    expect(tile).to_have_class(re.compile("has-video"))
    assert tile.locator("video").evaluate(MOVES) > 100


def join(page: Page) -> None:
    """From the page before the call, which reads well and fits."""
    expect(page.locator("#v-join")).to_be_enabled()
    assert axe_findings(page) == []
    assert not page.evaluate(SIDEWAYS)
    page.locator("#v-join").click()


def other(page: Page) -> Locator:
    """The tile of who is not oneself."""
    return page.locator("#v-tiles .v-tile:not(.is-own):not(.is-screen)")


def test_a_teacher_and_a_guardian_hold_a_video_call(window: Window, house: House, records: Flask, complaints: list[str]) -> None:
    guardian = line_of(records, 1)[0]
    staff = window("/conversations/1", TEACHER)
    staff.get_by_role("link", name="Video call").first.click()
    assert axe_findings(staff) == []
    staff.get_by_role("button", name="Open the video call").click()
    join(staff)
    expect(staff.locator("#v-alone")).to_contain_text("Link delivered")
    sent = control(house, f"messages?to={guardian.replace('+', '%2B')}&limit=1")["messages"][0]["body"]
    phone, lines = window("/sign-in", width=390), []
    phone.route_web_socket(re.compile("socket.io"), lambda line: lines.append((line, line.connect_to_server())))
    board = window("/conversations/1", TEACHER)
    phone.goto(re.search(r"https?://\S+", sent).group())
    expect(phone.get_by_role("heading", name="Videollamada con")).to_be_visible()
    join(phone)
    expect(phone.get_by_role("heading", name="Pronto le dejarán entrar")).to_be_focused()
    expect(board.get_by_text("A guest waits at the door of your video call.")).to_be_visible()
    expect(staff.locator("#v-door")).to_contain_text("Rosa María Hernández-Gutiérrez waits to be let in")
    staff.get_by_role("button", name=re.compile("^Let in: Rosa")).click()
    moves(other(staff))
    moves(other(phone))
    phone.get_by_role("toolbar").get_by_role("button", name="Silenciar").click()
    expect(other(staff).locator('[data-mark="muted"]')).to_be_visible()
    staff.keyboard.press("v")
    expect(other(phone)).not_to_have_class(re.compile("has-video"))
    staff.keyboard.press("v")
    moves(other(phone))
    staff.get_by_role("button", name="Share screen").click()
    moves(phone.locator(".v-tile.is-screen"))
    assert [axe_findings(page) for page in (staff, phone)] == [[], []]
    expect(board.get_by_role("link", name="Join the call")).to_be_visible()
    lines[-1][0].close(code=4000)  # the line to the server breaks, the pictures go on, and the page comes back by itself
    expect(phone.locator("#v-line")).to_contain_text("Se perdió la conexión")
    moves(other(phone))
    expect(phone.locator("#v-line")).to_be_hidden()
    assert len(lines) == 2
    staff.get_by_role("button", name="Stop sharing").click()
    expect(phone.locator(".v-tile.is-screen")).to_have_count(0)
    staff.get_by_role("button", name="End for all").click()
    staff.get_by_role("button", name="End the call").click()
    expect(phone.get_by_role("heading", name="La llamada ha terminado")).to_be_focused()
    expect(staff.get_by_role("heading", name="The call has ended")).to_be_focused()
    expect(board.get_by_text("had a video call with Rosa María Hernández-Gutiérrez")).to_be_visible()
    expect(board.get_by_role("link", name="Join the call")).to_have_count(0)
    phone.reload()
    expect(
        phone.get_by_role("heading", name="This link has ended")
    ).to_be_visible()  # as the browser speaks: a link that has ended tells nothing
    assert [line for line in complaints if "410" not in line] == []


def test_a_seventh_reads_that_the_room_is_full_and_time_ends_a_call(window: Window, house: House, records: Flask) -> None:
    with records.app_context():
        teacher = db.session.scalars(select(Staff).where(Staff.email == TEACHER)).one()
        call = service.create(teacher, Plan(session_name="Homework club"))
        settings = records.extensions["settings"]
        people = [service.add_participant(teacher, call.id, f"Guest {number}") for number in range(6)]
        tokens = [embedded_token(settings, call, who) for who in people]
        for token in tokens[:5]:
            service.enter(seat_of(token), token[-30:], Media())
        number, full = call.id, embedded_token(settings, call, queries.host_of(call))
        service.enter(seat_of(full), "host", Media())
        db.session.remove()
    page = window(f"/v/#{tokens[5]}")
    expect(page).to_have_url(f"{house.url}/v/")  # the token stands in no address any more
    join(page)
    expect(page.get_by_role("heading", name="This call is full")).to_be_focused()
    with records.app_context():
        service.leave(seat_of(tokens[0]), tokens[0][-30:])
        db.session.execute(update(VideoCall).where(VideoCall.id == number).values(end_at=now() + timedelta(minutes=4)))
        db.session.commit()
        db.session.remove()
    again = window(f"/v/#{tokens[5]}")
    join(again)
    expect(again.locator("#v-soon")).to_contain_text("ends in 4 minutes")
    with records.app_context():
        db.session.execute(update(VideoCall).where(VideoCall.id == number).values(end_at=now()))
        db.session.commit()
        db.session.remove()
    expect(again.get_by_role("heading", name="The call has ended: its time was up")).to_be_focused()


def test_without_camera_or_permission_one_joins_and_listens(window: Window, records: Flask) -> None:
    with records.app_context():
        teacher = db.session.scalars(select(Staff).where(Staff.email == TEACHER)).one()
        call = service.create(teacher, Plan(session_name="Listening"))
        token = embedded_token(records.extensions["settings"], call, service.add_participant(teacher, call.id, "Ana"))
        db.session.remove()
    page = window("/v/")
    expect(page.get_by_role("heading", name="This link has ended")).to_be_visible()
    fails = "async ({ video }) => { throw new DOMException('', video ? 'NotFoundError' : 'NotAllowedError'); }"
    page.add_init_script(f"navigator.mediaDevices.getUserMedia = {fails};")
    page.goto(f"/v/#{token}")
    page.reload()  # to the same page, the part behind the # is no new address
    expect(page.locator("#v-trouble")).to_contain_text("does not let this page use the camera or microphone")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Join and just listen").click()
    expect(page.locator("#v-tiles .v-tile.is-own [data-mark=camera]")).to_be_visible()
    expect(page.locator("#v-alone")).to_be_visible()
