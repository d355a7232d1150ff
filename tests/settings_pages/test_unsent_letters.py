"""What a system handed on past the threads: emails, and texts to colleagues. Removed, or called off, it sends none of them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.errors import BearerClosed
from app.accounts.models import Bearer
from app.accounts.queries_access import still_acting
from app.accounts.service import calling_off, create_key
from app.accounts.service.bearers import serve_through
from app.api.common_services.models import ClientMessage
from app.api.common_services.service import taking
from app.api.courier.face import face as courier
from app.api.courier.models import UserEmail
from app.api.groupcall.carrying import queue as batches_waiting
from app.api.groupcall.face import face as groupcall
from app.api.groupcall.models import GroupcallRecipient
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.fax.models import Fax
from app.fax.service import keeping
from tests.api.client import ApiClient
from tests.api.common_services.programs import Program, program
from tests.api.courier.house import sent
from tests.factories import ContactPointFactory
from tests.settings_pages.test_unsent import LIST, House, house

__all__ = ["house"]

ROSA, PHONE = "rosa@family.test", "+15035550191"


def outbox() -> set[tuple[str, str, str]]:
    """What is in it."""
    db.session.expire_all()
    return {(one.owner_kind, one.channel, one.state) for one in db.session.scalars(select(Delivery))}


def outbox_all(state: str) -> set[tuple[str, str, str]]:
    """The same where everything is in one state."""
    return {("groupcall", "email", state), ("groupcall", "sms", state), ("courier_email", "email", state)}


def batch(house: House, name: str, sis: Program, password: str | None = None, **body: Any) -> int:
    """The status of the answer to one message of a customer."""
    number, password = sis.bearer.customer_number, password or sis.client.token
    who: dict[str, Any] = {"UserName": "SIS", "CustomerId": number, "Password": password}
    if name == "sendEmail":
        who = {"customerId": int(number), "password": password}
    return ApiClient(house.app, groupcall, None).ask(name, who | body).status_code


def letters(house: House, name: str) -> Program:
    """A system by which at night a family and a colleague are emailed, and the colleague is texted."""
    sis = program(house.app, house.people, name=name)
    html = {"emailBody": "<p>Closed</p>", "styleClass": "plain", "recipients": [{"EmailAddress": ROSA}]}
    assert batch(house, "sendEmail", sis, **html) == 200
    assert batch(house, "sendSms", sis, SMSMessage="Closed.", Recipients=[{"MobileNumber": PHONE}]) == 200
    batches_waiting.take_all()
    written = {"individual-id": str(house.people.teacher.uuid), "subject": "Trip", "to": ROSA, "message": "See you"}
    answer = ApiClient(house.app, courier, sis.client.token).ask("createUserEmail", sent("user-emails", written))
    assert answer.status_code == 201, answer.text
    return sis


def test_emails_and_texts_to_colleagues_are_shown_and_called_off(house: House) -> None:
    ContactPointFactory(guardian=house.people.guardian, kind="email", address=ROSA)
    house.people.teacher.phone = PHONE
    db.session.commit()
    sis = letters(house, "SIS")
    mine = sis.bearer.id
    assert outbox() == outbox_all("pending")
    there = f"{LIST}/systems/{mine}/unsent"
    page = house.pages.get(there).text
    for words in ("2 recipients of batches and 1 email", f"{ROSA}: Trip", "(503) 555-0191: Closed."):
        assert words in page
    assert "Called off: 2 recipients of batches and 1 email." in house.pages.post(there, follow_redirects=True).text
    assert outbox() == outbox_all("cancelled")
    assert {(one.state, one.detail) for one in db.session.scalars(select(GroupcallRecipient))} == {("Failed", "called_off")}
    assert set(db.session.scalars(select(UserEmail.status))) == {"failed"}
    assert "Nothing waits" in house.pages.get(there).text
    other, kept = letters(house, "Another"), letters(house, "Kept")
    house.pages.post(f"{LIST}/systems/{other.bearer.id}/remove")
    assert outbox() == outbox_all("cancelled") | outbox_all("pending"), "the third one's"
    house.pages.post(f"{LIST}/systems/{kept.bearer.id}/remove")
    assert outbox() == outbox_all("cancelled")


def test_a_system_that_is_being_removed_begins_nothing_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its admin went home after "Remove it again": what lay in queues left in the morning."""
    sis, _key = house.system()
    partner = program(house.app, house.people, name="Partner")
    mine, admin = sis.bearer.id, house.admin
    serve_through(admin, mine, partner.bearer.id)
    soon = {"SMSMessage": "Open.", "Recipients": [{"MobileNumber": house.people.contact_point.address}]}
    key = partner.client.token
    assert batch(house, "sendSms", sis, key, **soon) == 200
    db.session.execute(update(GroupcallRecipient).values(due_at=now() + timedelta(hours=1)))
    db.session.commit()
    before = set(db.session.scalars(select(Delivery.id)))
    monkeypatch.setattr(calling_off, "PATIENCE", 0.0)
    assert "Remove it again." in house.pages.post(f"{LIST}/systems/{mine}/remove", follow_redirects=True).text
    assert batch(house, "sendSms", sis, key, **soon) != 200, "a partner's key opens it no more either"
    for table in (ClientMessage, GroupcallRecipient):
        db.session.execute(update(table).values(due_at=now() - timedelta(seconds=1)))
    db.session.commit()
    taking.words.take_all()
    batches_waiting.take_all()
    db.session.expire_all()
    assert set(db.session.scalars(select(Delivery.id))) == before
    assert set(db.session.scalars(select(GroupcallRecipient.detail))) == {"bearer_closed"}
    with pytest.raises(BearerClosed):
        still_acting(mine)
    create_key(admin, mine)
    assert still_acting(mine)[0].id == mine, "who makes a key for it lets it in again"


def test_what_cannot_be_called_off_is_told(house: House) -> None:
    sis, _key = house.system()
    keeping.hold_fax(house.admin, db.session.scalars(select(Fax.id)).one())
    page = house.pages.post(f"{LIST}/systems/{sis.bearer.id}/remove", follow_redirects=True).text
    assert "Called off: 2 texts, 2 recipients of batches, and 1 announcement." in page
    assert "Not called off, because it is under legal hold or leaving at this moment: 1 fax." in page
    assert db.session.get_one(Bearer, sis.bearer.id).deleted_at is not None
