"""What a page of a fax costs: said once in the settings, shown before each fax."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEvent, Role
from app.core.database import db
from app.directory.models import District
from app.fax.estimate import MOST_CENTS, read_price
from tests.conftest import SignIn
from tests.factories import StaffFactory
from tests.fax.sending.conftest import Office


def test_the_price_of_a_page_is_set_shown_and_emptied_again(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    assert "$0.03" in office.page(fax)
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=office.school.district_id))
    assert admin.post("/fax/settings/price", data={"cents": " 7,5 "}).status_code == 303
    assert 'value="7.5"' in admin.get("/fax/settings").text
    assert "$0.08" in office.page(fax)
    assert admin.post("/fax/settings/price", data={"cents": "0"}).status_code == 303
    assert "$0.00" in office.page(fax)
    assert admin.post("/fax/settings/price", data={"cents": ""}).status_code == 303
    assert "$0.03" in office.page(fax)
    assert db.session.get_one(District, office.school.district_id, populate_existing=True).settings.get("cents_per_fax_page") is None
    assert db.session.query(AuditEvent).filter_by(action="fax.price_changed").count() == 3


@pytest.mark.parametrize("cents", ["-1", "1001", "three", "1e3", "NaN", ".", "1.2.3"])
def test_what_is_no_price_stays_in_its_field(office: Office, sign_in: SignIn, cents: str) -> None:
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=office.school.district_id))
    page = admin.post("/fax/settings/price", data={"cents": cents})
    assert page.status_code == 422
    assert "From 0 to 1000 cents" in page.text
    assert re.search(rf'name="cents"[^>]*value="{re.escape(cents)}"', page.text)
    assert 'value="7"' in page.text  # the years keep what is saved
    assert "cents_per_fax_page" not in db.session.get_one(District, office.school.district_id).settings


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SCHOOL_ADMIN])
def test_only_who_answers_for_the_district_says_what_faxes_cost(office: Office, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(StaffFactory(role=role, schools=[office.school]))
    assert browser.post("/fax/settings/price", data={"cents": "5"}).status_code == 403


@given(price=st.decimals(min_value=0, max_value=MOST_CENTS, places=2), mark=st.sampled_from(".,"))
def test_every_price_is_read_as_it_is_written(price: Decimal, mark: str) -> None:
    assert read_price(f"{price:f}".replace(".", mark)) == price
