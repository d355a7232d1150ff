"""Where nobody connected a carrier of faxes the pages say so, and nothing is sent into the void."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.config import Settings
from app.core.database import db
from app.directory.models import Purpose
from tests.conftest import SignIn
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory

SAYS_SO = "Faxes are not connected here"
PATHS = pytest.mark.parametrize("path", ["/fax", "/fax/new"])


@pytest.fixture
def office(app: Flask, sign_in: SignIn) -> FlaskClient:
    """Of a school with a fax number."""
    school = SchoolFactory()
    PhoneNumberFactory(district_id=school.district_id, school_id=school.id, purpose=Purpose.FAX)
    db.session.commit()
    return sign_in(StaffFactory(role=Role.OFFICE, district=None, district_id=school.district_id, schools=[school]))


@PATHS
def test_with_one_there_is_nothing_to_say(office: FlaskClient, path: str) -> None:
    assert SAYS_SO not in office.get(path).text


class TestWithout:
    """One."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"fax_carrier": "none"})

    @PATHS
    def test_the_pages_say_that_faxes_are_not_connected(self, office: FlaskClient, path: str) -> None:
        answer = office.get(path)
        assert answer.status_code == 200
        assert SAYS_SO in answer.text
