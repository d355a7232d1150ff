"""Whose phone rings, and when: nobody's twice, nobody's who may not be called, and nobody's long after it was wanted."""

from datetime import timedelta

import pytest

from app.accounts.models import AuditEvent, Role, Staff
from app.calls.models import Call, CallWish, DirectCall
from app.carrier.calls import CallStatus, CarrierCall
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable
from app.core.clock import now
from app.core.database import db
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, District, Guardianship
from app.directory.service.consent import record_consent
from tests.calls.conftest import INTERPRETER, OWN, Desk
from tests.calls.test_conferences import quiet_zone
from tests.conftest import SignIn
from tests.factories.people import ContactPointFactory, GuardianFactory, GuardianshipFactory, StaffFactory

ELSEWHERE = "+15035550123"


@pytest.mark.parametrize("trouble", [CarrierBusy(is_away=True), CarrierRefused("20003")])
def test_a_lost_call_is_not_placed_again_because_nobody_could_look(desk: Desk, trouble: Exception) -> None:
    desk.start()
    desk.board.failing = CarrierUnreachable("lost")
    desk.work()
    for _ in range(6):
        desk.later()
        desk.board.failing = trouble
        desk.work()
    assert (desk.state()[0], len(desk.board.placed)) == ("pending", 1)
    desk.later()
    desk.work()
    assert (len(desk.board.placed), desk.legs[0].provider_call_id) == (1, f"CA{0:032x}")


def test_nor_is_a_lost_call_to_ones_own_phone(desk: Desk) -> None:
    point = desk.thread.family.contact_point.id
    form = {"conversation": desk.thread.id, "request_key": "once", "point": point, "way": "phone", "own_phone": OWN}
    assert desk.browser.post("/calls/direct/new", data=form).status_code == 303
    for trouble in (CarrierUnreachable("lost"), CarrierBusy(is_away=True), CarrierRefused("20003"), None):
        desk.board.failing = trouble
        desk.later()
        desk.work()
    assert (desk.call.status, len(desk.board.placed)) == ("pending", 1)
    assert db.session.query(DirectCall).one().own_call_id == f"CA{0:032x}"


def test_a_lost_second_attempt_is_not_taken_for_the_first_nor_for_a_colleagues_talk(desk: Desk) -> None:
    desk.start()
    desk.work()
    desk.board.status(desk.legs[0], "busy")
    talk = CarrierCall("CAtalk", OWN, desk.thread.family.number.address, CallStatus.ANSWERED, None, now(), parent_id="CAcolleague")
    desk.board.calls[talk.provider_id] = talk
    desk.board.failing = CarrierUnreachable("lost")
    desk.work()
    assert [one.reference for one in desk.board.placed] == [f"leg.{desk.legs[0].id}.{attempt}" for attempt in (1, 2)]
    desk.later()
    desk.work()
    assert desk.legs[0].provider_call_id == f"CA{1:032x}"
    assert "Gather" in desk.board.script(desk.legs[0])  # and who picks up is not sent away


def test_whom_the_records_forbid_is_not_called_by_number_either(desk: Desk) -> None:
    forbidden = ContactPointFactory(guardian=GuardianFactory(district_id=desk.thread.family.school.district_id), address=ELSEWHERE)
    GuardianshipFactory(student=desk.thread.family.student, guardian=forbidden.guardian, may_contact=False)
    db.session.commit()
    answer = desk.start(phone=ELSEWHERE)
    assert (answer.status_code, db.session.query(Call).count()) == (422, 0)
    assert "records do not allow calling" in answer.text
    desk.answer()
    people = f"/calls/{desk.call.id}/people"
    guest = {"name": "Guest", "phone": ELSEWHERE}
    assert desk.browser.post(people, data=guest).status_code == 422
    assert desk.browser.post(people, data=guest | {"phone": "+15035550124"}).status_code == 303
    desk.work()
    desk.board.status(desk.legs[3], "no-answer")
    record_consent(desk.call.district_id, "+15035550124", ALL_SENDERS, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    assert desk.press(desk.legs[3], "ring") == 422  # they have refused everything meanwhile
    assert [leg.address for leg in desk.legs] == [OWN, desk.thread.family.contact_point.address, INTERPRETER, "+15035550124"]


def test_consent_and_the_hour_are_asked_again_when_the_phone_is_to_ring(desk: Desk) -> None:
    desk.start()
    desk.work()
    db.session.query(Guardianship).update({"may_contact": False})
    db.session.commit()
    record_consent(desk.call.district_id, INTERPRETER, ALL_SENDERS, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    moderator = desk.legs[0]
    desk.board.script(moderator, key="1")
    desk.board.room(moderator, "participant-join")
    desk.work()
    assert [leg.error_code for leg in desk.legs[1:]] == ["not_permitted", "opted_out"]
    desk.browser.post(f"/calls/{moderator.call_id}/people", data={"name": "Dr. Stone", "phone": ELSEWHERE})
    db.session.query(CallWish).filter(CallWish.state == "waiting").update({"wanted_at": now() - timedelta(minutes=3)})
    db.session.commit()
    desk.work()
    assert (desk.legs[3].state, desk.legs[3].error_code) == ("failed", "call_failed")  # nobody waits for that any more
    assert [one.to for one in desk.board.placed] == [OWN]
    page = desk.browser.get(f"/calls/{moderator.call_id}").text
    assert "could not connect the call" in page


def test_a_lost_call_that_never_turns_up_is_given_up(desk: Desk) -> None:
    desk.start()
    desk.board.failing, desk.board.does_it = CarrierUnreachable("lost"), False
    desk.work()
    long_ago = {"begun_at": now() - timedelta(minutes=3), "wanted_at": now() - timedelta(minutes=3)}
    db.session.query(CallWish).update(long_ago)
    desk.later()
    desk.work()
    desk.work()
    assert (desk.state()[0], desk.legs[0].error_code, desk.board.placed) == ("failed", "call_failed", [])


def test_only_who_may_declare_an_emergency_rings_at_night(desk: Desk, sign_in: SignIn) -> None:
    school = desk.thread.family.school
    db.session.get_one(District, school.district_id).settings = {}
    desk.thread.family.guardian.postal_code = None
    desk.thread.family.contact_point.time_zone = school.time_zone = quiet_zone()
    admin: Staff = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[school])
    office: Staff = StaffFactory(role=Role.OFFICE, schools=[school])
    db.session.commit()
    desk.browser = sign_in(admin)
    assert desk.start(emergency="on", phone="").status_code == 303
    desk.browser = sign_in(office)
    moderator = desk.legs[0]
    desk.work()
    desk.board.script(moderator, key="1")
    desk.board.room(moderator, "participant-join")
    desk.work()
    desk.board.status(desk.legs[1], "no-answer")
    assert desk.press(desk.legs[1], "ring") == 422
    desk.browser = sign_in(admin)
    assert desk.press(desk.legs[1], "ring") == 303
    assert db.session.query(AuditEvent).filter_by(action="call.emergency_rung").count() == 1
