"""The consent ledger answers, takes what families told staff, and lets nobody say START for somebody else."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import AuditEvent, Role
from app.core.database import db
from app.directory import queries, service
from app.directory.models import ALL_SENDERS, Consent, ConsentKind, ConsentSource, ContactHealth, ContactPoint
from tests.conftest import SignIn
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessagingServiceFactory,
    SchoolFactory,
    StaffFactory,
    family,
)
from tests.query_counts import count_selects

OFFICE = {"kind": "opted_out", "scope": ALL_SENDERS, "how": "call", "wording": "Please no texts"}


def entry(point: ContactPoint, kind: str, at: datetime, scope: str = ALL_SENDERS, source: str = ConsentSource.KEYWORD) -> Consent:
    """A line of the past."""
    line = Consent(district_id=point.district_id, address=point.address, scope=scope, kind=kind, source=source, wording="STOP", at=at)
    db.session.add(line)
    db.session.flush()
    return line


def test_could_we_text_her_on_3_march(app: Flask, sign_in: SignIn) -> None:
    people = family()
    pool = MessagingServiceFactory(district_id=people.school.district_id, name="Everyday texts")
    scope = f"service:{pool.id}"
    entry(people.contact_point, ConsentKind.OPTED_OUT, datetime(2026, 3, 3, 20, 15, tzinfo=UTC), scope)  # 12:15 PM at the school
    entry(people.contact_point, ConsentKind.OPTED_IN, datetime(2026, 4, 1, 17, 0, tzinfo=UTC), scope)
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    path = f"/settings/consent/addresses/{people.contact_point.id}?on="
    before, on_it, between, after = (browser.get(f"{path}{day}").text for day in ("2026-03-02", "2026-03-03", "2026-03-20", "2026-05-01"))
    assert "Nothing was on file" in before
    assert "From 12:15" in on_it
    assert "At first:" in on_it
    assert "No. Opted out" in between
    assert "Yes. Opted in" in after
    assert "still to come" in browser.get(f"{path}2999-01-01").text
    wrong = browser.get(f"{path}3 March")
    assert "Write the day as year, month and day" in wrong.text
    assert 'value="3 March"' in wrong.text


def test_staff_write_down_a_wish_and_it_holds_at_once(app: Flask, sign_in: SignIn) -> None:
    people = family()
    spouse = ContactPointFactory(guardian=GuardianFactory(district_id=people.school.district_id), address=people.contact_point.address)
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school], name="Bea Kowalczyk"))
    path = f"/settings/consent/addresses/{people.contact_point.id}/record"
    empty = browser.post(path, data={**OFFICE, "wording": " "})
    assert empty.status_code == 422
    assert "it is the proof" in empty.text
    assert browser.post(path, data=OFFICE).status_code == 303
    assert queries.has_opted_out(people.school.district_id, people.contact_point.address, "number:1")
    assert db.session.get_one(ContactPoint, people.contact_point.id).opted_out_at is not None
    assert db.session.get_one(ContactPoint, spouse.id).opted_out_at is not None, "who shares a phone shares its wish"
    assert browser.post(path, data={**OFFICE, "kind": "agreed", "how": "paper", "wording": "signed in August"}).status_code == 303
    assert db.session.get_one(ContactPoint, people.contact_point.id).opted_out_at is None
    page = browser.get(f"/settings/consent/addresses/{people.contact_point.id}").text
    assert "Phone call: Please no texts" in page
    assert "Bea Kowalczyk" in page
    assert db.session.scalars(select(AuditEvent.action)).all() == ["consent.recorded"] * 2


@pytest.mark.parametrize("stopped_in", ["all", "pool"])
@pytest.mark.parametrize("asked_for", ["all", "pool"])
def test_nobody_says_start_for_somebody_who_said_stop(app: Flask, sign_in: SignIn, stopped_in: str, asked_for: str) -> None:
    people = family()
    pool = MessagingServiceFactory(district_id=people.school.district_id)
    scopes = {"all": ALL_SENDERS, "pool": f"service:{pool.id}"}
    service.record_consent(
        people.school.district_id, people.contact_point.address, scopes[stopped_in], ConsentKind.OPTED_OUT, ConsentSource.KEYWORD
    )
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id))
    answer = browser.post(
        f"/settings/consent/addresses/{people.contact_point.id}/record", data={**OFFICE, "kind": "agreed", "scope": scopes[asked_for]}
    )
    assert answer.status_code == 422
    assert "only they can opt back in" in answer.text
    assert 'value="Please no texts"' in answer.text
    assert queries.has_opted_out(people.school.district_id, people.contact_point.address, scopes["pool"])


def test_a_stop_after_an_agreement_to_all_is_not_taken_for_a_repetition(app: Flask) -> None:
    people = family()
    district, address = people.school.district_id, people.contact_point.address
    pool = f"service:{MessagingServiceFactory(district_id=district).id}"
    for kind, scope, source in [
        (ConsentKind.OPTED_OUT, pool, ConsentSource.STAFF),
        (ConsentKind.AGREED, ALL_SENDERS, ConsentSource.STAFF),
        (ConsentKind.OPTED_OUT, pool, ConsentSource.STAFF),
    ]:
        service.record_consent(district, address, scope, kind, source)
    assert queries.has_opted_out(district, address, pool)
    again = service.record_consent(district, address, pool, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    assert db.session.scalars(select(Consent.id)).all()[-1] == again.id, "a repetition adds nothing"


def test_the_ledger_is_searched_filtered_and_exported(app: Flask, sign_in: SignIn) -> None:
    people = family(given_name="Huda", family_name="Al-Khatib", search_text="huda al-khatib")
    other = family(school=people.school, given_name="=HYPERLINK(1)", search_text="hyperlink")
    entry(people.contact_point, ConsentKind.OPTED_IN, datetime(2026, 3, 3, tzinfo=UTC))
    entry(other.contact_point, ConsentKind.OPTED_OUT, datetime(2026, 3, 4, tzinfo=UTC))
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    both = browser.get("/settings/consent").text
    assert "Huda Al-Khatib" in both
    assert "HYPERLINK" in both
    by_name = browser.get("/settings/consent?q=HUDA", headers={"HX-Request": "true"}).text
    assert "Huda" in by_name
    assert "HYPERLINK" not in by_name
    assert "<html" not in by_name
    by_number = browser.get(f"/settings/consent?q={people.contact_point.address[-6:]}").text
    assert "Huda" in by_number
    assert "HYPERLINK" not in by_number
    assert "HYPERLINK" in browser.get("/settings/consent?kind=opted_out").text
    assert "Nothing found" in browser.get("/settings/consent?q=%25_").text
    table = browser.get("/settings/consent.csv")
    assert table.mimetype == "text/csv"
    assert "Huda Al-Khatib" in table.text
    assert "'=HYPERLINK" in table.text, "spreadsheets would run it"
    assert db.session.scalars(select(AuditEvent.action)).all() == ["consent.exported"]


def test_office_staff_read_the_lines_of_their_schools_only(app: Flask, sign_in: SignIn) -> None:
    people = family()
    line = entry(people.contact_point, ConsentKind.OPTED_OUT, datetime(2026, 3, 3, tzinfo=UTC))
    unknown = Consent(district_id=people.school.district_id, address="+15035550199", scope="all", kind="opted_out", source="keyword")
    db.session.add(unknown)
    elsewhere = StaffFactory(role=Role.OFFICE, schools=[SchoolFactory(district_id=people.school.district_id)])
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    db.session.commit()
    paths = [f"/settings/consent/lines/{line.id}", f"/settings/consent/addresses/{people.contact_point.id}"]
    paths.append(f"/settings/consent/addresses/{people.contact_point.id}/record")
    assert [sign_in(elsewhere).get(path).status_code for path in paths] == [404] * 3
    assert "Nothing found" in sign_in(elsewhere).get("/settings/consent").text
    assert [sign_in(StaffFactory(role=Role.DISTRICT_ADMIN)).get(path).status_code for path in paths] == [404] * 3
    assert "Nobody we know" in sign_in(admin).get("/settings/consent").text
    assert sign_in(admin).get(f"/settings/consent/lines/{unknown.id}").status_code == 200
    assert sign_in(people.teacher).get("/settings/consent").status_code == 403


def test_numbers_that_do_not_work_stand_in_one_list(app: Flask, sign_in: SignIn) -> None:
    people = family()
    ContactPointFactory(guardian=people.guardian, address="+15035550111", health=ContactHealth.DEAD)
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    assert "Fix in one list" in browser.get("/settings/consent").text
    page = browser.get("/settings/consent/broken").text
    assert "(503) 555-0111" in page
    assert "Out of service" in page


def test_the_ledger_costs_the_same_for_one_line_and_sixty(app: Flask, sign_in: SignIn) -> None:
    people = family()
    entry(people.contact_point, ConsentKind.AGREED, datetime(2026, 3, 3, tzinfo=UTC))
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    few = count_selects(lambda: browser.get("/settings/consent"))
    for _ in range(60):
        guardian = GuardianFactory(district_id=people.school.district_id)
        GuardianshipFactory(student=people.student, guardian=guardian)
        entry(ContactPointFactory(guardian=guardian), ConsentKind.AGREED, datetime(2026, 3, 3, tzinfo=UTC))
    db.session.commit()
    assert count_selects(lambda: browser.get("/settings/consent")) == few
    assert few <= 8
    assert 'rel="next"' in browser.get("/settings/consent").text
