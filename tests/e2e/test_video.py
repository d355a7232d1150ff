"""Two browsers hold a video call: they see each other move, mute, show a screen and end it; a guest comes by a texted link."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.video import queries, service
from app.video.models import VideoCall, VideoParticipant
from app.video.service import Media, Plan
from app.video.tokens import embedded_token, seat_of
from tests.e2e.conftest import Window, axe_findings, control, line_of
from tests.faults.people import wait_until
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER = "teacher@demo.test"
SIDEWAYS = "() => document.documentElement.scrollWidth > window.innerWidth"


def moves(tile: Locator) -> None:
    """A picture is drawn in it, and another one after that; the element may be another one by then."""
    expect(tile).to_have_class(re.compile("has-video"))
    picture = tile.locator("video")
    expect(picture).not_to_have_js_property("videoWidth", 0)
    expect(picture).not_to_have_js_property("currentTime", picture.evaluate("video => video.currentTime"))


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
    phone, lines, asleep = window("/sign-in", width=390), [], []
    phone.route_web_socket(re.compile("socket.io"), lambda line: line.close() if asleep else lines.append((line, line.connect_to_server())))
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
    asleep.append(True)
    lines[-1][0].close(code=4000)  # the line to the server breaks, the pictures go on, and the page comes back by itself
    expect(phone.locator("#v-line")).to_contain_text("Se perdió la conexión")
    asleep.clear()
    moves(other(phone))
    expect(phone.locator("#v-line")).to_be_hidden()
    assert len(lines) > 1
    staff.get_by_role("button", name="Stop sharing").click()
    expect(phone.locator(".v-tile.is-screen")).to_have_count(0)
    staff.get_by_role("button", name="End for all").click()
    staff.get_by_role("button", name="End the call").click()
    expect(phone.get_by_role("heading", name="La llamada ha terminado")).to_be_focused()
    expect(staff.get_by_role("heading", name="The call has ended")).to_be_focused()
    expect(staff.locator(".v-notices p:visible")).to_have_count(0)  # a calm end is no fault
    expect(board.get_by_text("had a video call with Rosa María Hernández-Gutiérrez")).to_be_visible()
    expect(board.get_by_role("link", name="Join the call")).to_have_count(0)
    phone.reload()
    expect(
        phone.get_by_role("heading", name="This link has ended")
    ).to_be_visible()  # as the browser speaks: a link that has ended tells nothing
    assert [line for line in complaints if "410" not in line] == []


def begin(records: Flask, *guests: str, is_let_in: bool = True) -> tuple[int, list[str]]:
    """A call of the teacher, and the tokens of those whom a system brings."""
    with records.app_context():
        teacher = db.session.scalars(select(Staff).where(Staff.email == TEACHER)).one()
        call = service.create(teacher, Plan(session_name="Homework club"))
        people = [service.add_participant(teacher, call.id, name) for name in guests]
        if not is_let_in:
            with transaction():
                db.session.execute(update(VideoParticipant).where(VideoParticipant.video_call_id == call.id).values(admitted_at=None))
        tokens = [embedded_token(records.extensions["settings"], call, who) for who in people]
        number = call.id
        db.session.remove()
    return number, tokens


def seen(records: Flask, call_id: int, name: str, **values: object) -> VideoParticipant:
    """Somebody's row, after these values were written into it."""
    with records.app_context():
        theirs = (VideoParticipant.video_call_id == call_id, VideoParticipant.name == name)
        if values:
            with transaction():
                db.session.execute(update(VideoParticipant).where(*theirs).values(values))
        row = db.session.scalars(select(VideoParticipant).where(*theirs)).one()
        db.session.remove()
    return row


def test_who_waits_sleeps_and_comes_back_finds_the_others(window: Window, records: Flask, complaints: list[str]) -> None:
    call_id, (token,) = begin(records, "Luis", is_let_in=False)
    phone, lines, asleep = window("/sign-in", width=390), [], []
    phone.route_web_socket(re.compile("socket.io"), lambda line: line.close() if asleep else lines.append((line, line.connect_to_server())))
    phone.clock.install()
    phone.goto(f"/v/#{token}")
    join(phone)
    expect(phone.get_by_role("heading", name="You will be let in soon")).to_be_focused()
    almost = now() - timedelta(seconds=70)
    seen(records, call_id, "Luis", seen_at=almost)
    phone.clock.run_for(21000)  # within 75 seconds a page has to say that it lives
    wait_until(lambda: seen(records, call_id, "Luis").seen_at > almost)
    phone.clock.resume()
    staff = window(f"/video/{call_id}", TEACHER)
    join(staff)
    staff.get_by_role("button", name="Let in: Luis", exact=True).click()
    moves(other(phone))
    asleep.append(True)
    for line, _server in lines:
        line.close()
    expect(phone.locator("#v-line")).to_contain_text("The connection was lost")
    wait_until(lambda: seen(records, call_id, "Luis").lost_at)
    seen(records, call_id, "Luis", lost_at=now() - timedelta(seconds=31))
    expect(other(staff)).to_have_count(0)
    asleep.clear()
    moves(other(staff))
    moves(other(phone))
    phone.reload()  # the part behind the # is gone, and no form is sent twice
    join(phone)
    moves(other(staff))
    newest = window(f"/v/#{token}", width=390)
    join(newest)
    expect(phone.get_by_role("heading", name="You joined on another page")).to_be_focused()
    moves(other(newest))
    mute = staff.locator("#v-bar [data-do=mute]")
    mute.press("ArrowLeft")
    expect(staff.get_by_role("button", name="End for all")).to_be_focused()
    staff.get_by_role("button", name="Notes").click()
    staff.get_by_label("Notes").fill("Bring the form.")
    expect(staff.locator("#v-note [role=status]")).to_have_text("Saved")
    assert axe_findings(staff) == []
    staff.get_by_role("button", name="Leave").click()
    expect(newest.locator("#v-alone")).to_be_visible()
    staff.get_by_role("button", name="Join again").click()
    staff.locator("#v-join").click()
    moves(other(newest))
    assert complaints == []


def test_a_page_says_who_came_unasked_and_what_helps_where_no_connection_comes_about(window: Window, records: Flask) -> None:
    call_id, (token,) = begin(records, "Ana")
    staff, phone = window(f"/video/{call_id}", TEACHER), window("/sign-in?from=video", width=390)
    phone.add_init_script(
        "const Own = window.RTCPeerConnection; window.RTCPeerConnection = class extends Own {"
        " constructor(how) { super({ ...how, iceTransportPolicy: window.passes ? 'all' : 'relay' }); } };"
    )
    phone.clock.install()
    phone.goto(f"/v/?lang=es#{token}")
    join(phone)
    join(staff)
    expect(other(phone)).to_contain_text("Conectando")
    phone.clock.run_for(13000)
    expect(phone.locator("#v-path")).to_contain_text("todavía no pueden verse ni oírse")
    expect(other(phone)).to_contain_text("Aún sin conexión")
    assert axe_findings(phone) == []
    assert not phone.evaluate(SIDEWAYS)
    phone.evaluate("window.passes = true")
    phone.clock.run_for(5000)
    moves(other(phone))
    expect(phone.locator("#v-path")).to_be_hidden()
    phone.clock.resume()
    admin = window(f"/video/{call_id}", "admin@demo.test")
    expect(admin.locator("#v-join")).to_be_enabled()
    expect(other(phone)).to_have_count(1)
    join(admin)
    expect(phone.locator("#v-notice")).to_contain_text("entró sin invitación")
    expect(staff.locator("#v-notice")).to_contain_text("from the school joined without an invitation")
    moves(other(admin).first)


def test_a_guest_before_the_room_learns_that_the_call_begins_and_ends(window: Window, records: Flask, complaints: list[str]) -> None:
    call_id, (token,) = begin(records, "Luis", is_let_in=False)
    phone, staff = window(f"/v/?lang=es#{token}", width=390), window(f"/video/{call_id}", TEACHER)
    expect(phone.locator("#v-ready ~ [data-begun]")).to_have_text("La llamada todavía no ha empezado.")
    join(staff)
    expect(phone.locator("#v-ready ~ [data-begun]")).to_have_text("La llamada ha empezado.")
    join(phone)
    staff.get_by_role("button", name="Let in: Luis", exact=True).click()
    moves(other(phone))
    phone.get_by_role("button", name="Salir").click()
    phone.get_by_role("button", name="Entrar de nuevo").click()
    expect(other(staff)).to_have_count(0)
    staff.get_by_role("button", name="End for all").click()
    staff.get_by_role("button", name="End the call").click()
    expect(phone.get_by_role("heading", name="La llamada ha terminado")).to_be_focused()  # nothing was pressed
    assert complaints == []


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
        with transaction():
            db.session.execute(update(VideoCall).where(VideoCall.id == number).values(end_at=now() + timedelta(minutes=4)))
        db.session.remove()
    again = window(f"/v/#{tokens[5]}")
    join(again)
    expect(again.locator("#v-soon")).to_contain_text("ends in 4 minutes")
    with records.app_context():
        with transaction():
            db.session.execute(update(VideoCall).where(VideoCall.id == number).values(end_at=now()))
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
