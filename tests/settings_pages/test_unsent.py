"""What a system asked for and what has not left: whoever revokes its key sees it, and has it called off."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts import unsent
from app.accounts.models import ApiKey, AuditEvent, Bearer, BearerType, Role, Staff
from app.accounts.service import calling_off
from app.announcements.models import Announcement
from app.api.common_services.models import ClientMessage
from app.api.common_services.service import taking
from app.api.groupcall.carrying import queue as batches_waiting
from app.api.groupcall.face import face as groupcall
from app.api.groupcall.models import GroupcallRecipient
from app.api.ringplan.face import face as ringplan
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import District
from app.fax.leaving_job import leave_due
from app.fax.models import Fax
from app.fax.paperwork import turn
from tests.announcements.schools import run
from tests.api.client import ApiClient
from tests.api.common_services.programs import Program, program
from tests.api.ringplan.test_sending_faxes import Desk
from tests.conftest import SignIn
from tests.factories import MessagingServiceFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, family
from tests.factories.threads import Family

LIST = "/settings/api"


@dataclass
class House:
    """A family, an admin before the page, and a system with a bit of everything ahead."""

    app: Flask
    people: Family
    pages: FlaskClient
    admin: Staff

    def system(self, name: str = "Attendance sync") -> tuple[Program, int]:
        """One that asked for a text at night, a text, an announcement, a batch and a fax for later; and its key."""
        sis = program(self.app, self.people, name=name)
        key = db.session.scalars(select(ApiKey).where(ApiKey.bearer_id == sis.bearer.id)).one()
        phone, later = self.people.contact_point.address, (now() + timedelta(hours=30)).isoformat()
        sis.text(phone, "Held for the morning.")
        sis.text(phone, "For tomorrow.", send_at=later)
        district = db.session.get_one(District, self.people.school.district_id)
        wish = {"announcement_type": "sms", "message_body": "No school.", "recipient_numbers": [phone], "send_at": later}
        sis.ask("createAnnouncement", {"announcement": {**wish, "global_customer_id": str(district.uuid)}}, 201)
        batch = {"UserName": "SIS", "CustomerId": sis.bearer.customer_number, "Password": sis.client.token, "SMSMessage": "Closed."}
        recipients = [{"MobileNumber": "+15035550177"}, {"MobileNumber": "+15035550178"}]
        batches = ApiClient(self.app, groupcall, None)
        assert batches.ask("sendSms", {**batch, "SendDateTime": later, "Recipients": recipients}).status_code == 200
        faxes = ApiClient(self.app, ringplan, sis.client.token, {"X-User-Id": "primary"})
        desk = Desk(self.app, self.people.school, faxes)
        assert faxes.ask("scheduleFax", desk.body(send_at=later)).status_code == 201
        return sis, key.id

    def night_passes(self) -> None:
        """All that waits for its time is due, and the workers do what they do."""
        early = now() - timedelta(seconds=1)
        for table, values in (
            (Delivery, {"due_at": early, "held_until": None}), (ClientMessage, {"due_at": early}), (GroupcallRecipient, {"due_at": early}),
        ):  # fmt: skip
            db.session.execute(update(table).values(**values))
        db.session.commit()
        taking.words.take_all()
        batches_waiting.take_all()
        turn()
        leave_due.function()
        db.session.expire_all()


@pytest.fixture
def house(app: Flask, sign_in: SignIn) -> House:
    """A district in which it is night all day."""
    school = SchoolFactory(name="Cedar Grove Elementary")
    admin = StaffFactory(district=None, district_id=school.district_id, role=Role.DISTRICT_ADMIN, name="Thandi Mokoena")
    people = family(school)
    db.session.get_one(District, school.district_id).settings = {"quiet_hours": ["00:00", "23:59"]}
    pool = MessagingServiceFactory(district_id=school.district_id, purpose="announcement", name="Announcements")
    PhoneNumberFactory(district_id=school.district_id, messaging_service_id=pool.id, purpose="announcement")
    db.session.commit()
    return House(app, people, sign_in(admin), admin)


def states_of(bearer_id: int) -> dict[str, Any]:
    """How far everything is."""
    db.session.expire_all()
    of = {"bearer_id": bearer_id}
    author = select(Bearer.staff_id).where(Bearer.id == bearer_id).scalar_subquery()
    return {
        "held": db.session.scalars(select(Message.status).where(Message.staff_id == author).order_by(Message.id)).all(),
        "texts": db.session.scalars(select(ClientMessage.state).filter_by(**of).order_by(ClientMessage.id)).all(),
        "announcements": db.session.scalars(select(Announcement.state).filter_by(**of)).all(),
        "batches": db.session.scalars(select(GroupcallRecipient.state).filter_by(**of)).all(),
        "faxes": db.session.scalars(select(Fax.deleted_at).filter_by(**of)).all(),
    }


UNTOUCHED = {
    "held": ["pending"], "texts": ["taken", "waiting"], "announcements": ["scheduled"], "batches": ["In Queue"] * 2, "faxes": [None],
}  # fmt: skip


def test_revoking_a_stolen_key_calls_off_all_that_it_left_behind(house: House) -> None:
    sis, key_id = house.system()
    PhoneNumberFactory(district_id=house.people.school.district_id, school_id=house.people.school.id)
    other, _its = house.system("Bell schedule")
    mine, theirs = sis.bearer.id, other.bearer.id
    page = house.pages.get(f"{LIST}/keys/{key_id}/revoke").text
    assert "Not sent yet: 2 texts, 2 recipients of batches, 1 announcement, and 1 fax" in page
    for words in ("Held for the morning.", "For tomorrow.", "No school.", "2 recipients: Closed.", "Marlowe Park"):
        assert words in page
    sis.told()
    answer = house.pages.post(f"{LIST}/keys/{key_id}/revoke", data={"calls_off": "1"}, follow_redirects=True)
    assert "Called off: 2 texts, 2 recipients of batches, 1 announcement, and 1 fax." in answer.text
    gone = states_of(mine)
    assert gone["faxes"][0] is not None
    assert gone | {"faxes": [None]} == {
        "held": ["cancelled"], "texts": ["taken", "cancelled"], "announcements": ["cancelled"], "batches": ["Failed"] * 2, "faxes": [None],
    }  # fmt: skip
    assert states_of(theirs) == UNTOUCHED
    assert sorted(kind for kind, _url, _payload in sis.told() if kind != "announcements.announcement.status_update") == [
        "messages.message.status_update", "messages.message.status_update"
    ]  # fmt: skip
    line = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "bearer.called_off")).one()
    assert line.details == {"name": "Attendance sync", "count": 6}
    assert "Nothing waits" in house.pages.get(f"{LIST}/systems/{sis.bearer.id}/unsent").text
    thread = db.session.scalars(select(Message.conversation_id).where(Message.staff_id == sis.bearer.staff_id)).one()
    assert "Held for the morning." not in house.pages.get(f"/conversations/{thread}").text
    house.night_passes()
    assert states_of(mine) == gone
    assert db.session.scalars(select(Delivery.state).where(Delivery.state != DeliveryState.CANCELLED)).all(), "the other system's"
    assert states_of(theirs)["texts"] == ["taken", "taken"]


def test_revoking_alone_leaves_it_and_it_can_be_called_off_later(house: House) -> None:
    sis, key_id = house.system()
    mine = sis.bearer.id
    house.pages.post(f"{LIST}/keys/{key_id}/revoke")
    assert states_of(mine) == UNTOUCHED
    there = f"{LIST}/systems/{sis.bearer.id}/unsent"
    assert there in house.pages.get(LIST).text
    assert "2 texts, 2 recipients of batches, 1 announcement, and 1 fax" in house.pages.get(there).text
    assert "Called off: 2 texts" in house.pages.post(there, follow_redirects=True).text
    assert "There was nothing left to call off." in house.pages.post(there, follow_redirects=True).text
    assert states_of(mine)["held"] == ["cancelled"]


def test_what_takes_too_long_is_shown_and_goes_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sis, key_id = house.system()
    there = f"{LIST}/systems/{sis.bearer.id}/unsent"
    monkeypatch.setattr(calling_off, "PATIENCE", 0.0)
    page = house.pages.post(f"{LIST}/keys/{key_id}/revoke", data={"calls_off": "1"}, follow_redirects=True)
    assert (page.request.path, "Some of it is still there" in page.text) == (there, True)
    assert "2 texts" in page.text
    monkeypatch.undo()
    assert "Nothing waits" in house.pages.post(there, follow_redirects=True).text


def test_a_system_that_is_removed_leaves_nothing_behind(house: House) -> None:
    sis, _key = house.system()
    mine = sis.bearer.id
    there = f"{LIST}/systems/{sis.bearer.id}/remove"
    assert "Called off with it: 2 texts" in house.pages.get(there).text
    assert "Called off: 2 texts" in house.pages.post(there, follow_redirects=True).text
    assert states_of(mine)["held"] == ["cancelled"]
    house.night_passes()
    assert set(db.session.scalars(select(Delivery.state))) == {"cancelled"}


def test_a_system_with_too_much_ahead_is_removed_in_several_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sis, _key = house.system()
    mine, manager = sis.bearer.id, program(house.app, house.people, BearerType.ADMIN, name="Console")
    there = f"{LIST}/systems/{mine}/remove"
    monkeypatch.setattr(calling_off, "PATIENCE", 0.0)
    page = house.pages.post(there, follow_redirects=True)
    assert (page.request.path, "Remove it again." in page.text) == (there, True)
    assert "Called off with it: 2 texts" in page.text
    refused = manager.ask("deleteBearer", None, 503, id=mine)
    assert refused["error"]["code"] == "more_to_call_off"
    assert states_of(mine) == UNTOUCHED
    assert db.session.get_one(Bearer, mine).deleted_at is None, "or nobody could call off the rest"
    assert "Systems without a key" in house.pages.get(LIST).text
    monkeypatch.undo()
    assert "has no access any more" in house.pages.post(there, follow_redirects=True).text
    assert states_of(mine)["held"] == ["cancelled"]


def test_while_a_system_is_being_removed_nothing_of_it_begins(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin who comes back after lunch finds it as it was left."""
    sis, _key = house.system()
    mine, before = sis.bearer.id, db.session.scalars(select(Delivery.id)).all()
    monkeypatch.setattr(calling_off, "PATIENCE", 0.0)
    house.pages.post(f"{LIST}/systems/{mine}/remove")
    assert states_of(mine) == UNTOUCHED
    db.session.execute(update(Announcement).values(scheduled_for=now() - timedelta(seconds=1)))
    house.night_passes()
    run(20)
    left = states_of(mine)
    assert (left["announcements"], left["texts"], left["batches"]) == (["cancelled"], ["taken", "failed"], ["Failed"] * 2)
    assert left["faxes"][0] is not None
    assert db.session.scalars(select(Delivery.id)).all() == before
    line = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "announcement.cancelled")).one()
    assert "No school." in line["title"]


def test_what_workers_carry_on_meanwhile_is_called_off_as_well(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text went from a tray that was still to be emptied into the one that was empty already, and left in the morning."""
    sis, _key = house.system()
    mine, came_late = sis.bearer.id, []

    def watched(tray: unsent.Tray) -> unsent.Tray:
        def call_off(actor: Staff, bearer: Bearer, most: int) -> int:
            number = tray.call_off(actor, bearer, most)
            if tray.kind == unsent.Kind.TEXT and not number:
                db.session.execute(update(ClientMessage).values(due_at=now() - timedelta(seconds=1)))
                db.session.commit()
                taking.words.take_all()
            return number

        return dataclasses.replace(tray, call_off=call_off)

    def another(actor: Staff, bearer: Bearer, most: int) -> int:
        if not came_late:
            came_late.append(sis.text(house.people.contact_point.address, "Just now."))
        return 0

    monkeypatch.setattr(
        unsent, "_trays", [unsent.Tray(unsent.Kind.TEXT, lambda _: 0, lambda *_: [], another), *map(watched, unsent._trays)]
    )
    assert "Called off: 3 texts" in house.pages.post(f"{LIST}/systems/{mine}/unsent", follow_redirects=True).text
    assert came_late
    house.pages.post(f"{LIST}/systems/{mine}/remove")
    house.night_passes()
    assert set(db.session.scalars(select(Delivery.state))) <= {"cancelled"}


def test_what_a_key_wrote_in_a_persons_name_is_known_as_its_own(house: House) -> None:
    teacher, phone = house.people.teacher, house.people.contact_point.address
    sis = program(house.app, house.people, name="As teacher", person=teacher)
    sis.text(phone, "The bus is late.")
    page = f"{LIST}/systems/{sis.bearer.id}/unsent"
    assert "1 text" in house.pages.get(page).text
    own = db.session.scalars(select(Message)).one()
    own.details = {}  # by her own hand
    db.session.commit()
    assert "Nothing waits" in house.pages.get(page).text
