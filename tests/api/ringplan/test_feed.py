"""The live feed with the official clients, against the real server: who hears what, and that nobody else does."""

from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
from flask import session
from flask_wtf.csrf import generate_csrf
from playwright.sync_api import sync_playwright
from sqlalchemy import select, update

from app.accounts import service as accounts
from app.accounts.models import BearerType, Role, Staff
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.feed.listeners import MOST_UNKNOWN
from app.conversations.models import Conversation
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.api.ringplan.listening import PATIENCE, Company, company, connect, talk_of
from tools.browser import executable

__all__ = ["company", "connect"]
SECRET_OF_FORMS = "0" * 40
SCRIPT = Path("static/vendor/socket.io-client-4.8.4/socket.io.min.js")


def test_nothing_is_heard_before_a_key_was_shown(company: Company, connect: Any) -> None:
    silent = connect()
    silent.client.emit("texting.message.markAsRead", {"conversation_id": "0" * 24, "messagesIds": ["0" * 24]})
    silent.wait_for("unauthorized")
    silent.heard.clear()
    silent.authenticate("hr_live_nobody")
    silent.wait_for("unauthorized")
    silent.heard.clear()
    silent.authenticate(company.token, "nobody@demo.test")
    assert "user_email names nobody" in silent.wait_for("unauthorized")["detail"]
    with company.beside.app_context():
        admin = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        narrow = accounts.create_bearer(admin, name="Names alone", bearer_type=BearerType.ADMIN)
        without = accounts.create_key(admin, narrow.id, scopes=[Scope.READ_PEOPLE]).token
        teacher = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one()
        hers = accounts.create_bearer(admin, name="Hers", bearer_type=BearerType.USER, person=teacher)
        own = accounts.create_key(admin, hers.id).token
        some = accounts.create_bearer(admin, name="One school", bearer_type=BearerType.APPLICATION, school_ids=teacher.school_ids)
        narrow_id, alone = db.session.get_one(Staff, some.staff_id).uuid, accounts.create_key(admin, some.id).token
        db.session.remove()
    other = connect()
    other.authenticate(without)
    assert "read_texts" in other.wait_for("unauthorized")["detail"]
    other.authenticate(own)
    assert other.wait_for("authenticated")["user_email"] == "teacher@demo.test", "a key that acts as a person acts as her"
    program = connect()
    program.authenticate(alone)
    itself = program.wait_for("authenticated")
    assert itself == {"user_id": id24(narrow_id), "user_email": None}, "a key of some schools acts as itself"
    for said, sentence in (
        ("nonsense", "message: this must be an object, in { }"),
        ({"token": company.token, "userEmail": "teacher@demo.test"}, "'userEmail' is not known. Did you mean 'user_email'?"),
        ({"token": company.token, "user_email": "teacher"}, "message/user_email: this must be an email address"),
    ):
        silent = connect()
        silent.client.emit("authenticate", said)
        assert sentence in silent.wait_for("unauthorized")["detail"]
    listening = connect(company.token)
    for name in ("connect", "disconnect", "*"):  # the library's own: under them nobody comes or goes
        assert listening.client.call(name, {}, timeout=PATIENCE)["ok"] is False, name
    company.rest("POST", f"/texting/conversations/{talk_of(company, 'teacher@demo.test')}/messages/publish", json={"text": "Hello"})
    listening.wait_for("texting.message.new", text="Hello")
    assert silent.named("texting.message.new") == []


def test_a_message_is_heard_by_those_who_see_its_conversation(company: Company, connect: Any) -> None:
    teacher, admin = connect(company.token, "teacher@demo.test"), connect(company.token)
    with company.beside.app_context():
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        school_ids = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one().school_ids
        accounts.create_staff(lead.district_id, "next@demo.test", name="Next Door", role=Role.TEACHER, school_ids=school_ids)
        with transaction():
            db.session.execute(update(Staff).where(Staff.email == "next@demo.test").values(status="active"))
        db.session.remove()
    stranger = connect(company.token, "next@demo.test")
    talk = talk_of(company, "teacher@demo.test")
    sent = company.rest("POST", f"/texting/conversations/{talk}/messages/publish", "teacher@demo.test", json={"text": "The bus is late."})
    for each in (teacher, admin):
        body = each.wait_for("texting.message.new", id=sent["id"])
        assert (body["text"], body["direction"], body["conversation_id"]) == ("The bus is late.", "outbound", talk)
    company.rest("DELETE", f"/texting/conversations/{talk}/messages?ids={sent['id']}", "teacher@demo.test")
    teacher.wait_for("texting.message.delete", id=sent["id"], conversation_id=talk)
    assert stranger.named("texting.message.new") == []
    assert stranger.named("texting.message.delete") == []


def test_who_reads_says_so_and_the_others_hear_it(company: Company, connect: Any) -> None:
    teacher, other = connect(company.token, "teacher@demo.test"), connect(company.token, "teacher@demo.test")
    unread = next(
        each for each in company.rest("GET", "/texting/conversations?per_page=100", "teacher@demo.test") if each["unread_msg_count"]
    )
    talk = unread["id"]
    listed = company.rest("GET", f"/texting/conversations/{talk}/messages?per_page=100", "teacher@demo.test")
    newest = next(each for each in listed if each["direction"] == "inbound")
    wrong = teacher.client.call("texting.message.markAsRead", {"conversation_id": talk, "messagesIds": ["0" * 24]}, timeout=PATIENCE)
    assert wrong["ok"] is False
    for event, said, sentence in (
        ("texting.message.markAsRead", {"conversation_id": talk, "messageIds": [newest["id"]]}, "Did you mean 'messagesIds'?"),
        ("texting.message.mark_as_read", {}, "Did you mean 'texting.message.markAsRead'?"),
    ):
        wrong = teacher.client.call(event, said, timeout=PATIENCE)
        assert (wrong["ok"], sentence in wrong["detail"]) == (False, True), wrong
    many = [f"{number:024x}" for number in range(150)]
    done = teacher.client.call(
        "texting.message.markAsRead", {"conversation_id": talk, "messagesIds": [*many, newest["id"]]}, timeout=PATIENCE
    )
    assert done == {"ok": True}
    notice = other.wait_for("texting.message.markAsRead", conversation_id=talk)
    assert newest["id"] in notice["messagesIds"]
    assert teacher.named("texting.message.markAsRead") == []
    mine = next(each for each in company.rest("GET", "/texting/conversations?per_page=100", "teacher@demo.test") if each["id"] == talk)
    assert mine["unread_msg_count"] == 0


def test_conversations_and_users_come_and_go(company: Company, connect: Any) -> None:
    admin = connect(company.token)
    contact = company.rest("POST", "/texting/contacts", json={"number": "+15035550144", "first_name": "New", "last_name": "Neighbor"})
    number = company.rest("GET", "/texting/numbers?numformat=international")[0]["number"]
    talk = company.rest("POST", "/texting/conversations", json={"contact_id": contact["id"], "from_number": number})
    begun = admin.wait_for("texting.chat.new", id=talk["id"])
    assert begun["contactinfo"]["last_name"] == "Neighbor"
    company.rest("DELETE", f"/texting/conversations/{talk['id']}")
    admin.wait_for("texting.chat.delete", id=talk["id"])
    body = {"first_name": "Short", "last_name": "Stay", "contacts": {"email": "short@demo.test"}}
    user = company.rest("POST", "/company/contacts", json=body)
    company.rest("DELETE", f"/company/contacts/{user['id']}")
    gone = admin.wait_for("user_status_updated", user_id=user["id"])
    assert (gone["status"], gone["user_email"]) == ({"status": "deactivated", "action_type": "deactivated"}, "short@demo.test")


def test_what_a_page_does_is_heard_too(company: Company, connect: Any) -> None:
    admin, talk = connect(company.token), talk_of(company, "teacher@demo.test")
    with company.beside.app_context():
        numbers = {id24(row.uuid): row.id for row in db.session.scalars(select(Conversation))}
        db.session.remove()
    with company.beside.test_request_context():
        session["csrf_token"] = SECRET_OF_FORMS
        form = {"body": "From the page", "csrf_token": generate_csrf(), "uuid": str(new_uuid())}
    cookie = company.house.cookie_of(company.beside, "teacher@demo.test", csrf_token=SECRET_OF_FORMS)
    headers = {"Cookie": f"homeroom={cookie}", "Accept": "application/json"}
    address = f"{company.house.url}/conversations/{numbers[talk]}/messages"
    page = requests.post(address, data=form, headers=headers, timeout=PATIENCE)
    assert page.status_code == 200, page.text
    admin.wait_for("texting.message.new", text="From the page")


def test_strangers_cannot_take_the_places_of_others(company: Company, connect: Any) -> None:
    address = company.house.url.replace("http", "ws", 1) + "/ws/?EIO=4&transport=websocket"
    silent = [websocket.create_connection(address, timeout=PATIENCE) for _ in range(MOST_UNKNOWN + 8)]
    try:
        for one in silent:
            one.recv()
            one.send("40")
        connect(company.token)  # somebody who says who they are comes in
        with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
            while silent[0].recv():
                pass
        silent[-1].ping()
    finally:
        for one in silent:
            one.close(timeout=0)


@pytest.mark.parametrize("slash", [True, False])
def test_the_javascript_client_of_another_origin_works_unchanged(company: Company, slash: bool) -> None:
    talk = talk_of(company, "teacher@demo.test")
    chromium = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"])
        page = browser.new_page()
        page.goto("data:text/html,<title>Another system</title>")
        page.add_script_tag(content=SCRIPT.read_text())
        page.evaluate(
            """([url, token, addTrailingSlash]) => {
                window.heard = [];
                const socket = io(url, {path: "/ws", addTrailingSlash, transports: ["websocket"], reconnectionDelay: 1500});
                window.socket = socket;
                socket.onAny((name, body) => window.heard.push([name, body]));
                socket.on("connect", () => socket.emit("authenticate", {token, user_email: "teacher@demo.test"}));
            }""",
            [company.house.url, company.token, slash],
        )
        page.wait_for_function("window.heard.some(([name]) => name === 'authenticated')", timeout=PATIENCE * 1000)
        company.rest("POST", f"/texting/conversations/{talk}/messages/publish", json={"text": f"To a browser {slash}"})
        page.wait_for_function(
            f"window.heard.some(([name, body]) => name === 'texting.message.new' && body.text === 'To a browser {slash}')",
            timeout=PATIENCE * 1000,
        )
        browser.close()
