"""The pages: where a call begins, the room as staff and guests open it, and what their answers keep private."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from app.accounts.models import AuditEvent
from app.core.database import db
from app.core.own_names import OWN_NAMES
from app.core.security_headers import VIDEO_PERMISSIONS
from app.directory.models import Guardianship
from app.video import queries, service
from app.video.models import VideoCall, VideoParticipant
from app.video.room_words.english import ENGLISH
from app.video.service import Plan
from app.video.tokens import embedded_token, seat_of
from app.video.words import WORDS
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.video.conftest import Room

HOLES = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", OWN_NAMES)
def test_each_language_of_families_says_everything(language: str) -> None:
    words = WORDS[language]
    assert set(words) == set(ENGLISH)
    assert [key for key, text in words.items() if set(HOLES.findall(text)) != set(HOLES.findall(ENGLISH[key]))] == []
    assert language == "en" or [key for key, text in words.items() if text == ENGLISH[key]] == []


def test_a_call_begins_in_a_thread_and_texts_the_link(room: Room, sign_in: SignIn) -> None:
    browser = sign_in(room.teacher)
    form = browser.get(f"/video/new?conversation={room.thread.id}")
    assert "A video call is going on in this conversation." in form.text
    service.end(room.teacher, room.call_id)
    answer = browser.post("/video/new", data={"conversation": room.thread.id, "request_key": "k", "minutes": 30, "text": "y"})
    again = browser.post("/video/new", data={"conversation": room.thread.id, "request_key": "k", "minutes": 30, "text": "y"})
    assert (answer.status_code, again.location) == (303, answer.location)
    page = browser.get(answer.location)
    assert page.status_code == 200
    assert "Link texted at" in page.text
    assert page.headers["Permissions-Policy"] == VIDEO_PERMISSIONS
    assert "camera=()" in form.headers["Permissions-Policy"]
    assert "display-capture=()" in form.headers["Permissions-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    thread = browser.get(f"/conversations/{room.thread.id}").text
    assert "Join the call" in thread
    too_long = browser.post("/video/new", data={"conversation": room.thread.id, "request_key": "l", "minutes": 121})
    assert (too_long.status_code, "at most 120 minutes" in too_long.text) == (422, True)


def test_the_page_says_when_the_text_will_be_held_and_why_there_is_none(room: Room, sign_in: SignIn, noon: time_machine.Traveller) -> None:
    noon.shift(timedelta(hours=11))
    browser = sign_in(room.teacher)
    assert "Quiet hours" in browser.get(f"/video/new?conversation={room.thread.id}").text
    answer = browser.post("/video/new", data={"conversation": room.thread.id, "request_key": "night", "text": "y"})
    assert "waits for the end of the quiet hours" in browser.get(answer.location).text
    db.session.query(Guardianship).update({"may_contact": False})
    db.session.commit()
    assert "No text" in browser.get(f"/video/new?conversation={room.thread.id}").text


def test_staff_invite_again_and_call_it_off(room: Room, sign_in: SignIn) -> None:
    browser = sign_in(room.teacher)
    guardian = room.thread.family.guardian.id
    assert "Not asked yet" in browser.get(f"/video/{room.call_id}").text
    assert browser.post(f"/video/{room.call_id}/invite", data={"guardian": guardian}).status_code == 303
    (told,) = browser.get(f"/video/{room.call_id}/invited").json
    assert (told["name"], told["is_trouble"]) == ("Rosa Hernández", False)
    colleague = StaffFactory(role="office", schools=[room.thread.family.school])
    assert sign_in(colleague).post(f"/video/{room.call_id}/end").status_code == 403
    assert browser.post(f"/video/{room.call_id}/end").location == f"/conversations/{room.thread.id}"
    assert browser.get(f"/video/{room.call_id}").location == f"/conversations/{room.thread.id}"
    assert browser.get(f"/video/{room.call_id}/invited").status_code == 410
    assert sign_in(StaffFactory(role="viewer", schools=[room.thread.family.school])).get(f"/video/{room.call_id}").status_code == 403


def test_a_colleague_takes_a_place_by_a_press_alone_and_the_room_is_told(room: Room, sign_in: SignIn) -> None:
    colleague = StaffFactory(role="office", schools=[room.thread.family.school])
    browser = sign_in(colleague)
    places = db.session.query(VideoParticipant)
    before = places.count()
    page = browser.get(f"/video/{room.call_id}")
    assert (page.status_code, f'data-join="/video/{room.call_id}/join"' in page.text, "data-token" in page.text) == (200, True, False)
    assert browser.post(f"/video/{room.call_id}/invite", data={"guardian": 999}).status_code == 422  # the page again, with the reason
    assert places.count() == before  # neither a look, nor a refusal, nor a program that looks at links is a guest
    for _twice in range(2):
        taken = browser.post(f"/video/{room.call_id}/join", headers={"Accept": "application/json"})
        assert taken.status_code == 200
    seat = seat_of(taken.json["token"])
    assert seat is not None
    place = room.person(colleague.shown_name)
    assert (places.count(), seat.participant, place.came_unasked, room.host.came_unasked) == (before + 1, place.uuid, True, False)
    assert db.session.query(AuditEvent).filter_by(action="video_call.joined_unasked", staff_id=colleague.id).count() == 1
    hosts = sign_in(room.teacher).post(f"/video/{room.call_id}/join", headers={"Accept": "application/json"})
    assert seat_of(hosts.json["token"]).participant == room.host.uuid
    service.end(room.teacher, room.call_id)
    assert browser.post(f"/video/{room.call_id}/join", headers={"Accept": "application/json"}).status_code == 409
    assert browser.get(f"/video/{room.call_id}/join").status_code == 405


def test_the_host_writes_a_note_that_the_timeline_keeps(room: Room, sign_in: SignIn, client: FlaskClient) -> None:
    room.invite()
    browser = sign_in(room.teacher)
    for note in ("Bring", "Bring the form\r\non Friday. "):
        assert browser.post(f"/video/{room.call_id}/note", data={"note": note}).status_code == 204
    assert "Bring the form\non Friday.</textarea>" in browser.get(f"/video/{room.call_id}").text
    assert db.session.query(AuditEvent).filter_by(action="video_call.noted").count() == 1  # not one for each word
    assert "form" not in client.get(f"/v/{room.link()}").text
    office = sign_in(StaffFactory(role="office", schools=[room.thread.family.school]))
    assert "form" not in office.get(f"/video/{room.call_id}").text.replace("<form", "").replace("</form", "")
    assert office.post(f"/video/{room.call_id}/note", data={"note": "x"}).status_code == 403
    service.end(room.teacher, room.call_id)
    browser.post(f"/video/{room.call_id}/note", data={"note": "Bring the form on Monday."})
    assert [line.details["notes"] for line in room.lines()] == ["Bring the form on Monday."]


def test_the_host_reads_who_waits_and_who_is_there(room: Room, sign_in: SignIn) -> None:
    room.invite()
    browser = sign_in(room.teacher)
    room.enter(room.host, "h")
    room.enter(room.guest, "g")
    assert "Waits to be let in" in browser.get(f"/video/{room.call_id}").text
    service.admit(room.seat(room.host), room.guest.uuid)
    room.enter(room.guest, "g")
    (told,) = browser.get(f"/video/{room.call_id}/invited").json
    assert told["said"] == "Is in the call"


def test_a_guests_page_is_in_their_language_and_keeps_its_address_private(room: Room, client: FlaskClient) -> None:
    room.invite()
    token = room.link()
    page = client.get(f"/v/{token}")
    assert page.status_code == 200
    assert 'lang="es"' in page.text
    assert "Entrar en la llamada" in page.text
    assert "Hernández" in page.text
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert page.headers["Permissions-Policy"] == VIDEO_PERMISSIONS
    assert token not in page.text
    assert "csrf" not in page.text
    assert "La llamada todavía no ha empezado." in page.text
    room.enter(room.host, "h")
    assert "La llamada ha empezado." in client.get(f"/v/{token}").text
    arabic = client.get(f"/v/{token}?lang=ar").text
    assert 'dir="rtl"' in arabic
    assert room.guest.joined_at is None  # to look at a link joins nothing
    assert room.guest.waited_at is None


def test_links_end_with_the_call_and_tell_nothing(room: Room, client: FlaskClient, noon: time_machine.Traveller) -> None:
    room.invite()
    token = room.link()
    guess = client.get("/v/" + "x" * 24)
    assert (guess.status_code, "This link has ended" in guess.text) == (404, True)
    db.session.query(Guardianship).update({"may_contact": False})
    db.session.commit()
    assert client.get(f"/v/{token}").status_code == 410
    db.session.query(Guardianship).update({"may_contact": True})
    db.session.commit()
    assert client.get(f"/v/{token}").status_code == 200
    noon.shift(timedelta(minutes=61))
    service.expire_due()
    ended = client.get(f"/v/{token}")
    assert (ended.status_code, "Rosa" in ended.text, room.call.session_name in ended.text) == (410, False, False)


def test_a_token_of_the_interface_opens_the_room_by_a_form_alone(room: Room, client: FlaskClient, noon: time_machine.Traveller) -> None:
    settings = room.app.extensions["settings"]
    guest = service.add_participant(room.teacher, room.call_id, "Interpreter")
    token = embedded_token(settings, room.call, guest)
    step = client.get("/v/")
    assert (step.status_code, step.headers["Referrer-Policy"], "camera=()" in step.headers["Permissions-Policy"]) == (
        200,
        "no-referrer",
        True,
    )
    room_page = client.post("/v/", data={"token": token})
    assert (room_page.status_code, room_page.headers["Permissions-Policy"]) == (200, VIDEO_PERMISSIONS)
    hosts = client.post("/v/", data={"token": embedded_token(settings, room.call, room.host)})
    assert (hosts.status_code, "End for all" in hosts.text, "End for all" in room_page.text) == (200, True, False)
    for wrong in ("", "a.b.c", token[:-2], token + "x"):
        assert client.post("/v/", data={"token": wrong}).status_code == 404
    elsewhere = service.create(StaffFactory(role="district_admin"), Plan(session_name="Elsewhere"))
    stranger = embedded_token(settings, elsewhere, queries.host_of(elsewhere))
    seat = seat_of(stranger)
    assert seat is not None
    assert seat.call != room.call.uuid
    noon.shift(timedelta(minutes=121))
    assert client.post("/v/", data={"token": token}).status_code == 404


def test_a_district_that_is_not_theirs_answers_as_if_nothing_were_there(room: Room, sign_in: SignIn) -> None:
    browser = sign_in(StaffFactory(role="district_admin"))
    room.invite()
    before = (db.session.query(VideoCall).count(), db.session.query(VideoParticipant).count())
    for path in (f"/video/{room.call_id}", f"/video/{room.call_id}/invited", f"/video/new?conversation={room.thread.id}"):
        assert browser.get(path).status_code == 404
    for path in (
        f"/video/{room.call_id}/invite",
        f"/video/{room.call_id}/end",
        f"/video/{room.call_id}/join",
        f"/video/{room.call_id}/note",
    ):
        assert browser.post(path).status_code == 404
    assert browser.post("/video/new", data={"conversation": room.thread.id}).status_code == 404
    assert (db.session.query(VideoCall).count(), db.session.query(VideoParticipant).count()) == before
