"""Fixtures of faxes that arrive, for whoever imports them."""

import pytest

from app.core.database import db
from tests.factories.faxes import fax_number
from tests.factories.people import SchoolFactory
from tests.fax.arriving import Office, Tray


@pytest.fixture
def office(app, client):
    number = fax_number(SchoolFactory(name="Lincoln Elementary"))
    db.session.commit()
    tray = app.extensions["fax_carrier"] = Tray()
    return Office(app, client, tray, number)
