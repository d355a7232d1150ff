"""The inbox and a thread, as somebody reads them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.models import Role, Staff, StaffSchool
from app.conversations import service
from app.conversations.models import Message, MessageKind, MessageStatus, Participant, Receipt
from app.conversations.translation.provider import NotTranslatable
from app.core.clock import now
from app.core.database import db
from tests.conversations.arrivals import arrives
from tests.conversations.translators import Parrot
from tests.factories import MessageFactory, StaffFactory, family, thread
from tests.factories.access import api_bearer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def queries(app: Flask):
    """The statements that reach the database, without the beginnings of transactions."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_inbox_groups_families_that_wait_above_the_others(sign_in):
    waiting = thread()
    quiet = thread(family(school=waiting.family.school, teacher=waiting.family.teacher, given_name="Wei", family_name="Zhang"))
    MessageFactory(conversation=waiting.conversation)
    waiting.conversation.waits_since = now()
    MessageFactory(conversation=quiet.conversation, kind=MessageKind.OUTBOUND, body="Thank you", author=waiting.family.teacher.name)
    quiet.conversation.preview_author = waiting.family.teacher.name
    page = sign_in(waiting.family.teacher).get("/conversations").text
    assert page.index("Waiting for a reply") < page.index("Rosa Hernández") < page.index("Today") < page.index("Wei Zhang")
    assert '<span class="faint">You:</span> Thank you' in page
    assert '<span class="vh">1 unread</span>' in page


def test_what_somebody_writes_is_never_markup(sign_in):
    people = family(given_name="<script>alert(1)</script>", family_name='"><img src=x>')
    line = thread(people)
    MessageFactory(conversation=line.conversation, body="<b>bold</b>\nhttps://example.org/?a=1&b=<x>", author="<i>Eve</i>")
    page = sign_in(people.teacher).get(f"/conversations/{line.id}").text
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;<br>" in page
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert 'href="https://example.org/?a=1&amp;b="' in page


def test_a_thread_shows_both_languages_and_says_which_was_translated_by_software(sign_in):
    line = thread(language="es")
    MessageFactory(
        conversation=line.conversation, body="¿A qué hora?", language="es", translation="At what time?", translation_language="en",
        translated_by="phrases",
    )  # fmt: skip
    page = sign_in(line.family.teacher).get(f"/conversations/{line.id}", headers=HTMX).text
    assert page.index("At what time?") < page.index("Translated from Spanish") < page.index("¿A qué hora?")
    assert "Translated by software" in page


def test_a_failure_says_why_and_offers_the_ways_out(sign_in):
    line = thread()
    MessageFactory(
        conversation=line.conversation, kind=MessageKind.OUTBOUND, staff_id=line.family.teacher.id, body="Hi", failed=1,
        status=MessageStatus.FAILED, error_code="30003",
    )  # fmt: skip
    page = sign_in(line.family.teacher).get(f"/conversations/{line.id}").text
    assert "The phone is off or without a signal." in page
    for way in ("Try again", "Call instead", "Text another guardian", "Leave it"):
        assert way in page


def test_older_messages_come_by_key_and_none_is_lost(sign_in):
    line = thread()
    for number in range(95):
        MessageFactory(conversation=line.conversation, body=f"message {number};", created_at=now() - timedelta(minutes=200 - number))
    browser, seen, address = sign_in(line.family.teacher), [], f"/conversations/{line.id}"
    while address:
        page = browser.get(address, headers=HTMX).text
        seen += [number for number in range(95) if f"message {number};" in page]
        older = page.partition(f'hx-get="/conversations/{line.id}/messages?before=')[2].partition('"')[0]
        address = f"/conversations/{line.id}/messages?before={older}" if older else ""
    assert sorted(seen) == list(range(95))


@pytest.mark.parametrize("number", [1, 50, 500])
def test_pages_cost_the_same_queries_however_much_there_is(sign_in, queries, number):
    first = thread()
    people = first.family
    for _each in range(min(number, 60)):
        other = thread(family(school=people.school, teacher=people.teacher))
        MessageFactory(conversation=other.conversation)
    for _each in range(number):
        MessageFactory(conversation=first.conversation, kind=MessageKind.OUTBOUND, staff_id=people.teacher.id)
    browser = sign_in(people.teacher)
    browser.get("/conversations")
    counted = {}
    for name, address, headers in [
        ("inbox", "/conversations", {}),
        ("thread", f"/conversations/{first.id}", {}),
        ("pane", f"/conversations/{first.id}", HTMX),
        ("row", f"/conversations/{first.id}/row", HTMX),
        ("new", f"/conversations/{first.id}/new?after=0", HTMX),
    ]:
        queries.clear()
        assert browser.get(address, headers=headers).status_code == 200
        counted[name] = len(queries)
    assert counted["inbox"] <= 4, queries
    assert counted["thread"] <= 6
    assert counted["pane"] <= 4
    assert counted["row"] <= 2
    assert counted["new"] <= 2


def test_nobody_sees_what_belongs_to_others(sign_in):
    line = thread()
    message = MessageFactory(conversation=line.conversation)
    stranger = StaffFactory(role=Role.TEACHER, schools=[line.family.school])
    elsewhere = StaffFactory(role=Role.DISTRICT_ADMIN)
    for person in (stranger, elsewhere):
        browser = sign_in(person)
        for address in ("", "/row", "/messages?before=9", "/family", "/print", "/export.csv"):
            assert browser.get(f"/conversations/{line.id}{address}", headers=HTMX).status_code == 404, address
        assert browser.get(f"/conversations/{line.id}/new?after={message.id - 1}", headers=HTMX).status_code == 404
        assert "Rosa" not in browser.get("/conversations?filter=all").text


def test_messages_open_where_something_is_unread(sign_in):
    principal = StaffFactory(role=Role.SCHOOL_ADMIN)
    line = thread(family(teacher=principal))
    principal.school_links.append(StaffSchool(school_id=line.family.school.id))
    browser = sign_in(principal)
    assert browser.get("/conversations").status_code == 200  # the office's
    arrives(line.family.contact_point.address, line.family.number, "Is there school?")
    opened = browser.get("/conversations")
    assert opened.location == "/conversations?filter=mine"
    mine = browser.get(opened.location).text
    assert "Is there school?" in mine
    assert 'href="/conversations?filter=office"' in mine  # which stays open once it is chosen
    assert browser.get("/conversations?filter=office").status_code == 200


def test_who_keeps_reading_private_is_not_told_of_any_more(sign_in):
    line = thread()
    message = MessageFactory(conversation=line.conversation)
    office = StaffFactory(role=Role.OFFICE, schools=[line.family.school])
    desk, colleague = sign_in(line.family.teacher), sign_in(office)
    desk.post(f"/conversations/{line.id}/read", data={"up_to": message.id})
    seen = f"Seen by {line.family.teacher.shown_name}"
    assert seen in colleague.get(f"/conversations/{line.id}").text
    assert desk.post("/settings/profile", data={"language": "en", "theme": "auto", "private_receipts": "y"}).status_code == 303
    assert seen not in colleague.get(f"/conversations/{line.id}").text
    assert colleague.get(f"/conversations/{line.id}/seen").json == []
    desk.post(f"/conversations/{line.id}/read", data={"up_to": message.id})
    assert colleague.get(f"/conversations/{line.id}/seen").json == []
    assert seen not in colleague.get(f"/conversations/messages/{message.id}").text


def test_what_nobody_could_translate_is_marked_and_says_what_to_do(app: Flask, sign_in):
    parrot = app.extensions["translator"] = Parrot()
    line, asked = thread(language="es"), "¿A qué hora sale el bus?"
    arrives(line.family.contact_point.address, line.family.number, asked)
    desk, address = sign_in(line.family.teacher), f"/conversations/{line.id}"
    assert "Not translated" not in desk.get(address).text, "the translator is still at it"
    parrot.words = {asked: NotTranslatable()}
    service.translate_waiting()
    page = desk.get(address).text
    assert "Not translated from Spanish" in page
    assert "Translate now" in page
    assert "Sends in Spanish" in page
    app.extensions["translator"] = None
    page = desk.get(address).text
    assert "No translator is set up here. Ask a colleague who reads Spanish." in page
    assert "Translate now" not in page
    assert "Sends as written, not in Spanish" in page
    assert "Sends in Spanish" not in page
    message = db.session.query(Message).filter_by(kind="inbound").one()
    assert "Write what it says" in desk.get(f"/conversations/messages/{message.id}").text
    desk.post(f"/conversations/messages/{message.id}/correct", data={"translation": "When does the bus leave?"})
    page = desk.get(address).text
    assert "When does the bus leave?" in page
    assert "Not translated" not in page


def test_a_note_hides_no_words_that_wait_for_a_reply_and_is_called_a_note_elsewhere(app: Flask, sign_in):
    waiting = thread()
    quiet = thread(family(school=waiting.family.school, teacher=waiting.family.teacher, given_name="Wei", family_name="Zhang"))
    arrives(waiting.family.contact_point.address, waiting.family.number, "Can Mateo come at ten?")
    desk = sign_in(waiting.family.teacher)
    for line in (waiting, quiet):
        desk.post(f"/conversations/{line.id}/messages", data={"body": "The nurse knows.", "mode": "note"})
    page = desk.get("/conversations").text
    group, others = page[page.index('id="rows"') :].split("Today", 1)
    assert "Can Mateo come at ten?" in group
    assert "The nurse knows." not in group
    assert "Note, You:" in others
    assert "The nurse knows." in others


def test_a_program_reads_nothing_so_nobody_is_told_that_it_did(sign_in):
    line = thread()
    message = MessageFactory(conversation=line.conversation)
    program, _key = api_bearer(line.family.school.district_id, name="SIS Kofi")
    reader = db.session.get_one(Staff, program.staff_id)
    db.session.add(Participant(conversation_id=line.id, staff_id=reader.id))
    db.session.commit()
    service.mark_read(reader, line.id, message.id)
    assert db.session.query(Receipt).filter_by(staff_id=reader.id).one().message_id == message.id
    colleague = sign_in(line.family.teacher)
    assert "Seen by SIS Kofi" not in colleague.get(f"/conversations/{line.id}").text
    assert colleague.get(f"/conversations/{line.id}/seen").json == []
    assert "SIS Kofi" not in colleague.get(f"/conversations/messages/{message.id}").text
