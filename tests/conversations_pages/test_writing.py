"""Writing in a thread, through its forms: with scripts, and without."""

import io
import re
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Role
from app.conversations.models import Attachment, Draft, Message, MessageKind, MessageStatus, ScheduledMessage
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import District
from tests.factories import MessageFactory, StaffFactory

JSON = {"Accept": "application/json"}


def texts():
    return db.session.scalars(select(Message).where(Message.kind == MessageKind.OUTBOUND)).all()


def test_a_plain_form_sends_and_returns_to_the_thread(line, desk):
    answer = desk.post(f"/conversations/{line.id}/messages", data={"body": "The bus leaves at 8:45."})
    assert (answer.status_code, answer.location) == (303, f"/conversations/{line.id}")
    [message] = texts()
    assert (message.body, message.status) == ("The bus leaves at 8:45.", MessageStatus.PENDING)
    assert "The bus leaves at 8:45." in desk.get(answer.location).text


def test_the_answer_brings_all_that_came_since_the_page_was_drawn(line, desk):
    first = desk.post(f"/conversations/{line.id}/messages", data={"body": "At nine?", "after": "0"}, headers=JSON).json
    MessageFactory(conversation=line.conversation, body="Or at ten")
    said = desk.post(f"/conversations/{line.id}/messages", data={"body": "Ten is fine", "after": first["id"]}, headers=JSON).json
    assert "At nine?" not in said["html"]
    assert said["html"].index("Or at ten") < said["html"].index("Ten is fine")
    more = desk.post(f"/conversations/{line.id}/messages", data={"body": "See you", "after": said["id"]}, headers=JSON).json
    assert "is-joined" in more["html"]


def test_the_same_form_twice_sends_once(line, desk):
    data = {"body": "Once", "uuid": str(uuid.uuid4())}
    answers = [desk.post(f"/conversations/{line.id}/messages", data=data, headers=JSON).json for _try in range(2)]
    assert answers[0]["id"] == answers[1]["id"]
    assert len(texts()) == 1
    assert "Once" in answers[0]["html"]


def test_a_text_that_leaves_in_a_language_that_its_reader_does_not_read_says_so(line, desk):
    line.family.guardian.language = line.conversation.language = "es"
    db.session.commit()
    said = [
        desk.post(f"/conversations/{line.id}/messages", data={"body": body} | more, headers=JSON).json["html"]
        for body, more in (
            ("The bus leaves at 8:45 tomorrow morning.", {}),
            ("El autobús sale mañana por la mañana a las nueve.", {}),
            ("We leave at nine.", {"translate": "1", "translation": "Salimos a las nueve.", "translated_by": "staff"}),
        )
    ]
    assert ["not in Spanish" in html for html in said] == [True, False, False]


@pytest.mark.parametrize("body", ["", "   \n  "])
def test_nothing_to_send_is_said_beside_the_field(line, desk, body):
    answer = desk.post(f"/conversations/{line.id}/messages", data={"body": body})
    assert answer.status_code == 422
    assert "Write a message or add a file." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert texts() == []


def test_what_was_typed_stays_in_a_refused_form(line, desk):
    long = "🦒 word " * 1250
    answer = desk.post(f"/conversations/{line.id}/messages", data={"body": long, "as_mms": "1", "due": "at", "due_at": "2020-01-01T08:00"})
    assert answer.status_code == 422
    assert long[:9000].strip() in answer.text
    assert texts() == []


def test_a_time_that_is_over_is_refused_beside_its_field(line, desk):
    answer = desk.post(f"/conversations/{line.id}/messages", data={"body": "Later", "due": "at", "due_at": "2020-01-01T08:00"})
    assert answer.status_code == 422
    assert "Choose a time that is still to come." in answer.text
    assert 'value="2020-01-01T08:00"' in answer.text


def test_a_text_for_later_stands_in_the_thread_and_can_be_moved_sent_and_dropped(line, desk):
    zone = ZoneInfo(line.family.school.time_zone)
    due = (now() + timedelta(days=2)).astimezone(zone).replace(second=0, microsecond=0)
    desk.post(f"/conversations/{line.id}/messages", data={"body": "Zoo day!", "due": "at", "due_at": f"{due:%Y-%m-%dT%H:%M}"})
    planned = db.session.scalars(select(ScheduledMessage)).one()
    assert planned.due_at == due
    page = desk.get(f"/conversations/{line.id}").text
    assert "Zoo day!" in page
    assert "Goes out" in page

    later = due + timedelta(hours=1)
    form = {"body": "Zoo day, tomorrow!", "due_at": f"{later:%Y-%m-%dT%H:%M}"}
    assert desk.post(f"/conversations/scheduled/{planned.id}", data=form).status_code == 303
    assert (planned.body, planned.due_at) == ("Zoo day, tomorrow!", later)
    wrong = desk.post(f"/conversations/scheduled/{planned.id}", data={"body": "Changed", "due_at": "2020-01-01T08:00"})
    assert wrong.status_code == 422
    assert "Changed" in wrong.text

    assert desk.post(f"/conversations/scheduled/{planned.id}/send").status_code == 303
    assert [message.body for message in texts()] == ["Zoo day, tomorrow!"]
    assert desk.post(f"/conversations/scheduled/{planned.id}/cancel").status_code == 409


def test_taking_back_gives_the_words_back_and_nothing_leaves(line, desk):
    sent = desk.post(f"/conversations/{line.id}/messages", data={"body": "Oh no"}, headers=JSON).json
    undone = desk.post(f"/conversations/messages/{sent['id']}/undo", headers=JSON).json
    assert undone["body"] == "Oh no"
    assert {delivery.state for delivery in db.session.scalars(select(Delivery))} == {"cancelled"}
    page = desk.get(f"/conversations/{line.id}").text
    assert "Oh no</textarea>" in page
    assert f'id="m{sent["id"]}"' not in page


def test_a_note_calls_a_colleague_and_reaches_no_family(line, desk):
    colleague = StaffFactory(role=Role.OFFICE, schools=[line.family.school], name="Bea Kowalczyk")
    data = {"body": "@Bea Kowalczyk please file this", "mode": "note", "mention": str(colleague.id)}
    answer = desk.post(f"/conversations/{line.id}/messages", data=data, headers=JSON).json
    assert '<span class="mention">@Bea Kowalczyk</span>' in answer["html"]
    assert db.session.scalars(select(Delivery)).all() == []


def test_a_draft_belongs_to_one_thread_and_one_person(line, desk, sign_in):
    assert desk.post(f"/conversations/{line.id}/draft", data={"body": "half a sent"}).status_code == 204
    assert db.session.scalars(select(Draft)).one().body == "half a sent"
    assert "half a sent</textarea>" in desk.get(f"/conversations/{line.id}").text
    assert "Draft" in desk.get("/conversations").text
    boss = sign_in(StaffFactory(role=Role.SCHOOL_ADMIN, schools=[line.family.school]))
    assert "half a sent" not in boss.get(f"/conversations/{line.id}").text


def test_the_counter_counts_as_the_bill_does(line, desk):
    def counted(body):
        return desk.post(f"/conversations/{line.id}/measure", data={"body": body}).json

    assert counted("Hello")["words"] == ""
    assert counted("x" * 161)["words"].startswith("2 texts · about 1.7¢")
    curly = counted("It’s “fine”")
    assert (curly["encoding"], curly["straight"]) == ("ucs2", 'It\'s "fine"')
    assert [each["character"] for each in curly["offenders"]] == ["’", "“", "”"]
    assert counted("Hi $FirstName$")["words"].startswith("at least")
    assert counted("🦒" * 800)["too_long"] is True
    assert [counted("x" * characters)["fits_mms"] for characters in (1600, 1601)] == [True, False]


def test_files_are_judged_when_they_come(line, desk):
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "red").save(picture, "JPEG")
    kept = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(picture.getvalue()), "zoo.jpg")}, headers=JSON)
    assert kept.status_code == 201
    assert kept.json["meta"].startswith("Picture, ")
    lie = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(b"MZ\x90\x00nonsense"), "zoo.jpg")}, headers=JSON)
    assert lie.status_code == 422
    assert "zoo.jpg" in lie.json["errors"]["files"]

    sent = desk.post(f"/conversations/{line.id}/messages", data={"body": "", "attachment": str(kept.json["id"])}, headers=JSON).json
    assert '<img src="/files/' in sent["html"]
    file = db.session.scalars(select(Attachment)).one()
    assert (file.message_id, file.width) == (sent["id"], 900)


def test_files_wait_beside_the_draft_for_the_next_visit(line, desk, sign_in):
    picture = io.BytesIO()
    Image.new("RGB", (90, 60), "red").save(picture, "JPEG")
    address = f"/conversations/{line.id}"
    picture.seek(0)
    kept = desk.post(f"{address}/attachments", data={"file": (picture, "zoo.jpg")}, headers=JSON).json
    colleague = sign_in(StaffFactory(role="office", schools=[line.family.school]))
    assert "zoo.jpg" in desk.get(address).text
    assert f'name="attachment" value="{kept["id"]}"' in desk.get(address).text
    assert "zoo.jpg" not in colleague.get(address).text
    away = desk.post(f"/conversations/attachments/{kept['uuid']}/remove", data={"body": "The zoo trip", "mode": "text"})
    assert away.location == address
    page = desk.get(address).text
    assert "zoo.jpg" not in page
    assert "The zoo trip</textarea>" in page


def test_a_refused_form_keeps_the_files(line, desk):
    data = {"body": "$Nonsense$", "files": (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "Permiso.pdf")}
    answer = desk.post(f"/conversations/{line.id}/messages", data=data)
    assert answer.status_code == 422
    assert "$Nonsense$</textarea>" in answer.text
    assert "Permiso.pdf" in answer.text
    assert 'name="attachment"' in answer.text


def test_who_only_reads_gets_no_composer(line, sign_in):
    viewer = sign_in(StaffFactory(role=Role.VIEWER, schools=[line.family.school]))
    MessageFactory(conversation=line.conversation)
    page = viewer.get(f"/conversations/{line.id}").text
    assert "You can read this conversation." in page
    assert "<textarea" not in page
    assert viewer.post(f"/conversations/{line.id}/messages", data={"body": "Hi"}).status_code == 403


def test_a_number_that_opted_out_locks_the_text_and_keeps_the_draft(line, desk):
    desk.post(f"/conversations/{line.id}/draft", data={"body": "See you"})
    line.family.contact_point.opted_out_at = now()
    page = desk.get(f"/conversations/{line.id}").text
    assert "texted STOP" in page
    assert "See you</textarea>" in page
    assert 'id="send" disabled' in page


@pytest.mark.parametrize(("hours", "is_night"), [([], False), (["00:00", "23:59"], True)])
def test_the_hint_about_the_night_keeps_the_districts_hours(line, desk, hours, is_night):
    district = db.session.get_one(District, line.family.teacher.district_id)
    district.settings = {**district.settings, "quiet_hours": hours}
    db.session.commit()
    assert ("#i-moon" in desk.get(f"/conversations/{line.id}").text) is is_night


def test_the_page_of_a_new_message_has_one_heading(line, desk):
    page = desk.get("/conversations/new").text
    assert re.findall(r"<h[12][^>]*>([^<]+)", page) == ["New message"]
    again = desk.post("/conversations/new", data={"on_page": "1"}, headers={"HX-Request": "true"})
    assert again.status_code == 422
    assert "<h2" not in again.text
    assert "New message</h2>" in desk.get("/conversations/new", headers={"HX-Request": "true"}).text


def test_what_is_taken_back_stands_before_what_was_begun_meanwhile(line, desk):
    picture = io.BytesIO()
    Image.new("RGB", (32, 24), "green").save(picture, "PNG")
    picture.seek(0)
    kept = desk.post(f"/conversations/{line.id}/attachments", data={"file": (picture, "zoo.png")}, headers=JSON).json
    sent = desk.post(f"/conversations/{line.id}/messages", data={"body": "The zoo", "attachment": kept["id"]}, headers=JSON).json
    desk.post(f"/conversations/{line.id}/draft", data={"body": "And one more"})
    back = desk.post(f"/conversations/messages/{sent['id']}/undo", headers=JSON).json
    assert (back["body"], [file["id"] for file in back["files"]]) == ("The zoo", [kept["id"]])
    assert db.session.scalars(select(Draft.body)).one() == "The zoo\nAnd one more"
    due = (now() + timedelta(days=3)).astimezone(ZoneInfo("America/Los_Angeles"))
    later = {"body": "Later", "attachment": kept["id"], "due": "at", "due_at": f"{due:%Y-%m-%dT12:00}"}
    assert desk.post(f"/conversations/{line.id}/messages", data=later, headers=JSON).json["scheduled"]
    desk.post(f"/conversations/{line.id}/draft", data={"body": "Begun"})
    planned = db.session.scalars(select(ScheduledMessage.id)).one()
    dropped = desk.post(f"/conversations/scheduled/{planned}/cancel", headers=JSON).json
    assert (dropped["body"], [file["id"] for file in dropped["files"]]) == ("Later", [kept["id"]])
    assert db.session.scalars(select(Draft.body)).one() == "Later\nBegun"


def test_a_draft_is_its_writers_alone(line, desk, sign_in):
    desk.post(f"/conversations/{line.id}/draft", data={"body": "Half a thou", "mode": "note"})
    assert desk.get(f"/conversations/{line.id}/draft").json == {"body": "Half a thou", "note": True}
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[line.family.school]))
    assert office.get(f"/conversations/{line.id}/draft").json == {"body": "", "note": False}
