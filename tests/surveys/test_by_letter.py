"""Answers by the address on a letter: short enough to be typed, and of this family alone."""

import io
import re

import pypdf

from app.announcements import service
from app.announcements.letters.making import make_all_letters
from app.announcements.models import AnnouncementLetters, LettersFor
from app.conversations.service.attachments import file_store
from app.core.database import db
from tests.announcements.schools import campus
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import GuardianFactory, GuardianshipFactory
from tests.surveys.conftest import Fair, ask

ADDRESS = re.compile(r"/answer/[0-9A-Z]+-[0-9A-Z]{4}-[0-9A-Z]{4}")


def test_a_family_without_a_phone_answers_by_the_address_on_its_letter(house: House, sign_in: SignIn) -> None:
    place = campus()
    place.families(1)
    for name in ("Nadia", "Rosa"):
        GuardianshipFactory(student=place.child(given_name=name), guardian=GuardianFactory(district_id=place.district.id))
    place.child(given_name="Nobody")  # whose records name no adult: the page is given back by hand
    asked = ask(place)
    house.hand_over()
    house.hear()
    service.order_letters(place.admin, asked.id, LettersFor.NOWHERE)
    make_all_letters.function()
    with file_store().open(db.session.query(AnnouncementLetters).one().files[0]["key"]) as stored:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(stored.read())).pages]
    paths = {name: ADDRESS.findall(next(page for page in pages if name in page)) for name in ("Nadia", "Rosa", "Nobody")}
    assert [len(found) for found in paths.values()] == [1, 1, 0]
    assert all("[ ]" in " ".join(page.split()) for page in pages)
    (path,) = paths["Nadia"]
    visitor = house.app.test_client()
    typed = path.replace("/answer/", "").lower().replace("0", "o").replace("-", " ")
    assert "Will you come?" in visitor.get(f"/answer/{typed}").text
    assert Fair(place, house, asked).answers() == {}
    assert visitor.post(path, data={"choice": "2"}).status_code == 303
    assert list(Fair(place, house, asked).answers().values()) == [2]
    assert visitor.get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    page = sign_in(place.admin).get(f"/announcements/{asked.id}/answers").text
    assert ">1 of 3<" in page
