"""A guardian calls the school's number: the menu in their language, and what each key does."""

import pytest

from app.accounts.models import Role
from app.calls.models import Call, Recording, Transcript
from app.conversations.models import BlockedSender
from app.core.database import db
from app.directory.models import Consent
from app.voicemail.models import Voicemail
from tests.calls.lines import Lines
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories.people import StaffFactory
from tests.factories.threads import thread
from tests.simulator.talking import until

__all__ = ["house"]
STRANGER = "+15035550166"
OWN = "+15035550177"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def lines(house: House) -> Lines:
    talk = thread()
    talk.family.contact_point.language = "es"
    talk.family.teacher.formal_name = "Ms. Okafor-Reyes"
    talk.family.school.office_hours = ALWAYS
    db.session.commit()
    return Lines(house, talk)


def test_one_reaches_the_teacher_in_her_browser(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    browser.listen()
    sid = lines.calls_in()
    lines.hears(sid, "Para hablar con Ms. Okafor-Reyes, oprima 1.")
    lines.do(lines.guardian, "press", keys="1")
    ringing = browser.answer()
    assert ringing["from"] == lines.number
    call, line = lines.becomes("in_progress")
    assert (line.stage, line.outcome, line.answered_by_id, call.title) == (
        "talking", "answered", lines.talk.family.teacher.id, lines.talk.family.guardian.full_name,
    )  # fmt: skip
    lines.do(lines.guardian, "speak", words="Buenos días")
    until(lambda: any("Buenos días" in one["words"] for one in browser.state()["lines"]))
    browser.hang_up()
    lines.becomes("finished", "answered")
    lines.settle()
    page = browser.client.get(f"/conversations/{lines.talk.id}").text
    assert f"{lines.talk.family.guardian.full_name} called. {lines.talk.family.teacher.name} answered" in page
    family = browser.client.get(f"/families/guardian/{lines.talk.family.guardian.id}?show=call").text
    assert f'href="/calls/history/{call.id}"' in family  # she was called, and opens it


def test_who_called_is_on_the_line_and_is_not_rung(lines: Lines) -> None:
    browser = lines.sign_in(lines.talk.family.teacher)
    browser.listen()
    sid = lines.calls_in()
    lines.hears(sid, "oprima 1")
    lines.do(lines.guardian, "press", keys="1")
    ringing = until(lambda: browser.is_in("ringing"))
    call, _line = lines.last()
    assert 'data-dials=""' in browser.client.get(f"/calls/phone/{call.id}").text
    browser.post(f"calls/{ringing['sid']}/decline")
    browser.post("calls", to=lines.guardian, wishes={"call": call.uuid.hex})
    lines.settle()
    assert len([one for one in lines.everything() if one["handset"] == lines.guardian]) == 1


def test_two_leaves_a_message_and_so_does_who_cannot_reach_anybody(lines: Lines) -> None:
    sid = lines.calls_in()
    lines.hears(sid, "Para dejar un mensaje, oprima 2.")
    lines.do(lines.guardian, "press", keys="1")  # no browser, no phone
    lines.hears(sid, "En este momento nadie puede atender su llamada.")
    until(lambda: lines.story(sid)["phase"] == "taping")
    lines.do(lines.guardian, "speak", words="Mateo tiene fiebre")
    lines.do(lines.guardian, "press", keys="#")
    lines.becomes("finished", "voicemail")
    until(lambda: db.session.rollback() or db.session.query(Recording).count() == 1)
    lines.settle()
    (tape,) = db.session.query(Recording).all()
    call, _line = lines.last()
    assert (tape.call_id, tape.kind, tape.state) == (call.id, "voicemail", "pending")
    assert "Gracias. Adiós." in lines.heard(sid)
    (text,) = db.session.query(Transcript).all()  # of recordings the carrier writes English only: this was written while it was said
    assert ([one["words"] for one in text.lines], text.language, text.recording_id) == (["Mateo tiene fiebre"], "es", tape.id)
    assert db.session.query(Voicemail).one().preview == "Mateo tiene fiebre"


def test_who_chooses_to_leave_a_message_and_leaves_none_missed_nobody(lines: Lines) -> None:
    sid = lines.calls_in()
    lines.hears(sid, "oprima 2")
    lines.do(lines.guardian, "press", keys="2")
    until(lambda: lines.story(sid)["phase"] == "taping")
    lines.do(lines.guardian, "hang_up")
    lines.becomes("no_answer", "no_message")
    lines.settle()
    browser = lines.sign_in(lines.talk.family.teacher).client
    assert "called, and left no message." in browser.get(f"/conversations/{lines.talk.id}").text
    for listed in ("", "?show=missed"):
        page = browser.get(f"/calls/history{listed}").text
        assert "Called, left no message" in page
        assert "Missed, for" not in page


def test_one_reaches_the_teacher_on_her_own_phone_where_only_a_person_presses_a_key(lines: Lines) -> None:
    lines.talk.family.teacher.phone = OWN
    db.session.commit()
    lines.do(OWN, "hold")
    sid = lines.calls_in()
    lines.hears(sid, "oprima 1")
    lines.do(lines.guardian, "press", keys="1")
    until(lambda: lines.last()[1].stage == "phone")
    until(lambda: any(one["handset"] == OWN and one["status"] == "ringing" for one in lines.everything()))
    lines.do(OWN, "answer")
    until(
        lambda: any(
            "To take it, press any key" in words for one in lines.everything() if one["handset"] == OWN for words in lines.heard(one["sid"])
        )
    )
    assert lines.last()[0].status == "ringing"  # picked up, by nobody knows whom
    lines.do(OWN, "press", keys="5")
    lines.becomes("in_progress", "answered")
    until(lambda: lines.story(sid)["peer_id"])
    lines.do(lines.guardian, "hang_up")
    lines.becomes("finished", "answered")


def test_three_stops_automated_calls_and_who_presses_nothing_comes_to_the_voicemail(lines: Lines) -> None:
    sid = lines.calls_in()
    lines.hears(sid, "oprima 3")
    lines.do(lines.guardian, "press", keys="3")
    lines.becomes("finished", "stopped")
    (consent,) = db.session.query(Consent).filter_by(source="keypad").all()
    assert (consent.address, consent.scope, consent.kind) == (lines.guardian, "calls", "opted_out")
    until(lambda: any("Ya no recibirá llamadas automáticas" in words for words in lines.heard(sid)))
    lines.settle()
    lines.house.network.set(call_speed=400)
    silent = lines.calls_in(is_in_hand=False)
    lines.becomes("no_answer", "no_message")
    lines.settle()
    said = lines.heard(silent)
    assert sum("oprima 1" in one for one in said) == 3  # once, and repeated twice
    assert sum("después del tono" in one for one in said) == 1
    browser = lines.sign_in(lines.talk.family.teacher)
    page = browser.client.get(f"/conversations/{lines.talk.id}").text
    assert "asked for no more automated calls" in page
    assert "Wants no automated calls." in browser.client.get(f"/conversations/{lines.talk.id}/family").text
    assert "called, and left no message." in page


def test_a_stranger_waits_in_the_offices_line_and_somebody_takes_the_call(lines: Lines) -> None:
    office = lines.sign_in(StaffFactory(role=Role.OFFICE, schools=[lines.talk.family.school]))
    office.listen()
    sid = lines.calls_in(STRANGER)
    lines.hears(sid, "To speak with the office, press 1.")
    lines.do(STRANGER, "press", keys="1")
    lines.hears(sid, "You are number 1 in line.")
    call, line = lines.last()
    assert (call.staff_id, line.stage, line.address) == (None, "line", STRANGER)
    assert "(503) 555-0166" in office.client.get("/calls/phone/line").text
    teacher = lines.sign_in(lines.talk.family.teacher)
    assert teacher.client.post(f"/calls/line/{call.id}/take").status_code == 404  # not the office
    assert [office.client.post(f"/calls/line/{call.id}/take").status_code for _ in range(2)] == [204, 409]
    lines.work()
    office.state()
    office.answer()
    _call, line = lines.becomes("in_progress")
    assert line.answered_by_id == office.staff.id
    lines.do(STRANGER, "hang_up")
    lines.becomes("finished", "answered")


def test_after_hours_there_is_only_a_message_and_a_lost_call_is_settled(lines: Lines) -> None:
    lines.talk.family.school.office_hours = {"mon": []}
    db.session.commit()
    lines.house.network.set(drop_callbacks=1.0)
    sid = lines.calls_in()
    lines.hears(sid, "En este momento estamos cerrados.")
    assert not any("oprima 1" in words for words in lines.heard(sid))
    lines.do(lines.guardian, "hang_up")
    until(lambda: lines.story(sid)["status"] == "completed")
    assert lines.last()[0].status == "ringing"  # nobody told us
    lines.sweep()
    lines.becomes("no_answer", "missed")


def test_forged_and_foreign_questions_change_nothing(lines: Lines) -> None:
    client = lines.house.app.test_client()
    form = {"CallSid": "CA1", "CallStatus": "ringing", "From": STRANGER, "To": lines.number, "Direction": "inbound"}
    assert client.post("/webhooks/twilio/voice/incoming", data=form).status_code == 403
    assert client.post("/webhooks/twilio/voice/outgoing", data=form).status_code == 403
    db.session.add(BlockedSender(district_id=lines.talk.family.school.district_id, address=STRANGER, staff_id=lines.talk.family.teacher.id))
    db.session.commit()
    sid = lines.calls_in(STRANGER)
    until(lambda: lines.story(sid)["status"] == "busy")
    assert (db.session.query(Call).count(), db.session.query(Recording).count()) == (0, 0)
