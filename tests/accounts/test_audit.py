"""The audit trail: complete, in the same commit, never changed, readable and safe to export."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.accounts import service
from app.accounts.models import AuditEvent, Role, Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.core.spreadsheets import safe_cell
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory


def write(staff: Staff, action: str, **details: object) -> None:
    with transaction():
        service.audit(action, staff, details, by=staff)


def test_a_line_is_kept_only_with_what_it_tells(app: Flask, teacher: Staff) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        service.audit("staff.changed", teacher, {}, by=teacher)
        raise ZeroDivisionError
    assert db.session.scalars(select(AuditEvent)).all() == []
    with pytest.raises(RuntimeError):
        service.audit("staff.changed", teacher, {}, by=teacher)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_nobody_edits_or_deletes_a_line(kind: str, change: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("app" if kind == "sqlite" else "postgres_app")
    staff = StaffFactory(schools=[SchoolFactory()])
    db.session.commit()
    write(staff, "staff.signed_in")
    statement = update(AuditEvent).values(action="nothing") if change == "update" else delete(AuditEvent)
    with pytest.raises(DBAPIError, match="never edited or deleted"):
        db.session.execute(statement)
    db.session.rollback()
    assert db.session.scalars(select(AuditEvent.action)).all() == ["staff.signed_in"]


def test_one_is_no_plural(sign_in: SignIn, admin: Staff) -> None:
    for pages in (1, 2):
        write(admin, "fax.sent", to="the clinic", pages=pages)
    write(admin, "announcement.accepted", title="100% open", people=1)
    write(admin, "webhook.sent_again", url="example.test")
    browser = sign_in(admin)
    shown = browser.get("/settings/audit").text
    for said in (
        "Sent a fax of 1 page to the clinic", "Sent a fax of 2 pages to the clinic", "Sent the announcement “100% open” to 1 person<",
        "Sent – dead letters to example.test again",
    ):  # fmt: skip
        assert said in shown
    admin.language = "es"
    db.session.commit()
    assert "Envió un fax de 1 página a" in browser.get("/settings/audit").text


def test_filters(sign_in: SignIn, admin: Staff, teacher: Staff) -> None:
    with time_machine.travel(now() - timedelta(days=20)):
        write(teacher, "staff.joined", name=teacher.name, role="teacher")
    write(teacher, "staff.signed_in")
    write(admin, "staff.invited", name="José Peña", role="office")
    browser = sign_in(admin)
    week = browser.get("/settings/audit").text
    assert "Invited José Peña as Office" in week
    assert "Joined as Teacher" not in week
    assert "Joined as Teacher" in browser.get("/settings/audit?period=30").text
    found = browser.get("/settings/audit?q=jose%20pena").text
    assert "José Peña" in found
    assert "Dana Okafor" not in found
    signed = browser.get("/settings/audit?kind=sign_in&period=all").text
    assert "Signed in" in signed
    assert "José Peña" not in signed
    day = now().astimezone().date() + timedelta(days=2)
    assert "No line matches" in browser.get(f"/settings/audit?period=dates&since={day}").text
    assert "José Peña" in browser.get("/settings/audit?period=dates&since=not-a-day&until=").text
    assert browser.get("/settings/audit?before=abc&staff=x&period=zzz&kind=zzz").status_code == 200


def test_pages_go_by_key(sign_in: SignIn, admin: Staff) -> None:
    for number in range(120):
        write(admin, "staff.invited", name=f"Person {number:03}", role="office")
    browser = sign_in(admin)
    seen: list[str] = []
    path = "/settings/audit?kind=staff"
    while path:
        page = browser.get(path).text
        seen += [piece[:3] for piece in page.split("Invited Person ")[1:]]
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == [f"{number:03}" for number in range(119, -1, -1)]


def test_a_principal_reads_about_her_own_school(sign_in: SignIn, principal: Staff, teacher: Staff, school) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id)
    stranger = StaffFactory(schools=[other], name="Elliot Marsh")
    db.session.commit()
    write(teacher, "staff.signed_in")
    write(stranger, "staff.signed_in")
    page = sign_in(principal).get("/settings/audit").text
    assert "Dana Okafor" in page
    assert "Elliot Marsh" not in page


def test_the_export_runs_nowhere_as_a_formula(sign_in: SignIn, admin: Staff) -> None:
    evil = StaffFactory(district=None, district_id=admin.district_id, role=Role.VIEWER, name='=HYPERLINK("http://evil.test")')
    write(evil, "staff.signed_in")
    browser = sign_in(admin)
    answer = browser.get("/settings/audit.csv?period=all")
    assert answer.mimetype == "text/csv"
    assert 'filename="audit-' in answer.headers["Content-Disposition"]
    assert answer.text.startswith("\ufeffWhen,Who,")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[2] for row in rows[1:]] == ["Exported the audit log", "Signed in"]
    assert rows[2][1] == """'=HYPERLINK("http://evil.test")"""


def test_the_export_reads_in_batches(sign_in: SignIn, admin: Staff) -> None:
    with transaction():
        for number in range(1200):
            service.audit("staff.invited", admin, {"name": f"Person {number}", "role": "office"}, by=admin)
    rows = list(csv.reader(io.StringIO(sign_in(admin).get("/settings/audit.csv?kind=staff").text)))
    assert len(rows) == 1201


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_would_run_are_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(None) == ""
    assert safe_cell("a=b") == "a=b"
