"""Somebody whose last school was taken away: every place of the rail opens, with nothing in it."""

from http import HTTPStatus

import pytest

from app.accounts.models import Role
from tests.conftest import SignIn
from tests.factories import StaffFactory, family, fax

PLACES = ("/conversations", "/fax", "/fax?box=mine", "/fax/counts", "/voicemail", "/calls", "/announcements")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OFFICE, Role.SCHOOL_ADMIN, Role.VIEWER])
def test_every_place_opens(sign_in: SignIn, role: Role) -> None:
    people = family()
    fax(people.school, name="Cascade Pediatrics")
    nowhere = sign_in(StaffFactory(district=None, district_id=people.school.district_id, role=role, schools=[]))
    for place in PLACES:
        page = nowhere.get(place, follow_redirects=True)
        assert page.status_code == HTTPStatus.OK, place
        assert "Cascade Pediatrics" not in page.text, place
        assert people.guardian.family_name not in page.text, place
