"""Issue 5: how soon the first page of a fax can be seen after the carrier told of it, with what memory, and how soon all pages are there."""

import base64
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from app.accounts.models import Role, Staff
from app.core.database import db, transaction
from app.core.documents.rendering import draw
from app.directory.models import PhoneNumber, Purpose
from app.fax.links import link
from app.fax.models import Fax, FaxPage, Paper
from bench.figures import Figure, median
from tests.core.documents.paper import fax_tiff, photo, sheet
from tests.houses import House, running_house

CLINIC, OURS = "+15035550177", "+15035550199"
PAGES, LONG, ROUNDS = 5, 200, 9
SOONEST, MOST_MEMORY = 1.0, 300
LOOK = 0.004


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        yield from _drawing(place)
        with running_house(place / "house", LOG_LEVEL="warning") as house:
            yield from _arriving(house, fax_tiff(place / "five.tif", pages=PAGES).read_bytes())


def _arriving(house: House, document: bytes) -> Iterator[Figure]:
    """From the carrier's word, over HTTP, to the picture of the first page in the hands of a person who is signed in."""
    app = house.beside()
    with app.app_context():
        clerk = _with_a_fax_number(house)
        cookies = {"homeroom": house.cookie_of(app, clerk.email)}
        clerk = db.session.scalars(select(Staff).where(Staff.email == clerk.email)).one()
        first, whole = [], []
        for _ in range(ROUNDS):
            seen, done = _one(house, document, lambda fax_id, key: f"{house.url}{link(fax_id, key, clerk.id)}", cookies)
            first.append(seen)
            whole.append(done)
        ours = median(first)
        details = {"pages": PAGES, "slowest": round(max(first), 3), "all_pages": median(whole)}
        yield Figure("fax.first_page", ours, None, None, f"< {SOONEST}", ours < SOONEST, "s", details)


def _with_a_fax_number(house: House) -> Staff:
    with transaction():
        clerk = db.session.scalars(select(Staff).where(Staff.role == Role.OFFICE).order_by(Staff.id)).first()
        assert clerk is not None
        number = PhoneNumber(district_id=clerk.district_id, school_id=clerk.school_ids[0], address=OURS, purpose=Purpose.FAX)
        db.session.add(number)
    _control(house, "fax_numbers", [{"number": OURS}])
    _control(house, "settings", {"fax_speed": 4000})
    return clerk


def _one(house: House, document: bytes, address: Callable[[int, str], str], cookies: dict[str, str]) -> tuple[float, float]:
    before = _newest()
    body = {"to": OURS, "documents": [base64.b64encode(document).decode()], "as_it_is": "image/tiff", "pages": PAGES}
    _control(house, f"fax_machines/{CLINIC}/faxes", body)
    fax_id = _when(lambda: (found := _newest()) > before and found)
    told = time.perf_counter()
    key = _when(lambda: db.session.scalar(select(FaxPage.screen_key).where(FaxPage.fax_id == fax_id, FaxPage.number == 1)))
    picture = requests.get(address(fax_id, key), cookies=cookies, timeout=10)
    assert picture.headers["Content-Type"] == "image/png", picture.status_code
    seen = time.perf_counter() - told
    _when(lambda: db.session.scalar(select(Fax.id).where(Fax.id == fax_id, Fax.paper == Paper.READY)))
    return seen, time.perf_counter() - told


def _newest() -> int:
    return int(db.session.scalar(select(Fax.id).order_by(Fax.id.desc()).limit(1)) or 0)


def _when(holds: Callable[[], Any]) -> Any:
    limit = time.perf_counter() + 60
    while True:
        found = holds()
        db.session.rollback()
        if found:
            return found
        assert time.perf_counter() < limit, "it never came"
        time.sleep(LOOK)


def _control(house: House, path: str, body: object) -> None:
    requests.post(f"{house.url}/simulator/_control/{path}", json=body, timeout=30).raise_for_status()


def _drawing(place: Path) -> Iterator[Figure]:
    """A document of the most pages, and the memory of the process that draws it."""
    sheets = [sheet(number).convert("L") for number in range(1, 5)]
    letter, scan = place / "letter.pdf", place / "scan.jpg"
    sheets[0].save(letter, "PDF", save_all=True, append_images=sheets[1:] * (LONG // 4), resolution=204)
    photo((4000, 3000)).save(scan, "JPEG", quality=90)
    seconds, memory = {}, {}
    documents = {"tiff": fax_tiff(place / "long.tif", pages=LONG), "pdf": letter, "photo": scan}
    for name, document in documents.items():
        folder = place / name
        folder.mkdir()
        begun = time.perf_counter()
        drawn = draw(document, folder, as_received=name == "tiff", on_page=lambda page, _of: page.image.unlink(), most_pages=LONG + 9)
        seconds[name] = round((time.perf_counter() - begun) / drawn.pages, 3)
        memory[name] = round(drawn.memory / 1e6, 1)
    most = max(memory.values())
    details = {"each": memory, "seconds_a_page": seconds}
    yield Figure("fax.drawing.memory", most, None, None, f"< {MOST_MEMORY}", most < MOST_MEMORY, "MB", details)
