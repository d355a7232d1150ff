"""Whom a caller reaches, and what they hear before the beep, by the carrier's own questions."""

import re

from app.calls.models import DirectCall
from app.conversations.models import Conversation
from app.core.database import db
from app.voicemail.models import Greeting
from tests.calls.conftest import INTERPRETER, Desk
from tests.conftest import SignIn
from tests.factories.people import ContactPointFactory, GuardianFactory, GuardianshipFactory, StaffFactory

INCOMING = "/webhooks/twilio/voice/incoming"
STRANGER = "+15035550166"
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def test_who_was_in_a_conference_and_calls_back_reaches_who_held_it(desk: Desk) -> None:
    people = desk.thread.family
    people.school.office_hours, people.teacher.formal_name = ALWAYS, "Ms. Okafor-Reyes"
    father = GuardianFactory(district_id=people.school.district_id, language="en")
    GuardianshipFactory(student=people.student, guardian=father)
    mobile = ContactPointFactory(guardian=father)
    db.session.commit()

    def calls(number: int, sender: str) -> str:
        form = {"CallSid": f"CA{number:032d}", "CallStatus": "ringing", "From": sender, "To": people.number.address, "Direction": "inbound"}
        return desk.board.webhook(INCOMING, form).text

    assert "To speak with the office" in calls(91, INTERPRETER)
    assert "To speak with the office" in calls(92, mobile.address)
    desk.start(point=[people.contact_point.id, mobile.id])
    desk.work()
    moderator = desk.legs[0]
    desk.board.script(moderator, key="1")
    desk.board.room(moderator, "participant-join", Muted="false", Hold="false")
    desk.work()
    desk.board.room(moderator, "conference-end")
    assert "To speak with Ms. Okafor-Reyes, press 1." in calls(93, INTERPRETER)
    assert "To speak with Ms. Okafor-Reyes, press 1." in calls(94, mobile.address)
    listed = desk.browser.get("/calls/history").text
    assert father.full_name in listed
    thread = desk.browser.get(f"/conversations/{desk.thread.id}").text
    assert f"{father.full_name} called" not in thread  # it is the mother's
    assert db.session.query(Conversation).count() == 1


def test_a_greeting_is_in_the_callers_language_or_the_house_speaks(desk: Desk) -> None:
    people = desk.thread.family
    people.contact_point.language = "es"
    school = {"district_id": people.school.district_id, "school_id": people.school.id}
    db.session.add(Greeting(**school, language="en", words="You have reached our school."))
    db.session.add(Greeting(district_id=people.school.district_id, staff_id=people.teacher.id, language="en", words="This is me."))
    db.session.commit()

    def hears(number: int) -> str:
        form = {"CallSid": f"CA{number:032d}", "CallStatus": "ringing", "From": people.contact_point.address, "To": people.number.address}
        menu = desk.board.webhook(INCOMING, form | {"Direction": "inbound"}).text
        reference = menu.partition("ref=")[2].partition("&")[0]
        return desk.board.webhook(f"{INCOMING}/choice?ref={reference}&n=0", form | {"Digits": "2"}).text

    assert "Deje su mensaje" in hears(1)
    db.session.add(Greeting(**school, language="es", words="Se ha comunicado con la escuela."))
    db.session.commit()
    assert "Se ha comunicado con la escuela." in hears(2)
    people.contact_point.language = "so"  # the house has no words in it
    db.session.commit()
    assert "This is me." in hears(3)


def test_who_presses_what_is_not_offered_is_told_so(desk: Desk, sign_in: SignIn) -> None:
    people = desk.thread.family
    people.school.office_hours = ALWAYS
    db.session.commit()
    form = {
        "CallSid": "CA" + "5" * 32,
        "CallStatus": "ringing",
        "From": "+15035550166",
        "To": people.number.address,
        "Direction": "inbound",
    }
    desk.board.webhook(INCOMING, form)
    ref = db.session.query(DirectCall).one().reference("far")

    def presses(asked: int, key: str) -> str:
        return desk.board.webhook(f"{INCOMING}/choice?ref={ref}&n={asked}", form | {"Digits": key}).text

    menu = presses(0, "9")
    assert menu.index("9 is not offered.") < menu.index("To speak with the office")
    assert "not offered" not in presses(1, "")
    beep = presses(2, "7")
    assert beep.index("7 is not offered.") < beep.index("after the tone")
    assert "You chose nothing" not in beep
    desk.board.webhook("/webhooks/twilio/voice/status", {"CallSid": form["CallSid"], "CallStatus": "completed"})
    admin = StaffFactory(role="school_admin", schools=[people.school])
    missed = sign_in(admin).get("/calls/history?show=missed").text
    assert re.search('href="tel:[+]15035550166" title="They see the number that you call from', missed)  # a stranger is called back, too
    call = db.session.query(DirectCall).one().call_id
    there = sign_in(admin).get(f"/calls/phone/now/{call}").json
    assert (there["again"], there["stranger"]) == ("", "+15035550166")  # as on the phone's page, once it is over
