"""Who answers an announcement is heard by its author; who says STOP to it is left alone by announcements."""

import pytest
from flask import Flask

from app.accounts.models import Role
from app.announcements import service
from app.announcements.models import Announcement
from app.announcements.queries import fates as queries_fates
from app.announcements.service import DraftText
from app.conversations.models import Conversation, Message, Participant, UnknownText
from app.core.database import db
from app.core.phone_numbers import for_people
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber, SectionTeacher
from tests.announcements.schools import Campus, again, campus, draft, run, send, sms
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, PhoneNumberFactory, StaffFactory


@pytest.fixture
def place(house: House) -> Campus:
    """Two families have just got an announcement."""
    place = campus(numbers=1)
    place.families(2)
    PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
    announcement = draft(place)
    send(announcement, place.admin)
    run(10)
    house.hand_over()
    house.hear()  # nothing else writes any more
    return place


def phone(place: Campus, index: int = 0) -> str:
    address: str = place.guardians[index].contact_points[0].address
    return address


def test_an_answer_opens_the_authors_conversation_and_a_second_one_continues_it(place: Campus) -> None:
    arrives(phone(place), place.numbers[0], "Is the bus running?")
    arrives(phone(place), place.numbers[0], "Never mind.")
    conversation = db.session.query(Conversation).one()
    assert (conversation.created_by_id, conversation.guardian_id) == (place.admin.id, place.guardians[0].id)
    bodies = [message.body for message in db.session.query(Message).filter_by(kind="inbound").order_by(Message.id)]
    assert bodies == ["Is the bus running?", "Never mind."]
    assert db.session.query(UnknownText).count() == 0
    pairing = db.session.query(Participant).filter(Participant.address == phone(place)).one()
    assert db.session.get_one(PhoneNumber, pairing.phone_number_id or 0).purpose == "conversation"


def test_stop_is_obeyed_for_announcements_without_a_conversation(place: Campus, house: House) -> None:
    arrives(phone(place), place.numbers[0], "STOP")
    assert db.session.query(Conversation).count() == 0
    shown = service.preview(place.admin, draft(place).id).channels["sms"]
    assert (shown.addresses, shown.skipped) == (1, {"opted_out": 1})
    house.hand_over()
    assert len(house.at_the_network(to=phone(place).replace("+", "%2B"))) == 2  # the announcement, and one acknowledgement


def test_a_stranger_at_the_announcement_number_stays_an_unknown_sender(place: Campus) -> None:
    arrives("+15039990000", place.numbers[0], "Who is this?")
    assert db.session.query(Conversation).count() == 0
    assert [text.sender for text in db.session.query(UnknownText)] == ["+15039990000"]


def test_without_a_free_number_an_answer_is_kept_where_the_office_sees_it(place: Campus) -> None:
    db.session.query(PhoneNumber).filter_by(purpose="conversation").update({"is_active": False})
    db.session.commit()
    arrives(phone(place, 1), place.numbers[0], "Thank you")
    assert [text.body for text in db.session.query(UnknownText)] == ["Thank you"]
    assert db.session.query(Delivery).filter_by(owner_kind="announcement").count() == 2


def test_a_text_to_another_districts_number_is_no_answer_here(place: Campus) -> None:
    announcement = db.session.query(Announcement).one()
    elsewhere = campus(numbers=1)
    arrives(phone(place, 0), elsewhere.numbers[0], "I come at three.")
    arrives(phone(place, 1), place.numbers[0], "Thank you")
    assert queries_fates.answered(again(announcement)) == 1
    reminder = service.follow_up(place.admin, announcement.id)
    assert service.preview(place.admin, reminder.id).channels["sms"].addresses == 1


def test_who_stopped_one_number_is_answered_from_the_other_that_they_wrote_to(
    app: Flask, place: Campus, house: House, sign_in: SignIn
) -> None:
    ours, theirs = place.numbers[0], phone(place)
    arrives(theirs, ours, "Is the bus running?")
    pairing = db.session.query(Participant).filter(Participant.address == theirs).one()
    paired = db.session.get_one(PhoneNumber, pairing.phone_number_id or 0)
    arrives(theirs, paired, "STOP")
    desk, address = sign_in(place.admin), f"/conversations/{pairing.conversation_id}"
    page = desk.get(address).text
    assert 'id="send" disabled' in page
    assert f"stopped texts from {for_people(paired.address)}" in page
    assert f"{for_people(ours.address)}" in page, "whose texts still arrive"
    assert for_people(paired.address) in desk.get(f"/families/guardian/{place.guardians[0].id}").text
    refused = desk.post(f"{address}/messages", data={"body": "It is."})
    assert refused.status_code == 422
    assert for_people(paired.address) in refused.text
    arrives(theirs, ours, "And at noon?")
    page = desk.get(address).text
    assert 'id="send" disabled' not in page
    assert f"This leaves from {for_people(ours.address)}" in page
    assert desk.post(f"{address}/messages", data={"body": "It is."}).status_code == 303
    sent = db.session.query(Delivery).order_by(Delivery.id.desc()).first()
    assert sent is not None
    assert (sent.phone_number_id, sent.content.body) == (ours.id, "It is.")
    arrives(theirs, ours, "STOP")
    assert 'id="send" disabled' in desk.get(address).text
    arrives(theirs, paired, "START")
    assert 'id="send" disabled' not in desk.get(address).text
    assert "This leaves from" not in desk.get(address).text


def test_a_thread_says_which_announcement_a_text_answers_with_a_way_there_for_who_may_see_it(
    app: Flask, place: Campus, house: House, sign_in: SignIn
) -> None:
    announcement = db.session.query(Announcement).one()
    announcement.school_id = None  # the whole district's: a school's own staff has no report of it
    for words in ("Is the bus running?", "Never mind."):
        arrives(phone(place), place.numbers[0], words)
    conversation = db.session.query(Conversation).one()
    address, title = f"/conversations/{conversation.id}", f"“{announcement.title}”"
    page = sign_in(place.admin).get(address).text
    assert page.count(title) == 1, "said once for what follows"
    assert f'href="/announcements/{announcement.id}"' in page
    assert f"answered {title}" in sign_in(place.admin).get(f"/families/guardian/{place.guardians[0].id}").text
    colleague = StaffFactory(role=Role.VIEWER, schools=[place.school])
    page = sign_in(colleague).get(address).text
    assert title in page
    assert "/announcements/" not in page.split('id="messages"')[1]
    untitled = draft(place, sms("No bus today."), title="")
    send(untitled, place.admin)
    run(10)
    house.hand_over()
    arrives(phone(place), place.numbers[0], "And on Monday?")
    assert "“No bus today.”" in sign_in(place.admin).get(address).text, "the newest one, by its words"


def test_the_family_page_shows_what_was_announced_to_whoever_sees_the_family(app: Flask, place: Campus, sign_in: SignIn) -> None:
    teacher, mother = StaffFactory(role=Role.TEACHER, schools=[place.school]), place.guardians[0]
    db.session.add(SectionTeacher(section_id=place.section.id, staff_id=teacher.id))
    father = GuardianFactory(district_id=place.district.id, given_name="Luis")
    GuardianshipFactory(student=mother.guardianships[0].student, guardian=father, priority=2)
    ContactPointFactory(guardian=father, kind="landline")
    second = draft(place, sms("Bring boots."), title="Snow day", send_to="all")
    send(second, place.admin)
    run(10)
    report, address = f'href="/announcements/{second.id}"', f"/families/guardian/{father.id}"
    page = sign_in(place.admin).get(address).text
    for words in ("Announcement “Snow day”", "Bring boots.", "Announcement “Closed”", "Only a landline", report):
        assert words in page
    assert page.index("“Snow day”") < page.index("“Closed”"), "the newest first"
    desk = sign_in(teacher)
    page = desk.get(f"{address}?show=announcement").text
    assert "Announcement “Snow day”" in page
    assert report not in page, "the report is of the whole school"
    assert "“Closed”" not in desk.get(f"{address}?q=boots").text
    assert "“Snow day”" not in desk.get(f"{address}?show=call").text


def test_a_stop_to_the_announcement_number_is_red_and_stands_in_thread_and_history(app: Flask, place: Campus, sign_in: SignIn) -> None:
    ours, mother = place.numbers[0], place.guardians[0]
    arrives(phone(place), ours, "Is the bus running?")
    conversation, desk = db.session.query(Conversation).one(), sign_in(place.admin)
    assert "Texts OK" in desk.get(f"/conversations/{conversation.id}/family").text
    for number in (phone(place), phone(place, 1)):
        arrives(number, ours, "STOP")
    assert f"texted STOP to {for_people(ours.address)}" in desk.get(f"/conversations/{conversation.id}").text
    for guardian in place.guardians[:2]:  # the other has no conversation at all
        page = desk.get(f"/families/guardian/{guardian.id}").text
        assert "Some texts stopped" in page
        assert "Texts OK" not in page
        assert page.count(f"{guardian.given_name} texted STOP to {for_people(ours.address)}") == 1
        assert "No texts or automated calls of announcements from" in page
        assert f"Text {guardian.given_name}" in page, "threads still reach her"
    assert "Some texts stopped" in desk.get(f"/conversations/{conversation.id}/family").text
    calls = draft(place, DraftText("voice", "en", "School is closed."), channels=("voice",), title="By phone")
    assert service.preview(place.admin, calls.id).channels["voice"].skipped == {"opted_out": 2}, "as the page says"
    arrives(phone(place), ours, "START")
    assert "Texts OK" in desk.get(f"/families/guardian/{mother.id}").text
    assert "Texts are on again" in desk.get(f"/conversations/{conversation.id}").text
