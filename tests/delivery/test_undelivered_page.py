"""The page of undelivered texts: who sees which line, and what its buttons do."""

import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from app.accounts.models import AuditEvent, Role, Staff
from app.conversations.service import retry, send, settle_failure
from app.core.clock import now
from app.core.database import db
from app.delivery import service
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ConsentKind, ConsentSource
from app.directory.service import record_consent
from tests.conftest import SignIn
from tests.conversations.outcomes import deliveries_of, happened
from tests.delivery.parcels import request_to
from tests.factories import SchoolFactory, StaffFactory, family, thread
from tests.factories.threads import Family

PAGE = "/settings/undelivered"


def failed(people: Family, code: str | None, **fields: object) -> Delivery:
    (delivery,) = service.enqueue(request_to(people, is_reply=True, **fields))
    delivery.state, delivery.error_code = DeliveryState.FAILED, code
    db.session.commit()
    return delivery


def doubtful(people: Family) -> Delivery:
    (delivery,) = service.enqueue(request_to(people, body="Did it leave?", is_reply=True))
    delivery.state, delivery.doubtful_since, delivery.attempts = DeliveryState.PROCESSING, now(), 1
    db.session.commit()
    return delivery


@pytest.fixture
def people(app: Flask) -> Family:
    return family()


def office_of(people: Family, role: Role = Role.OFFICE) -> object:
    return StaffFactory(role=role, schools=[people.school])


def test_each_line_has_a_reason_and_a_next_step(people: Family, sign_in: SignIn) -> None:
    failed(people, "30007", body="Free pizza!!! http://bit.ly/x")
    failed(people, "30005")
    failed(people, "39999")
    doubtful(people)
    page = sign_in(office_of(people)).get(PAGE)
    assert page.status_code == 200
    for words in (
        "Rosa Hernández",
        "Filtered",
        "Free pizza!!!",
        "Unknown number",
        "Fix the number",
        "39999",
        "In doubt",
        "Ask the carrier again",
    ):
        assert words in page.text
    assert "https://www.twilio.com/docs/api/errors/39999" in page.text
    assert page.text.count("Try again</button>") == 2


def test_an_empty_page_says_so(people: Family, sign_in: SignIn) -> None:
    assert "Everything arrived" in sign_in(office_of(people)).get(PAGE).text


def test_only_the_own_schools_families_are_shown(people: Family, sign_in: SignIn) -> None:
    elsewhere = family(SchoolFactory(district_id=people.school.district_id))
    stranger = family()
    failed(people, "30007", body="ours")
    failed(elsewhere, "30007", body="another school")
    failed(stranger, "30007", body="another district")
    office = sign_in(office_of(people)).get(PAGE).text
    assert ("ours" in office, "another school" in office, "another district" in office) == (True, False, False)
    admin = sign_in(office_of(people, Role.DISTRICT_ADMIN)).get(PAGE).text
    assert ("ours" in admin, "another school" in admin, "another district" in admin) == (True, True, False)


@pytest.mark.parametrize("act", ["retry", "settle", "decide"])
def test_a_stranger_finds_nothing_and_a_teacher_may_not(people: Family, sign_in: SignIn, act: str) -> None:
    delivery = failed(people, "30007")
    address = f"{PAGE}/{delivery.id}/{act}"
    assert sign_in(office_of(family())).post(address, data={"decision": "sent"}).status_code == 404
    assert sign_in(people.teacher).post(address).status_code == 403
    assert sign_in(people.teacher).get(PAGE).status_code == 403
    db.session.refresh(delivery)
    assert (delivery.state, delivery.settled_at) == (DeliveryState.FAILED, None)


def test_a_retry_is_a_new_text_and_leaves_the_list(people: Family, sign_in: SignIn) -> None:
    delivery = failed(people, "30007", body="Say it again")
    browser = sign_in(office_of(people))
    answer = browser.post(f"{PAGE}/{delivery.id}/retry")
    assert (answer.status_code, answer.location) == (303, PAGE)
    fresh = db.session.query(Delivery).filter_by(retry_of_id=delivery.id).one()
    assert fresh.state == DeliveryState.PENDING
    page = browser.get(PAGE).text
    assert "tried again" in page
    assert "Say it again" not in page
    assert "cannot be" not in browser.post(f"{PAGE}/{delivery.id}/retry", follow_redirects=True).text
    assert db.session.query(Delivery).filter_by(retry_of_id=delivery.id).count() == 1
    assert db.session.query(AuditEvent).filter_by(action="delivery.retried").count() == 1


def test_a_retry_to_somebody_who_said_stop_meanwhile_says_so(people: Family, sign_in: SignIn) -> None:
    delivery = failed(people, "30007")
    record_consent(people.school.district_id, delivery.address, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    page = sign_in(office_of(people)).post(f"{PAGE}/{delivery.id}/retry", follow_redirects=True).text
    assert "replied STOP, so nothing was sent" in page
    assert "It is tried again" not in page


@pytest.mark.parametrize("decide", [retry, settle_failure])
def test_what_is_decided_in_the_thread_leaves_a_line_too(app: Flask, decide: Callable[[Staff, int], object]) -> None:
    talk = thread()
    message = send(talk.family.teacher, talk.id, "Again", uuid=uuid.uuid4())
    happened(deliveries_of(message)[0], "failed", "30007")
    decide(talk.family.teacher, message.id)
    (line,) = db.session.query(AuditEvent).filter(AuditEvent.action.startswith("delivery."))
    assert line.details["to"].endswith(talk.guardian.address[-2:])
    assert talk.guardian.address not in str(line.details)


def test_what_was_dealt_with_leaves_the_list(people: Family, sign_in: SignIn) -> None:
    delivery = failed(people, "30005", body="Dead number")
    browser = sign_in(office_of(people))
    browser.post(f"{PAGE}/{delivery.id}/settle")
    assert "Dead number" not in browser.get(PAGE).text


@pytest.mark.parametrize(
    ("decision", "state"), [("sent", "sent"), ("send_again", "pending"), ("not_sent", "failed"), ("ask_again", "processing")]
)
def test_a_doubt_is_decided(people: Family, sign_in: SignIn, decision: str, state: str) -> None:
    delivery = doubtful(people)
    browser = sign_in(office_of(people))
    assert browser.post(f"{PAGE}/{delivery.id}/decide", data={"decision": decision}).status_code == 303
    db.session.refresh(delivery)
    assert (delivery.state, delivery.doubtful_since) == (state, None)
    assert "Did it leave?" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/{delivery.id}/decide", data={"decision": "perhaps"}).status_code == 404


def test_long_lists_have_pages_and_the_index_is_used(people: Family, sign_in: SignIn) -> None:
    for number in range(35):
        failed(people, "30007", body=f"Text number {number:02d}")
    browser = sign_in(office_of(people, Role.DISTRICT_ADMIN))
    first = browser.get(PAGE).text
    assert ("Text number 34" in first, "Text number 04" in first) == (True, False)
    plan = db.session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT id FROM deliveries WHERE district_id = 1 AND"
            " ((state = 'failed' AND settled_at IS NULL) OR doubtful_since IS NOT NULL) ORDER BY id DESC LIMIT 31"
        )
    )
    assert "ix_deliveries_trouble" in " ".join(row[3] for row in plan)


def test_a_fax_leads_to_its_page(people: Family, sign_in: SignIn) -> None:
    request = service.EnqueueRequest(
        people.school.district_id, "fax", 7, "Immunization record", (service.Recipient("+15035550177", people.number.id),), channel="fax",
        is_reply=True,
    )  # fmt: skip
    (delivery,) = service.enqueue(request)
    delivery.state, delivery.error_code = DeliveryState.FAILED, "fax_not_a_fax"
    db.session.commit()
    page = sign_in(office_of(people)).get(PAGE).text
    assert 'href="/fax/7"' in page
    assert "Ask them for their fax number" in page
    assert f"/settings/undelivered/{delivery.id}/retry" not in page
