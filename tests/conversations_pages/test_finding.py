"""Search, new messages, unknown senders, saved replies, and a thread taken out of the house."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from app.accounts.models import AuditEvent, Role
from app.carrier.models import InboundText
from app.conversations import queries_search
from app.conversations.models import Conversation, Message, MessageKind, SavedReply, UnknownState, UnknownText
from app.core.clock import now
from app.core.database import db
from app.core.search_text import indexable
from tests.factories import ContactPointFactory, MessageFactory, StaffFactory, family, thread

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


def say(line, body, **fields):
    return MessageFactory(conversation=line.conversation, body=body, search_text=indexable(body), **fields)


def test_search_finds_words_without_accents_and_marks_them(line, desk):
    say(line, "¿Puede venir el autobús más tarde? <b>")
    stranger = thread()
    say(stranger, "El autobús de otros")
    page = desk.get("/conversations?q=autobus", headers=HTMX).text
    assert "<mark>autobús</mark>" in page
    assert "&lt;b&gt;" in page
    assert "de otros" not in page
    assert f"/conversations/{line.id}?message=" in page


def test_search_can_be_narrowed(line, desk):
    line.family.guardian.search_text = "rosa hernandez"
    say(line, "picnic from the family")
    say(line, "picnic from the teacher", kind=MessageKind.OUTBOUND)
    assert "from the teacher" not in desk.get("/conversations?q=picnic&kind=inbound").text.replace("<mark>", "").replace("</mark>", "")
    assert desk.get("/conversations?q=picnic&until=2001-01-01").text.count("data-open-thread") == 0
    assert desk.get("/conversations?q=picnic&person=rosa").text.count("data-open-thread") == 2
    assert desk.get("/conversations?q=picnic&person=nobody").text.count("data-open-thread") == 0


def test_search_looks_past_what_others_wrote_and_goes_on_where_it_stopped(line, desk, monkeypatch):
    monkeypatch.setattr(queries_search, "STRETCHES", (2, 3))
    old, older = say(line, "the oldest picnic"), say(line, "a picnic in May")
    stranger = thread()
    for number in range(4):
        say(stranger, f"picnic of others {number}")
    first = desk.get("/conversations?q=picnic", headers=HTMX).text
    assert f"?message={older.id}" in first
    assert f"?message={old.id}" not in first
    further = re.search(r'href="([^"]*before=[^"]*)"', first)
    second = desk.get(further[1].replace("&amp;", "&"), headers=HTMX).text
    assert f"?message={old.id}" in second
    assert "of others" not in first + second
    assert "before=" not in second


@pytest.mark.parametrize("words", ['"', "'; DROP TABLE messages; --", "* OR *", "NEAR(", "%", "🦒", "a" * 5000])
def test_search_takes_anything(desk, words):
    assert desk.get("/conversations", query_string={"q": words}).status_code == 200


def test_a_jump_to_a_message_shows_what_was_said_around_it(line, desk):
    messages = [say(line, f"number {n};") for n in range(120)]
    page = desk.get(f"/conversations/{line.id}?message={messages[30].id}", headers=HTMX).text
    assert "number 30;" in page
    assert "number 20;" in page
    assert "number 119;" not in page
    assert "Show newer" in page


def test_people_are_found_by_the_childs_name(line, desk):
    line.family.student.search_text = "mateo hernandez"
    found = desk.get("/conversations/recipients?who=mateo").text
    assert "Rosa Hernández" in found
    assert "Mateo" in found
    assert "Rosa" not in desk.get("/conversations/recipients?who=zzz").text


def test_a_new_message_begins_a_conversation_and_sends(line, sign_in):
    new = family(school=line.family.school, teacher=line.family.teacher, given_name="Wei", family_name="Zhang")
    desk = sign_in(line.family.teacher)
    answer = desk.post("/conversations/new", data={"contact_point": new.contact_point.id, "body": "Welcome!"})
    conversation = db.session.scalars(select(Conversation).where(Conversation.guardian_id == new.guardian.id)).one()
    assert answer.location == f"/conversations/{conversation.id}"
    assert db.session.scalars(select(Message.body).where(Message.conversation_id == conversation.id)).one() == "Welcome!"


def test_several_hear_privately_or_as_one_group(line, sign_in):
    new = family(school=line.family.school, teacher=line.family.teacher)
    desk = sign_in(line.family.teacher)
    both = [line.family.contact_point.id, new.contact_point.id]
    for kind in ("each", "group"):
        desk.post("/conversations/new", data={"contact_point": both, "kind": kind, "title": f"Room 12 {kind}"})
        assert db.session.scalars(select(Conversation).where(Conversation.title == f"Room 12 {kind}")).one().kind == kind


def test_a_whole_class_is_an_audience(line, desk):
    page = desk.get("/conversations/new").text
    assert f'value="section:{line.family.section.id}"' in page
    answer = desk.post("/conversations/new", data={"audience": f"section:{line.family.section.id}", "body": ""})
    assert answer.location == f"/conversations/{line.id}"


def test_a_new_message_to_nobody_keeps_what_was_typed(desk):
    answer = desk.post("/conversations/new", data={"body": "My words"})
    assert answer.status_code == 422
    assert "Choose at least one family." in answer.text
    assert "My words</textarea>" in answer.text


def test_nobody_writes_to_families_out_of_reach(desk):
    other = ContactPointFactory()
    assert desk.post("/conversations/new", data={"contact_point": other.id, "body": "Hi"}).status_code == 404


@pytest.fixture
def stranger_text(line):
    line.family.guardian.search_text = "rosa hernandez"
    inbound = InboundText(
        district_id=line.family.school.district_id, provider_id="SMstranger", phone_number_id=line.family.number.id, sender="+15035550999",
        body="Is this the school?",
    )  # fmt: skip
    db.session.add(inbound)
    db.session.flush()
    text = UnknownText(
        district_id=inbound.district_id, school_id=line.family.school.id, inbound_text_id=inbound.id, sender=inbound.sender,
        phone_number_id=inbound.phone_number_id, body=inbound.body,
    )  # fmt: skip
    db.session.add(text)
    db.session.flush()
    return text


def test_an_unknown_sender_is_matched_to_a_guardian(line, stranger_text, sign_in):
    desk = sign_in(StaffFactory(role=Role.OFFICE, schools=[line.family.school]))
    assert "Is this the school?" in desk.get("/unknown-senders").text
    found = desk.get(f"/unknown-senders/{stranger_text.id}?q=rosa").text
    assert "It is Rosa" in found
    answer = desk.post(f"/unknown-senders/{stranger_text.id}/match", data={"guardian": line.family.guardian.id})
    assert "Is this the school?" in desk.get(answer.location).text


def test_an_unknown_sender_becomes_a_guardian_or_is_put_aside_and_back(line, stranger_text, sign_in):
    desk = sign_in(StaffFactory(role=Role.OFFICE, schools=[line.family.school]))
    wrong = desk.post(f"/unknown-senders/{stranger_text.id}/create", data={"given_name": "Nina"})
    assert wrong.status_code == 422
    assert "Choose the student" in wrong.text
    assert 'value="Nina"' in wrong.text
    desk.post(f"/unknown-senders/{stranger_text.id}/ignore")
    assert stranger_text.state == UnknownState.IGNORED
    desk.post(f"/unknown-senders/{stranger_text.id}/reconsider")
    data = {"given_name": "Nina", "family_name": "Ruiz", "student_id": str(line.family.student.id)}
    answer = desk.post(f"/unknown-senders/{stranger_text.id}/create", data=data)
    assert "Nina Ruiz" in desk.get(answer.location).text


def test_the_chips_of_unknown_senders_count_their_cards(line, stranger_text, sign_in):
    def texted(sender: str, number: int, state: str = UnknownState.WAITING) -> None:
        inbound = InboundText(
            district_id=stranger_text.district_id, provider_id=f"SM{sender}{number}", phone_number_id=line.family.number.id, sender=sender,
            body=f"Text {number}",
        )  # fmt: skip
        db.session.add(inbound)
        db.session.flush()
        same = {"district_id": inbound.district_id, "school_id": line.family.school.id, "phone_number_id": inbound.phone_number_id}
        db.session.add(UnknownText(**same, inbound_text_id=inbound.id, sender=sender, body=inbound.body, state=state))

    for number in range(120):  # one that texts and texts hides nobody
        texted("+15035550998", number)
    texted("+15035550997", 1, UnknownState.BLOCKED)
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[line.family.school]))
    assert 'data-count-of="unknown">2<' in office.get("/conversations").text
    page = office.get("/unknown-senders").text
    shown = dict(re.findall(r'data-strangers="(\w+)"[^>]*>(\d*)<', page))
    assert shown == {"waiting": "2", "ignored": "", "blocked": "1"}
    assert re.findall(r'<h2 class="num">([^<]+)', page) == ["(503) 555-0998", "(503) 555-0999"]


def test_triage_is_for_the_office(stranger_text, desk):
    assert desk.get("/unknown-senders").status_code == 403
    assert desk.post(f"/unknown-senders/{stranger_text.id}/block").status_code == 403


def test_saved_replies_are_kept_offered_and_filled(line, desk):
    assert desk.post("/saved-replies", data={"title": "", "shortcut": "hi", "body": "Hi"}).status_code == 422
    bad = desk.post("/saved-replies", data={"title": "Hello", "shortcut": "hi", "body": "Hi $Nonsense$"})
    assert bad.status_code == 422
    assert "$Nonsense$" in bad.text
    desk.post("/saved-replies", data={"title": "Hello", "shortcut": "hi", "body": "Hi $FirstName$"})
    menu = desk.get(f"/conversations/{line.id}/replies").text
    assert 'data-reply="Hi Rosa" data-shortcut="hi"' in menu
    reply = db.session.scalars(select(SavedReply)).one()
    desk.post(f"/saved-replies/{reply.id}", data={"title": "Hello", "shortcut": "hey", "body": "Hey"})
    assert reply.shortcut == "hey"
    desk.post(f"/saved-replies/{reply.id}", data={"delete": "1"})
    assert db.session.scalars(select(SavedReply)).all() == []


def test_a_thread_is_taken_out_as_table_text_and_paper_and_that_is_noted(line, desk):
    say(line, "=HYPERLINK(1)", author="Rosa")
    table = list(csv.reader(io.StringIO(desk.get(f"/conversations/{line.id}/export.csv").text.lstrip("\ufeff"))))
    assert table[0][3] == "Text"
    assert table[1][2:4] == ["Rosa", "'=HYPERLINK(1)"]
    assert "Rosa: =HYPERLINK(1)" in desk.get(f"/conversations/{line.id}/export.txt").text
    assert "=HYPERLINK(1)" in desk.get(f"/conversations/{line.id}/print").text
    desk.post(f"/conversations/{line.id}/messages", data={"body": "On record"})
    paper, text = (desk.get(f"/conversations/{line.id}/{form}").text for form in ("print", "export.txt"))
    for record in (paper, text):
        assert line.family.teacher.shown_name in record
        assert str(now().year) in record
        assert "Today" not in record
    assert ">You<" not in paper
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("conversation.exported") == 3
    assert actions.count("conversation.printed") == 2


def test_news_by_http_are_only_ones_own(line, desk, sign_in):
    desk.post(f"/conversations/{line.id}/messages", data={"body": "Hi"})
    answer = desk.get(f"/conversations/news?last=0&conversation={line.id}").json
    assert "message:new" in [event["name"] for event in answer["events"]]
    stranger = sign_in(StaffFactory(role=Role.TEACHER, schools=[line.family.school]))
    assert stranger.get(f"/conversations/news?last=0&conversation={line.id}").json["events"] == []


def test_a_number_of_ours_and_a_phone_lead_to_their_conversation(line, desk, sign_in):
    address = "/conversations/line"
    where = {"school": line.family.number.address, "handset": line.family.contact_point.address}
    assert desk.get(address, query_string=where).location == f"/conversations/{line.id}"
    for stranger in (StaffFactory(schools=[line.family.school]), StaffFactory(role=Role.DISTRICT_ADMIN)):
        assert sign_in(stranger).get(address, query_string=where).status_code == 404
    line.guardian.pairing_deactivated_at = now()
    assert desk.get(address, query_string=where).status_code == 404
