"""My profile: what it changes on the pages."""

import pytest
from sqlalchemy import select

from app.accounts.models import AuditEvent, Staff
from app.core.database import db
from tests.conftest import SignIn

FORM = {"formal_name": "Ms. Okafor", "phone": "(503) 555-0142", "language": "en", "theme": "auto", "single_key_shortcuts": "y"}


def test_a_profile_is_kept(sign_in: SignIn, teacher: Staff) -> None:
    browser = sign_in(teacher)
    form = {**FORM, "language": "es", "theme": "dark", "enter_sends": "y", "private_receipts": "y", "own-hours": "1"}
    hours = {"mon-opens": "07:45", "mon-closes": "15:00"}
    assert browser.post("/settings/profile", data={**form, **hours}).status_code == 303
    assert teacher.shown_name == "Ms. Okafor"
    assert teacher.phone == "+15035550142"
    assert (teacher.single_key_shortcuts, teacher.enter_sends, teacher.private_receipts) == (True, True, True)
    assert teacher.office_hours == {"mon": [["07:45", "15:00"]]}
    page = browser.get("/settings/profile").text
    assert '<html lang="es" data-theme="dark">' in page
    assert 'value="07:45"' in page
    assert "(503) 555-0142" in page
    line = db.session.scalars(select(AuditEvent)).one()
    assert "phone" in line.details["fields"]
    assert "555" not in str(line.details)
    browser.post("/settings/profile", data={**FORM, "own-hours": "0", **hours})
    assert (teacher.office_hours, teacher.single_key_shortcuts, teacher.enter_sends) == (None, True, False)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"phone": "not a number"}, 'id="phone-d"'),
        ({"language": "xx"}, 'id="language-d"'),
        ({"theme": "neon"}, 'id="theme-d"'),
        ({"formal_name": "x" * 201}, 'id="formal_name-d"'),
        ({"own-hours": "1", "tue-opens": "15:00", "tue-closes": "08:00"}, "The end must be after the beginning."),
        ({"own-hours": "1", "tue-opens": "15:00"}, "Give both times"),
        ({"own-hours": "1", "tue-opens": "25:99", "tue-closes": "26:00"}, "Give both times"),
    ],
)
def test_a_bad_value_is_refused_beside_its_field(sign_in: SignIn, teacher: Staff, changes: dict[str, str], complaint: str) -> None:
    answer = sign_in(teacher).post("/settings/profile", data={**FORM, **changes})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert 'value="Ms. Okafor"' in answer.text or "formal_name" in changes  # what was typed stays
    assert teacher.formal_name is None


def test_a_profile_that_did_not_change_leaves_no_line(sign_in: SignIn, teacher: Staff) -> None:
    browser = sign_in(teacher)
    browser.post("/settings/profile", data=FORM)
    browser.post("/settings/profile", data=FORM)
    assert len(db.session.scalars(select(AuditEvent)).all()) == 1
