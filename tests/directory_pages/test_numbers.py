"""A district admin looks after the numbers, their pools, and the night."""

from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Role
from app.core.database import db, in_transaction
from app.directory import phone_network, queries
from app.directory.models import Consent, ConsentKind, District, MessagingService, PhoneNumber
from app.directory.phone_network import Line, NetworkAway, RentedNumber
from tests.conftest import SignIn
from tests.factories import DistrictFactory, MessagingServiceFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, thread
from tests.query_counts import count_selects

NUMBER = {
    "address": "(503) 555-0180", "label": "Grade 3", "purpose": "conversation", "kind": "long_code", "school": "", "pool": "",
    "segments_per_second": "", "calls_per_second": "", "provider_id": "",
}  # fmt: skip
TEXTING = {
    "holds": "y", "quiet_from": "20:30", "quiet_until": "07:15", "cents_per_segment": "0.83", "cents_per_mms": "", "auto_reply": "y",
    "guardian_link_days": "14",
}  # fmt: skip


class Account:
    """A carrier account with the numbers it is given."""

    def __init__(self, *rented: RentedNumber, away: bool = False) -> None:
        self.rented, self.away = rented, away

    def rented_numbers(self) -> Sequence[RentedNumber]:
        """As the gateway would."""
        assert not in_transaction()
        if self.away:
            raise NetworkAway
        return self.rented

    def line(self, address: str) -> Line:
        """Nobody asks here."""
        raise NotImplementedError(address)


@pytest.fixture
def district(app: Flask) -> District:
    """The district of the test."""
    district: District = DistrictFactory()
    return district


@pytest.fixture
def admin(district: District, sign_in: SignIn) -> FlaskClient:
    """A browser of its admin."""
    return sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=district.id))


def test_a_number_is_added_as_people_write_it_and_gets_its_kinds_pace(district: District, admin: FlaskClient) -> None:
    school = SchoolFactory(district_id=district.id)
    wrong = admin.post("/settings/numbers/new", data={**NUMBER, "address": "555", "label": "Kept"})
    assert wrong.status_code == 422
    assert "too short" in wrong.text
    assert 'value="Kept"' in wrong.text
    assert (
        admin.post(
            "/settings/numbers/new", data={**NUMBER, "school": str(school.id), "kind": "toll_free", "calls_per_second": "2.5"}
        ).status_code
        == 303
    )
    number = db.session.scalars(select(PhoneNumber)).one()
    assert (number.address, number.segments_per_second, number.school_id) == ("+15035550180", 3.0, school.id)
    assert number.calls_per_second == 2.5
    twice = admin.post("/settings/numbers/new", data=NUMBER)
    assert twice.status_code == 422
    assert "on the list already" in twice.text
    assert "(503) 555-0180" in admin.get("/settings/numbers").text
    assert 'href="/settings/numbers"' in admin.get("/settings/profile").text


def test_a_number_that_conversations_use_keeps_its_purpose(sign_in: SignIn) -> None:
    talk = thread()
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=talk.family.school.district_id))
    number = talk.family.number
    data = {**NUMBER, "address": number.address, "purpose": "announcement"}
    refused = browser.post(f"/settings/numbers/{number.id}", data=data)
    assert refused.status_code == 422
    assert "1 conversation runs over this number" in refused.text
    assert browser.post(f"/settings/numbers/{number.id}/rest").status_code == 303
    assert "At rest" in browser.get("/settings/numbers").text
    assert not db.session.get_one(PhoneNumber, number.id).is_active
    assert browser.post(f"/settings/numbers/{number.id}/use").status_code == 303
    assert db.session.get_one(PhoneNumber, number.id).is_active


def test_a_stop_follows_a_number_into_another_pool(district: District, admin: FlaskClient) -> None:
    old = MessagingServiceFactory(district_id=district.id)
    new = MessagingServiceFactory(district_id=district.id, name="New")
    announcements = MessagingServiceFactory(district_id=district.id, purpose="announcement")
    number = PhoneNumberFactory(district_id=district.id, messaging_service_id=old.id)
    for address, kinds in (("+15035550101", ["opted_out"]), ("+15035550102", ["opted_out", "opted_in"])):
        for kind in kinds:
            db.session.add(Consent(district_id=district.id, address=address, scope=f"service:{old.id}", kind=kind, source="keyword"))
    data = {**NUMBER, "address": number.address, "pool": str(announcements.id)}
    mixed = admin.post(f"/settings/numbers/{number.id}", data=data)
    assert mixed.status_code == 422
    assert "for something else" in mixed.text
    assert admin.post(f"/settings/numbers/{number.id}", data={**data, "pool": str(new.id)}).status_code == 303
    assert queries.has_opted_out(district.id, "+15035550101", f"service:{new.id}")
    assert not queries.has_opted_out(district.id, "+15035550102", f"service:{new.id}")


def test_pools_have_a_ceiling_and_one_purpose(district: District, admin: FlaskClient) -> None:
    data = {"name": "Everyday", "purpose": "conversation", "segments_per_minute": "0", "provider_id": "MG1"}
    refused = admin.post("/settings/numbers/pools/new", data=data)
    assert refused.status_code == 422
    assert "Between 1 and" in refused.text
    assert admin.post("/settings/numbers/pools/new", data={**data, "segments_per_minute": "240"}).status_code == 303
    pool = db.session.scalars(select(MessagingService)).one()
    PhoneNumberFactory(district_id=district.id, messaging_service_id=pool.id)
    db.session.commit()
    assert "at most 60 texts a minute" in admin.get("/settings/numbers").text
    changed = admin.post(f"/settings/numbers/pools/{pool.id}", data={**data, "segments_per_minute": "", "purpose": "announcement"})
    assert changed.status_code == 422
    assert "1 number belongs to this pool" in changed.text
    other = admin.post("/settings/numbers/pools/new", data={**data, "segments_per_minute": ""})
    assert other.status_code == 422
    assert "Another entry has this id" in other.text


def test_numbers_at_the_carrier_are_taken_over_at_rest(app: Flask, district: District, admin: FlaskClient) -> None:
    hook = "http://localhost/webhooks/twilio/messages"
    voice = "http://localhost/webhooks/twilio/voice"
    ours, lost, silent = PhoneNumberFactory.create_batch(3, district_id=district.id)
    elsewhere = PhoneNumberFactory(district_id=DistrictFactory().id)
    account = Account(
        RentedNumber("PN1", "+15035550140", "Spare", takes_texts=True, inbound_url=""),
        RentedNumber("PN2", ours.address, "Ours", True, hook, True, f"{voice}/incoming", f"{voice}/status"),  # as the network
        RentedNumber("PN4", lost.address, "Lost", True, hook, True, "https://demo.twilio.com/welcome"),
        RentedNumber("PN5", silent.address, "Silent", True, hook, True, f"{voice}/incoming"),
        RentedNumber("PN3", elsewhere.address, "Theirs", takes_texts=True, inbound_url=hook),
    )
    phone_network.register(app, account)
    page = admin.get("/settings/numbers/carrier").text
    assert "(503) 555-0140" in page
    assert "Texts arrive here" in page
    assert "Theirs" not in page
    said = [page.count(words) for words in ("Calls arrive here", "Calls go elsewhere", "Check its call status", "brought to https://demo")]
    assert said == [1, 1, 1, 1]
    assert f"{voice}/incoming" in admin.get("/settings/numbers").text
    assert admin.post("/settings/numbers/carrier", data={"number": ["PN1", "PN2", "PN3"]}).status_code == 303
    added = db.session.scalars(select(PhoneNumber).where(PhoneNumber.address == "+15035550140")).one()
    assert (added.is_active, added.provider_id, added.district_id) == (False, "PN1", district.id)
    assert db.session.get_one(PhoneNumber, ours.id).provider_id == "PN2"
    assert db.session.get_one(PhoneNumber, elsewhere.id).provider_id is None
    phone_network.register(app, Account(away=True))
    away = admin.get("/settings/numbers/carrier")
    assert away.status_code == 503
    assert "The carrier doesn’t answer" in away.text


def test_the_night_and_the_prices_are_the_districts(district: District, admin: FlaskClient) -> None:
    district.settings = {"kept": "as it was"}
    wrong = admin.post("/settings/numbers/texting", data={**TEXTING, "quiet_until": "20:30"})
    assert wrong.status_code == 422
    assert "The night would have no end" in wrong.text
    assert admin.post("/settings/numbers/texting", data=TEXTING).status_code == 303
    settings = db.session.get_one(District, district.id).settings
    assert settings == {
        "kept": "as it was", "quiet_hours": ["20:30", "07:15"], "auto_reply": True, "guardian_link_days": 14, "cents_per_segment": 0.83,
    }  # fmt: skip
    page = admin.get("/settings/numbers").text
    assert 'value="20:30"' in page
    assert "http://localhost/webhooks/twilio/messages" in page
    assert admin.post("/settings/numbers/texting", data={**TEXTING, "holds": "", "quiet_from": ""}).status_code == 303


def test_only_the_districts_admin_comes_here(district: District, sign_in: SignIn) -> None:
    number = PhoneNumberFactory(district_id=district.id)
    pool = MessagingServiceFactory(district_id=district.id)
    stranger = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN))
    for path in (f"/settings/numbers/{number.id}", f"/settings/numbers/pools/{pool.id}"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, data={**NUMBER, "address": number.address, "name": "x"}).status_code == 404
    assert stranger.post(f"/settings/numbers/{number.id}/rest").status_code == 404
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[SchoolFactory(district_id=district.id)]))
    assert office.get("/settings/numbers").status_code == 403
    assert db.session.scalars(select(Consent).where(Consent.kind == ConsentKind.OPTED_OUT)).all() == []


def test_the_page_costs_the_same_for_one_number_and_thirty(district: District, admin: FlaskClient) -> None:
    PhoneNumberFactory(district_id=district.id)
    db.session.commit()
    admin.get("/settings/numbers")  # what waits for approval is remembered for a moment
    few = count_selects(lambda: admin.get("/settings/numbers"))
    for _ in range(30):
        PhoneNumberFactory(district_id=district.id)
    db.session.commit()
    assert count_selects(lambda: admin.get("/settings/numbers")) == few


FAX = NUMBER | {"address": "(503) 555-0181", "label": "Office fax", "purpose": "fax"}


def test_a_fax_number_has_no_pace_and_no_pool(district: District, admin: FlaskClient) -> None:
    pool = MessagingServiceFactory(district=None, district_id=district.id)
    db.session.commit()
    given = FAX | {"pool": str(pool.id), "segments_per_second": "7"}
    assert admin.post("/settings/numbers/new", data=given).status_code == 303
    number = db.session.scalars(select(PhoneNumber)).one()
    assert (number.purpose, number.messaging_service_id, number.segments_per_second) == ("fax", None, 1.0)
    page = admin.get(f"/settings/numbers/{number.id}").text
    assert 'name="pool"' not in page
    assert 'name="segments_per_second"' not in page
    assert "fax inbox" in page
    assert "Takes no texts" in admin.get("/settings/numbers").text
    rested = admin.post(f"/settings/numbers/{number.id}/rest", follow_redirects=True).text
    assert "No fax is sent from this number any more" in rested


def test_a_fax_number_can_become_another(district: District, admin: FlaskClient) -> None:
    admin.post("/settings/numbers/new", data=FAX)
    number = db.session.scalars(select(PhoneNumber)).one()
    fields = {name: value for name, value in FAX.items() if name not in {"pool", "segments_per_second", "calls_per_second"}}
    fields |= {"address": number.address, "purpose": "conversation"}
    assert admin.post(f"/settings/numbers/{number.id}", data=fields).status_code == 303
    db.session.refresh(number)
    assert (number.purpose, number.segments_per_second) == ("conversation", 1.0)


@pytest.mark.parametrize(
    ("carrier", "address"),
    [("telnyx", "http://localhost/webhooks/fax/telnyx"), ("sinch", "http://homeroom:TOKEN@localhost/webhooks/fax/sinch")],
)
def test_the_address_for_faxes_is_shown_and_the_secret_is_not(app: Flask, admin: FlaskClient, carrier: str, address: str) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(
        update={"fax_carrier": carrier, "sinch_webhook_token": "a secret of this house"}
    )
    page = admin.get("/settings/numbers").text
    assert address in page
    assert "a secret of this house" not in page


def test_a_fax_number_without_a_carrier_of_faxes_is_said_to_reach_nobody(app: Flask, admin: FlaskClient) -> None:
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"fax_carrier": "none"})
    assert "Faxes reach nobody yet" not in admin.get("/settings/numbers").text
    admin.post("/settings/numbers/new", data=FAX)
    assert "Faxes reach nobody yet" in admin.get("/settings/numbers").text
