"""What calls to a number do where somebody said so: forwarding, voicemail or none, words, and people who signed on to the line."""

import pytest

from app.accounts.models import Role, Staff
from app.calls import service
from app.calls.errors import NotAPhone
from app.calls.models import LineAgent, NumberLine
from app.calls.service import number_lines
from app.calls.service.number_lines import LineExists, OwnNumber, Refreshed, Wish, WordsTooLong
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from tests.calls.lines import Lines
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories.people import PhoneNumberFactory, StaffFactory
from tests.factories.threads import thread
from tests.simulator.talking import until

__all__ = ["house"]
STRANGER, DUTY = "+15035550166", "+15035550177"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def lines(house: House) -> Lines:
    talk = thread()
    talk.family.school.office_hours = ALWAYS
    db.session.commit()
    return Lines(house, talk)


@pytest.fixture
def admin(lines: Lines) -> Staff:
    person: Staff = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=lines.talk.family.school.district_id)
    db.session.commit()
    return person


def ask_for_office(lines: Lines) -> str:
    sid = lines.calls_in(STRANGER)
    lines.hears(sid, "To speak with the office, press 1.")
    lines.do(STRANGER, "press", keys="1")
    return sid


def picks_up(lines: Lines, handset: str) -> None:
    until(lambda: any(one["handset"] == handset and one["status"] == "ringing" for one in lines.everything()))
    lines.do(handset, "answer")


def test_calls_go_on_to_another_phone_in_the_place_of_the_line(lines: Lines, admin: Staff) -> None:
    service.save_line(admin, None, Wish(phone_number_id=lines.talk.family.number.id, forward_number=DUTY))
    lines.do(DUTY, "hold")
    ask_for_office(lines)
    picks_up(lines, DUTY)
    until(lambda: any(one["handset"] == DUTY and "press any key" in " ".join(lines.heard(one["sid"])) for one in lines.everything()))
    lines.do(DUTY, "press", keys="1")
    _call, line = lines.becomes("in_progress")
    assert (line.stage, line.own_phone, line.answered_by_id) == ("talking", DUTY, None)
    lines.do(STRANGER, "hang_up")
    lines.becomes("finished", "answered")


def test_a_number_without_messages_offers_none(lines: Lines, admin: Staff) -> None:
    line = service.save_line(admin, None, Wish(phone_number_id=lines.talk.family.number.id, takes_messages=False))
    sid = lines.calls_in(STRANGER)
    lines.hears(sid, "To speak with the office, press 1.")
    assert not any("leave a message" in words for words in lines.heard(sid))
    lines.do(STRANGER, "let_go")
    lines.do(STRANGER, "press", keys="2")
    lines.hears(sid, "2 is not offered.")
    until(lambda: lines.story(sid)["status"] == "completed")
    lines.hears(sid, "Nobody can take your call right now.")
    lines.becomes("no_answer")
    service.save_line(admin, line.id, Wish(takes_messages=True, before_beep="Please say your child's name."))
    sid = lines.calls_in(STRANGER)
    lines.hears(sid, "To leave a message, press 2.")
    lines.do(STRANGER, "press", keys="2")
    lines.hears(sid, "Please say your child's name.")
    lines.do(STRANGER, "hang_up")


def test_who_waits_hears_the_owners_words_and_is_asked_for(lines: Lines, admin: Staff) -> None:
    line = service.save_line(admin, None, Wish(phone_number_id=lines.talk.family.number.id, while_waiting="The bus desk opens at seven."))
    sid = ask_for_office(lines)
    lines.hears(sid, "The bus desk opens at seven.")
    lines.hears(sid, "You are number 1 in line.")
    assert number_lines.refresh(lines.house.app, line) == Refreshed(1, 0)
    lines.house.network.set(drop_callbacks=1.0)
    lines.do(STRANGER, "hang_up")
    until(lambda: lines.story(sid)["status"] == "completed")
    assert number_lines.refresh(lines.house.app, line) == Refreshed(1, 1)
    assert number_lines.refresh(lines.house.app, line) == Refreshed(0, 0)


def test_whoever_signed_on_is_rung_once_and_then_the_call_waits(lines: Lines, admin: Staff) -> None:
    office = StaffFactory(role=Role.OFFICE, schools=[lines.talk.family.school])
    db.session.commit()
    line = service.save_line(admin, None, Wish(phone_number_id=lines.talk.family.number.id))
    agent = service.sign_on(office, line.id, phone=DUTY)
    assert service.sign_on(office, line.id, phone=DUTY).id == agent.id
    lines.do(DUTY, "hold")
    sid = ask_for_office(lines)
    until(lambda: any(one["handset"] == DUTY and one["status"] == "ringing" for one in lines.everything()))
    lines.do(DUTY, "decline")
    lines.hears(sid, "You are number 1 in line.")
    _call, row = lines.last()
    assert (row.stage, row.answered_by_id) == ("line", None)
    lines.do(STRANGER, "hang_up")
    with transaction():
        db.session.get_one(LineAgent, agent.id).ends_at = now()
    assert number_lines.on_duty(db.session.get_one(NumberLine, line.id)) is None


def test_what_cannot_be_is_refused(lines: Lines, admin: Staff) -> None:
    number = lines.talk.family.number
    with pytest.raises(OwnNumber):
        service.save_line(admin, None, Wish(phone_number_id=number.id, forward_number=number.address))
    with pytest.raises(NotAPhone):
        service.save_line(admin, None, Wish(phone_number_id=number.id, forward_number="soon"))
    with pytest.raises(WordsTooLong):
        service.save_line(admin, None, Wish(phone_number_id=number.id, while_waiting="la " * 200))
    with pytest.raises(NotVisible):
        service.save_line(lines.talk.family.teacher, None, Wish(phone_number_id=number.id))
    with pytest.raises(NotVisible):
        service.save_line(admin, None, Wish(phone_number_id=PhoneNumberFactory().id))
    line = service.save_line(admin, None, Wish(phone_number_id=number.id))
    with pytest.raises(LineExists):
        service.save_line(admin, None, Wish(phone_number_id=number.id))
    with pytest.raises(NotVisible):
        service.sign_on(lines.talk.family.teacher, line.id)
    foreign: Staff = StaffFactory(role=Role.DISTRICT_ADMIN)
    db.session.commit()
    with pytest.raises(NotVisible):
        service.save_line(foreign, line.id, Wish(takes_messages=False))
