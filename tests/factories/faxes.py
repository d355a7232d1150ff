"""Faxes with pages that can be looked at: real pictures in the file store, and the words that stand on them."""

import io
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import select

from app.conversations.service.attachments import file_store
from app.core.database import db
from app.core.files import chunks_of
from app.core.search_text import fold
from app.directory.models import PhoneNumber, Purpose, School
from app.fax.models import Direction, Fax, FaxContact, FaxPage, FaxStatus, Paper
from tests.factories.base import HomeroomFactory, factory
from tests.factories.people import PhoneNumberFactory, SchoolFactory

SIZE = (864, 1100)
"""Half of what a fax has across, so that tests stay quick."""
SCREEN, THUMB = (432, 550), (108, 138)
WORDS = "Certificate of Immunization Status"


class FaxFactory(HomeroomFactory):
    """A row alone: received a moment ago, nobody has read it, no page yet. `fax` makes one with pages."""

    class Meta:
        model = Fax

    class Params:
        school = factory.SubFactory(SchoolFactory)

    district_id = factory.LazyAttribute(lambda me: me.school.district_id)
    school_id = factory.LazyAttribute(lambda me: me.school.id)
    direction = Direction.IN
    status = FaxStatus.RECEIVED
    provider_id = factory.LazyAttributeSequence(lambda me, n: f"fx{n}" if me.direction == Direction.IN else None)
    address = "+15035550171"
    name = "Cascade Pediatrics"
    station = "CASCADE PEDIATRICS"
    subject = ""
    paper = Paper.READY
    seconds = 124
    search_text = factory.LazyAttribute(lambda me: fold(f"{me.name} {me.address} {me.subject}"))


class FaxPageFactory(HomeroomFactory):
    """One page of `fax_id`, with its three pictures."""

    class Meta:
        model = FaxPage

    number = 1
    width, height = SIZE
    words = factory.LazyAttribute(lambda me: f"{WORDS} page {me.number}")
    image_key = factory.LazyAttribute(lambda me: kept(picture(me.number, SIZE)))
    screen_key = factory.LazyAttribute(lambda me: kept(picture(me.number, SCREEN)))
    thumb_key = factory.LazyAttribute(lambda me: kept(picture(me.number, THUMB)))


class FaxContactFactory(HomeroomFactory):
    """Whose a number is."""

    class Meta:
        model = FaxContact

    name = "Cascade Pediatrics"


def fax(school: School | None = None, *, pages: int = 1, words: str = WORDS, **fields: Any) -> Fax:
    """A fax whose pages can be looked at, at the school's fax number."""
    school = school or SchoolFactory()
    fields.setdefault("phone_number_id", fax_number(school).id)
    one: Fax = FaxFactory(school=None, district_id=school.district_id, school_id=school.id, pages=pages, **fields)
    drawn = [FaxPageFactory(fax_id=one.id, number=number, words=f"{words} page {number}") for number in range(1, pages + 1)]
    one.thumb_key = drawn[0].thumb_key if drawn else None
    one.search_text = fold(f"{one.search_text} {' '.join(page.words for page in drawn)}")
    return one


def fax_number(school: School) -> PhoneNumber:
    """The number at which the school gets its faxes."""
    theirs = select(PhoneNumber).where(PhoneNumber.school_id == school.id, PhoneNumber.purpose == Purpose.FAX)
    known = db.session.scalars(theirs).first()
    number: PhoneNumber = known or PhoneNumberFactory(district_id=school.district_id, school_id=school.id, purpose=Purpose.FAX)
    return number


@lru_cache(maxsize=64)
def picture(number: int, size: tuple[int, int]) -> bytes:
    """A page as a fax machine would send it: a head line, a title, lines of text, and its number large enough to be seen small."""
    page = Image.new("1", SIZE, 1)
    draw = ImageDraw.Draw(page)
    draw.text((40, 20), f"NOV-18-2026 08:12   CASCADE PEDIATRICS   503 555 0171   P.{number:02}", fill=0)
    draw.text((250, 90), WORDS, fill=0, font_size=24)
    for line in range(12):
        draw.line((80, 180 + 50 * line, 780 - 40 * (line % 3), 180 + 50 * line), fill=0, width=3)
    draw.text((380, 850), str(number), fill=0, font_size=120)
    file = io.BytesIO()
    (page if size == SIZE else page.convert("L").resize(size)).save(file, "PNG")
    return file.getvalue()


def kept(content: bytes) -> str:
    """Its key in the file store."""
    return file_store().save(chunks_of(io.BytesIO(content)), extension=".png").key
