"""What is done with conversations and messages, with a way back where there is one."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.conversations.models import Conversation, ConversationState, MessageKind, MessageStatus, Participant
from app.conversations.views.thread_shown import times_ahead
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import LocalClock
from tests.factories import MessageFactory, StaffFactory, family, thread

JSON = {"Accept": "application/json"}


def state_of(line):
    return db.session.get_one(Conversation, line.id).state


def test_done_says_how_to_take_it_back(line, desk):
    done = desk.post(f"/conversations/{line.id}/state", data={"do": "done"}, headers=JSON).json
    assert (state_of(line), done["said"], done["leaves"]) == (ConversationState.DONE, "Done.", True)
    desk.post(done["undo"]["href"], data=done["undo"]["fields"])
    assert state_of(line) == ConversationState.OPEN


def test_a_reminder_names_its_exact_time(line, desk):
    answer = desk.post(f"/conversations/{line.id}/state", data={"snooze": f"{now() + timedelta(days=30):%Y-%m-%d}T08:00"}, headers=JSON)
    assert "8:00 AM" in answer.json["said"]
    assert state_of(line) == ConversationState.SNOOZED
    assert len(re.findall(r'id="c\d', desk.get("/conversations?filter=snoozed").text)) == 1
    page = desk.get(f"/conversations/{line.id}").text
    assert "Tomorrow, " in page
    assert "8:00 AM" in page


@pytest.mark.parametrize("day", range(22, 29))
def test_the_next_morning_is_tomorrow_on_every_day_of_the_week(app, day):
    moment = datetime(2026, 11, day, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
    with app.test_request_context():
        offered = [words for words, _value in times_ahead(LocalClock(moment.tzinfo, "en", moment.date()), moment)]
    assert [words.partition(",")[0] for words in offered].count("Tomorrow") == 1
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize("when", ["", "yesterday", "2020-01-01T08:00"])
def test_a_reminder_without_a_time_to_come_is_refused(line, desk, when):
    answer = desk.post(f"/conversations/{line.id}/state", data={"snooze": "at", "at": when}, headers=JSON)
    assert answer.status_code == 422
    assert "time" in answer.json["error"]["message"]
    assert state_of(line) == ConversationState.OPEN


def test_assigning_adds_the_colleague_and_can_be_taken_back(line, sign_in):
    office = StaffFactory(role=Role.OFFICE, schools=[line.family.school], name="Priya Raman")
    line.conversation.is_office = True
    desk = sign_in(office)
    menu = desk.get(f"/conversations/{line.id}/assignees").text
    assert "Priya Raman (me)" in menu
    done = desk.post(f"/conversations/{line.id}/state", data={"assign": str(office.id)}, headers=JSON).json
    assert db.session.get_one(Conversation, line.id).assigned_to_id == office.id
    assert "Priya Raman took this conversation" in desk.get(f"/conversations/{line.id}").text
    desk.post(done["undo"]["href"], data=done["undo"]["fields"])
    assert db.session.get_one(Conversation, line.id).assigned_to_id is None


def test_somebody_elses_conversation_asks_before_one_replies(line, desk):
    other = StaffFactory(role=Role.OFFICE, schools=[line.family.school], name="Priya Raman")
    line.conversation.assigned_to_id = other.id
    page = desk.get(f"/conversations/{line.id}").text
    assert "Priya Raman answers this conversation." in page
    assert "Reply anyway" in page


def test_reading_clears_the_count_and_unread_brings_it_back(line, desk):
    message = MessageFactory(conversation=line.conversation)
    assert desk.get("/conversations/counts").json["unread"] == 1
    assert desk.post(f"/conversations/{line.id}/read", data={"up_to": message.id}, headers=JSON).json["unread"] == 0
    assert desk.get("/conversations/counts").json["unread"] == 0
    desk.post(f"/conversations/{line.id}/state", data={"do": "unread"})
    assert desk.get("/conversations/counts").json["unread"] == 1


def test_many_at_once_with_one_way_back(line, desk):
    other = thread(family(school=line.family.school, teacher=line.family.teacher))
    stranger = thread()
    page = desk.get("/conversations?select=1").text
    assert page.count('name="ids"') == 2
    done = desk.post("/conversations/bulk", data={"action": "done", "ids": [line.id, other.id, stranger.id]}, headers=JSON).json
    assert sorted(done["ids"]) == sorted([line.id, other.id])
    assert "1 was left out" in done["said"]
    assert state_of(stranger) == ConversationState.OPEN
    desk.post(done["undo"]["href"], data=done["undo"]["fields"])
    assert {state_of(line), state_of(other)} == {ConversationState.OPEN}


def test_a_form_may_only_return_to_this_site(line, desk):
    answer = desk.post("/conversations/bulk", data={"action": "done", "ids": line.id, "back": "https://evil.example/"})
    assert answer.location == "/conversations"
    assert desk.post("/conversations/bulk", data={"action": "done", "ids": line.id, "back": "//evil.example"}).location == "/conversations"


def test_a_reaction_stays_among_staff(line, desk):
    message = MessageFactory(conversation=line.conversation)
    assert desk.post(f"/conversations/messages/{message.id}/react", data={"emoji": "👍"}, headers=JSON).status_code == 200
    bubble = desk.get(f"/conversations/messages/{message.id}/bubble").text
    assert 'data-react="👍" aria-pressed="true"' in bubble
    assert desk.post(f"/conversations/messages/{message.id}/react", data={"emoji": "word"}, headers=JSON).status_code == 422


def test_a_failure_that_was_dealt_with_no_longer_asks(line, desk):
    message = MessageFactory(
        conversation=line.conversation, kind=MessageKind.OUTBOUND, staff_id=line.family.teacher.id, failed=1, status=MessageStatus.FAILED,
        error_code="30005",
    )  # fmt: skip
    line.conversation.failed_count = 1
    assert "Fix the number" in desk.get(f"/conversations/messages/{message.id}/bubble").text
    desk.post(f"/conversations/messages/{message.id}/settle", headers=JSON)
    bubble = desk.get(f"/conversations/messages/{message.id}/bubble").text
    assert "Fix the number" not in bubble
    assert "Not delivered" in bubble


def test_stopping_a_line_locks_the_composer(line, desk):
    desk.post(f"/conversations/{line.id}/state", data={"unpair": line.guardian.id})
    assert db.session.scalars(select(Participant).where(Participant.id == line.guardian.id)).one().pairing_deactivated_at
    page = desk.get(f"/conversations/{line.id}").text
    assert "line is stopped" in page
    assert "Open this number’s line again" in page


def test_the_card_shows_the_family(line, desk):
    card = desk.get(f"/conversations/{line.id}/family").text
    for words in ("Mateo Hernández", "Rosa Hernández", "Texts OK"):
        assert words in card


def test_what_an_address_asks_for_in_vain_is_not_found(line, desk):
    assert desk.post(f"/conversations/{line.id}/state", data={"do": "explode"}).status_code == 404
    message = MessageFactory(conversation=line.conversation)
    assert desk.post(f"/conversations/messages/{message.id}/explode").status_code == 404
