"""What the tests of sending share: somebody in the office, whose school has a fax number, and files to send."""

import io
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from app.accounts.models import Role, Staff
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import PhoneNumber, School
from app.fax.models import Fax, FaxPart
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import fax_number

CLINIC = "(206) 555-0134"
CLINIC_NUMBER = "+12065550134"


def pdf(pages: int = 1, words: str = "Records request") -> bytes:
    """A real PDF, each page with its words and number."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("RGB", (850, 1100), "white")
        ImageDraw.Draw(sheet).text((90, 90), f"{words}, page {number}", fill="black", font_size=40)
        sheets.append(sheet)
    file = io.BytesIO()
    sheets[0].save(file, "PDF", save_all=True, append_images=sheets[1:], resolution=100)
    return file.getvalue()


@dataclass
class Office:
    """The office of a school at its browser."""

    app: Flask
    staff: Staff
    school: School
    number: PhoneNumber
    browser: FlaskClient

    def begin(self, **fields: str) -> Fax:
        """Write a draft, as a script saves it."""
        answer = self.browser.post("/fax/new", data=self.form(**fields), headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return db.session.get_one(Fax, answer.json["id"])

    def form(self, **fields: str) -> dict[str, str]:
        """What the page sends. A field that is None is left out."""
        usual = {
            "uuid": str(new_uuid()), "edition": "0", "page": "one", "number": CLINIC, "name": "Marlowe Park School",
            "attention": "Registrar", "subject": "Records request: M. T.", "note": "Good morning!", "has_cover": "on",
            "quality": "fine", "when": "now",
        }  # fmt: skip
        return {name: value for name, value in (usual | fields).items() if value is not None}

    def upload(self, fax: Fax, content: bytes, name: str = "request.pdf") -> FaxPart:
        """Put a file into it."""
        answer = self.browser.post(
            f"/fax/{fax.id}/parts", data={"file": (io.BytesIO(content), name)}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 201, answer.text
        return db.session.get_one(FaxPart, answer.json["id"])

    def page(self, fax: Fax) -> str:
        """The page on which it is written."""
        answer = self.browser.get(f"/fax/{fax.id}/edit")
        assert answer.status_code == 200
        return answer.text


def names_of(page: str) -> list[str]:
    """The files in their order, as the page lists them."""
    return re.findall(r'class="medium truncate" dir="auto">([^<]+)<', page)


@pytest.fixture
def office(app: Flask, sign_in: SignIn) -> Office:
    school = SchoolFactory(name="Cedar Grove Elementary School", phone="+15035550100")
    staff = StaffFactory(role=Role.OFFICE, schools=[school], name="Marisol Vega", job_title="Office Manager")
    number = fax_number(school)
    return Office(app, staff, school, number, sign_in(staff))
