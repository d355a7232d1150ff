"""What a program announced, as staff read it: the list, the report and the face's own answer say the same."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role
from app.announcements.family_counts import turn
from app.announcements.models import Announcement
from app.carrier.events import InboundTextRecorded
from app.core.clock import now
from app.core.database import db, transaction
from app.core.phone_numbers import for_people
from app.delivery.models import Delivery
from app.directory.models import ConsentKind, ConsentSource
from app.directory.service.consent import record_consent
from tests.announcements.schools import Campus, campus, moves, run
from tests.api.common_services.programs import program
from tests.conftest import SignIn
from tests.conversations.arrivals import text_from
from tests.factories import StaffFactory, family

STRANGER, SILENT, STOPPED = "+15035550166", "+15035550168", "+15035550167"


@pytest.fixture
def place(app: Flask) -> Campus:
    return campus()


def test_the_list_the_report_and_the_answer_say_the_same(app: Flask, place: Campus, sign_in: SignIn) -> None:
    people = family(place.school)
    sis, admin = program(app, people), StaffFactory(role=Role.DISTRICT_ADMIN, district_id=place.district.id)
    place.families(1, language="es")
    rosa, phone = place.guardians[0], place.guardians[0].contact_points[0].address
    record_consent(place.district.id, STOPPED, place.numbers[0].consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()
    wish = {
        "announcement_type": "sms", "message_body": "There is no school tomorrow, because the heating of the whole building is broken.",
        "recipient_numbers": [phone, STRANGER, SILENT, STOPPED, "12"], "global_customer_id": str(place.district.uuid),
    }  # fmt: skip
    made = sis.ask("createAnnouncement", {"announcement": wish}, 201)
    run(40)
    deliveries = {each.address: each for each in db.session.scalars(select(Delivery))}
    for address, state in ((phone, "delivered"), (STRANGER, "delivered"), (SILENT, "failed")):
        moves(deliveries[address], state, provider_id=f"SM{deliveries[address].id:032x}", started_at=now())
    run(40)
    turn()
    shown = sis.ask("getAnnouncement", uuid=made["uuid"])
    numbers = [shown[name] for name in ("recipients_count", "delivered_count", "failed_count", "blocked_count")]
    assert numbers == [5, 2, 2, 1]
    number, browser = db.session.scalars(select(Announcement.id)).one(), sign_in(admin)
    line, report = browser.get("/announcements").text, browser.get(f"/announcements/{number}").text
    assert "5 phone numbers · Attendance sync" in line
    assert "2 of 5 reached · Could not be written to: 2 · Not reached: 1" in line
    assert "The whole district" not in line
    for said in (
        "There is no school tomorrow, because the heating of the…", '<span class="live-num" id="reached">2 of 5</span>',
        "Not a phone number", "5 phone numbers · started", "1 person gets English though they read Spanish.", rosa.full_name,
        for_people(STRANGER), ">12<", "1 line that the program gave",
        for_people(STOPPED), ">People ",
    ):  # fmt: skip
        assert said in report, said
    assert "Families" not in report.split('id="families"')[1].split("</h2>")[0]
    assert "API 20" not in report
    assert "Reach the rest by voice" in report
    left = browser.get(f"/announcements/{number}?show=nobody").text.split('id="families"')[1]
    assert [each in left for each in (for_people(SILENT), ">12<", for_people(STOPPED), for_people(STRANGER), rosa.full_name)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    further = browser.post(f"/announcements/{number}/acts/rest", data={"over": "voice"}, follow_redirects=True).text.split('id="reach"')[1]
    assert "person will get it" in further.split("</div>")[0]
    assert "famil" not in further.split("</ul>")[0], "numbers of a list are in none"


def test_nobody_is_left_to_be_reached_where_only_no_number_was_not(app: Flask, place: Campus, sign_in: SignIn) -> None:
    wish = {
        "announcement_type": "sms", "message_body": "No school tomorrow.", "recipient_numbers": [STRANGER, "12"],
        "global_customer_id": str(place.district.uuid),
    }  # fmt: skip
    program(app, family(place.school)).ask("createAnnouncement", {"announcement": wish}, 201)
    run(40)
    delivery = db.session.scalars(select(Delivery)).one()
    moves(delivery, "delivered", provider_id="SM1", started_at=now())
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=place.district.id))
    report = admin.get(f"/announcements/{db.session.scalars(select(Announcement.id)).one()}").text
    assert "Not a phone number" in report
    assert "Reach the rest by" not in report


def test_the_family_whose_phone_a_program_named_has_it_among_what_was_announced(app: Flask, place: Campus, sign_in: SignIn) -> None:
    people, others = family(place.school, search_text="rosa hernandez"), family(place.school)
    wish = {
        "announcement_type": "sms", "message_body": "No school tomorrow.", "recipient_numbers": [people.contact_point.address, STRANGER],
        "global_customer_id": str(place.district.uuid),
    }  # fmt: skip
    program(app, people).ask("createAnnouncement", {"announcement": wish}, 201)
    run(40)
    for each in db.session.scalars(select(Delivery)):
        moves(each, "delivered", provider_id=f"SM{each.id:032x}", started_at=now())
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[place.school]))
    said = "Announcement “No school tomorrow.” by Attendance sync"
    shown = office.get(f"/families/guardian/{people.guardian.id}").text
    assert said in shown
    assert "Delivered" in shown.split(said)[1]
    assert said not in office.get(f"/families/guardian/{others.guardian.id}").text
    number = db.session.scalars(select(Announcement.id)).one()
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=place.district.id))
    found = admin.get(f"/announcements/{number}?q=Hernández").text.split('id="families"')[1]
    assert [people.guardian.full_name in found, for_people(STRANGER) in found] == [True, False]


def test_only_answers_to_its_own_number_are_replies(app: Flask, place: Campus, sign_in: SignIn) -> None:
    people = family(place.school)
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=place.district.id)
    wish = {
        "announcement_type": "sms", "message_body": "No school tomorrow.", "recipient_numbers": [people.contact_point.address, STRANGER],
        "global_customer_id": str(place.district.uuid),
    }  # fmt: skip
    program(app, people).ask("createAnnouncement", {"announcement": wish}, 201)
    run(40)
    sent = {each.address: each for each in db.session.scalars(select(Delivery))}
    for each in sent.values():
        moves(each, "delivered", provider_id=f"SM{each.id:032x}", started_at=now())
    number = db.session.scalars(select(Announcement.id)).one()
    lines = {each.id: each for each in place.numbers}
    browser = sign_in(admin)
    for line, replied in ((people.number, 0), (lines[sent[STRANGER].phone_number_id or 0], 1)):
        inbound = text_from(STRANGER, line, "Thanks")
        with transaction() as events:
            events.append(InboundTextRecorded(inbound.id, inbound.district_id))
        assert f"<dt>People who replied</dt><dd>{replied}</dd>" in browser.get(f"/announcements/{number}/progress").text
