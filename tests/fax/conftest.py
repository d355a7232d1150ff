"""What the tests of the fax inbox share: a school with an office that opens its post."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, Staff
from app.core.database import db
from app.fax.models import Fax
from tests.conftest import SignIn
from tests.factories import Family, StaffFactory, family, fax

JSON = {"Accept": "application/json"}
PART = {"HX-Request": "true"}


@dataclass
class Desk:
    """The office at its browser."""

    people: Family
    clerk: Staff
    browser: FlaskClient

    def fax(self, **fields: Any) -> Fax:
        """One at the school's number."""
        return fax(self.people.school, **fields)

    def act(self, one: Fax, **form: Any) -> Any:
        """What a button of the page does, as scripts ask."""
        return self.browser.post(f"/fax/{one.id}", data=form, headers=JSON)

    @staticmethod
    def now(one: Fax) -> Fax:
        """The row as it is."""
        return db.session.get_one(Fax, one.id, populate_existing=True)


@pytest.fixture
def desk(sign_in: SignIn) -> Desk:
    people = family()
    clerk = StaffFactory(role=Role.OFFICE, schools=[people.school], name="Bea Clerk")
    return Desk(people, clerk, sign_in(clerk))
