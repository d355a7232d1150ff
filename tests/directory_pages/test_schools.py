"""A district admin keeps the schools' hours and closed days, on which promises to families rest."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.core.database import db
from app.directory.models import School, SchoolClosure
from tests.conftest import SignIn
from tests.factories import DistrictFactory, SchoolFactory, StaffFactory
from tests.query_counts import count_selects

DATA = {
    "name": "Cedar Grove", "short_name": "Cedar", "time_zone": "America/New_York", "phone": "(503) 555-0142", "area_code": "503",
    "mon-opens": "08:00", "mon-closes": "15:00",
}  # fmt: skip
BREAK = {"day": "2026-12-21", "until": "2027-01-01", "reason": "Winter break"}


@pytest.fixture(autouse=True)
def november() -> object:
    """The day on which the tests are told."""
    with time_machine.travel(datetime(2026, 11, 20, 18, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def school(app: Flask) -> School:
    """The school of the test."""
    school: School = SchoolFactory(name="Maple")
    return school


@pytest.fixture
def admin(school: School, sign_in: SignIn) -> FlaskClient:
    """A browser of its district's admin."""
    return sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=school.district_id))


def test_data_and_hours_are_kept_and_found_from_the_settings(school: School, admin: FlaskClient) -> None:
    page = f"/settings/schools/{school.id}"
    assert 'href="/settings/schools"' in admin.get("/settings/profile").text
    assert admin.post(page, data=DATA).status_code == 303
    kept = db.session.get_one(School, school.id)
    assert (kept.name, kept.short_name, kept.phone, kept.area_code) == ("Cedar Grove", "Cedar", "+15035550142", "503")
    assert kept.office_hours == {"mon": [["08:00", "15:00"]]}
    assert "Mon 8:00" in admin.get("/settings/schools").text
    assert 'value="(503) 555-0142"' in admin.get(page).text


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"time_zone": "Mars/Base"}, "There is no such time zone"),
        ({"name": " "}, "Write the school"),
        ({"phone": "12"}, "too short"),
        ({"area_code": "five"}, "Only digits"),
        ({"mon-closes": "07:00"}, "The end must be after the beginning"),
        ({"mon-closes": ""}, "Give both times"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(school: School, admin: FlaskClient, wrong: dict[str, str], advice: str) -> None:
    refused = admin.post(f"/settings/schools/{school.id}", data={**DATA, "short_name": "Typed", **wrong})
    assert refused.status_code == 422
    assert advice in refused.text
    assert 'value="Typed"' in refused.text
    assert db.session.get_one(School, school.id).name == "Maple"


def test_a_break_at_noon_outlives_a_change_of_something_else(school: School, admin: FlaskClient) -> None:
    broken = [["08:00", "12:00"], ["13:00", "15:00"]]
    school.office_hours = {"mon": broken, "tue": broken}
    admin.post(f"/settings/schools/{school.id}", data={**DATA, "tue-opens": "08:00", "tue-closes": "16:00"})
    assert db.session.get_one(School, school.id).office_hours == {"mon": broken, "tue": [["08:00", "16:00"]]}


def test_the_roster_names_its_schools(school: School, admin: FlaskClient) -> None:
    school.source_id = "school-1"
    assert "comes from the roster" in admin.get(f"/settings/schools/{school.id}").text
    admin.post(f"/settings/schools/{school.id}", data=DATA)
    kept = db.session.get_one(School, school.id)
    assert (kept.name, kept.short_name) == ("Maple", "Cedar")


def test_a_holiday_is_added_shown_as_one_stretch_and_taken_back(school: School, admin: FlaskClient) -> None:
    page = f"/settings/schools/{school.id}"
    for closure in (BREAK, {"day": "2026-11-26", "reason": "Thanksgiving"}):
        assert admin.post(f"{page}/closures", data=closure).status_code == 303
    text = admin.get(page).text
    assert "Thu, Nov 26, 2026" in text
    assert text.index("Thanksgiving") < text.index("Winter break")
    assert text.count("Remove: Winter break") == 1
    assert "next closed Thu, Nov 26, 2026" in admin.get("/settings/schools").text
    audit = admin.get("/settings/audit").text
    assert "Closed Maple from Dec 21, 2026 to Jan 1, 2027" in audit
    inside = db.session.query(SchoolClosure).filter_by(day=date(2026, 12, 24)).one()
    assert admin.post(f"{page}/closures/{inside.id}/remove").status_code == 303
    assert [closure.name for closure in db.session.query(SchoolClosure)] == ["Thanksgiving"]


def test_days_are_written_in_the_readers_language(school: School, sign_in: SignIn) -> None:
    reader = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=school.district_id, language="es"))
    reader.post(f"/settings/schools/{school.id}/closures", data={"day": "2026-11-26", "reason": "Acción de Gracias"})
    text = reader.get(f"/settings/schools/{school.id}").text
    assert "jue, 26 nov 2026" in text
    assert "Días de cierre" in text


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"day": ""}, "Choose the day"),
        ({"day": "2026-11-19", "until": ""}, "This day is over"),
        ({"until": "2026-12-20"}, "must not be before the first"),
        ({"until": "2029-12-20"}, "At most 120 days"),
        ({"reason": ""}, "Write why"),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused(school: School, admin: FlaskClient, wrong: dict[str, str], advice: str) -> None:
    refused = admin.post(f"/settings/schools/{school.id}/closures", data={**BREAK, **wrong})
    assert refused.status_code == 422
    assert advice in refused.text
    assert db.session.query(SchoolClosure).count() == 0


def test_another_schools_closed_day_is_not_here(school: School, admin: FlaskClient) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id)
    admin.post(f"/settings/schools/{other.id}/closures", data=BREAK)
    closure = db.session.query(SchoolClosure).first()
    assert closure is not None
    assert admin.post(f"/settings/schools/{school.id}/closures/{closure.id}/remove").status_code == 404
    assert db.session.query(SchoolClosure).count() == 12


def test_another_district_and_another_role_get_nothing(school: School, sign_in: SignIn) -> None:
    page = f"/settings/schools/{school.id}"
    assert sign_in(StaffFactory(role=Role.DISTRICT_ADMIN)).get(page).status_code == 404
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[school]))
    assert office.get(page).status_code == 403
    assert 'href="/settings/schools"' not in office.get("/settings/profile").text


def test_without_schools_the_page_says_where_they_come_from(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=DistrictFactory().id))
    assert "They come with the roster" in admin.get("/settings/schools").text


def test_the_list_costs_the_same_for_one_school_and_ten(school: School, admin: FlaskClient) -> None:
    admin.get("/settings/schools")  # what waits for approval is remembered for a moment
    few = count_selects(lambda: admin.get("/settings/schools"))
    for _ in range(9):
        SchoolFactory(district=None, district_id=school.district_id)
    assert count_selects(lambda: admin.get("/settings/schools")) == few
