"""The page of fax machines, without a browser: it works before any script does."""

import io
import re
from collections.abc import Iterator

import pytest
import requests
from PIL import Image

from app.simulator import fax_behaviour
from tests.simulator.faxing import CLINIC, FaxNetwork, fax_network, pdf, sheet
from tests.simulator.running import SCHOOL
from tests.simulator.talking import until

MACHINE = f"/fax/machines/{CLINIC}"


@pytest.fixture
def clinic() -> Iterator[FaxNetwork]:
    with fax_network() as line:
        line.network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove, fax"})
        line.network.control("fax_machines", {"number": CLINIC, "name": "Cascade Pediatrics", "station": "CASCADE PEDIATRICS", "rank": 0})
        yield line


def get(line: FaxNetwork, path: str, **more) -> requests.Response:
    return requests.get(line.network.url + path, timeout=60, **more)


def post(line: FaxNetwork, path: str, data: dict, **more) -> requests.Response:
    return requests.post(line.network.url + path, data=data, timeout=60, **more)


def test_the_page_opens_at_the_first_machine_of_the_list(clinic: FaxNetwork) -> None:
    page = get(clinic, "/fax/")
    assert page.url.endswith(MACHINE)
    assert page.text.count("<h1") == 1
    assert "Nothing came out of this machine yet" in page.text
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text)


def test_a_machine_that_nobody_knows_tells_what_it_does_by_its_number(clinic: FaxNetwork) -> None:
    unknown = "/fax/machines/+19715550177"
    assert "(971) 555-0177" in get(clinic, unknown).text
    assert "(971) 555-0177" in get(clinic, f"{unknown}/news").text


def test_several_files_become_one_fax_that_the_school_can_fetch(clinic: FaxNetwork) -> None:
    picture = io.BytesIO()
    sheet("A photo").convert("L").save(picture, "PNG")
    files = [
        ("documents", ("letter.pdf", io.BytesIO(pdf(2)), "application/pdf")),
        ("documents", ("photo.png", io.BytesIO(picture.getvalue()), "image/png")),
    ]
    answer = post(clinic, f"{MACHINE}/send", {"school": SCHOOL, "quality": "fine", "kind": "pdf"}, files=files)
    assert answer.url.endswith(MACHINE)
    news = clinic.school.wait_for("fax.received", 20)
    assert news.fax["page_count"] == 3
    clinic.settle()
    page = get(clinic, MACHINE).text
    assert "3 pages reached the school" in page
    assert "Sent, 3 pages" in page
    opened = get(clinic, f"{MACHINE}/faxes/{news.fax_id}")
    assert opened.text.count("<figure") == 3
    small, whole = (get(clinic, f"{MACHINE}/faxes/{news.fax_id}/3.png{more}") for more in ("?small", ""))
    assert small.content.startswith(b"\x89PNG")
    assert len(small.content) < len(whole.content)
    assert get(clinic, f"{MACHINE}/faxes/{news.fax_id}/4.png").status_code == 404
    assert get(clinic, f"/fax/machines/+15035550999/faxes/{news.fax_id}").status_code == 404


def test_what_cannot_be_faxed_is_said(clinic: FaxNetwork) -> None:
    nothing = post(clinic, f"{MACHINE}/send", {"school": SCHOOL})
    assert (nothing.status_code, "Put in a PDF, a TIFF or pictures first." in nothing.text) == (422, True)
    song = post(clinic, f"{MACHINE}/send", {"school": SCHOOL}, files={"documents": ("song.mp3", io.BytesIO(b"ID3 la la"), "audio/mpeg")})
    assert (song.status_code, "song.mp3 cannot be faxed: the document cannot be read." in song.text) == (422, True)
    assert "Choose a number" in post(clinic, f"{MACHINE}/send", {"school": "nobody", "sample": "note"}).text
    assert clinic.network.control("faxes")["faxes"] == []


@pytest.mark.parametrize("sample", ["record", "note", "junk"])
def test_samples_are_at_hand(clinic: FaxNetwork, sample: str) -> None:
    answer = post(clinic, f"{MACHINE}/send", {"school": SCHOOL, "sample": sample}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "faxed"
    clinic.school.wait_for("fax.received", 20)


def test_what_the_school_sent_comes_out_page_by_page(clinic: FaxNetwork) -> None:
    clinic.network.set(fax_speed=0.5)
    fax_id = clinic.sent()
    until(lambda: clinic.look_up(fax_id)["status"] == "media.processed", 20)
    assert get(clinic, f"{MACHINE}/faxes/{fax_id}/1.png").status_code == 404, "it is not there before it went over the line"
    clinic.network.set(fax_speed=4000)
    until(lambda: clinic.look_up(fax_id)["status"] == "delivered", 40)
    clinic.settle()
    page = get(clinic, MACHINE).text
    assert "From Cedar Grove, fax" in page
    assert "It went through, 3 pages" in page
    assert get(clinic, f"{MACHINE}/faxes/{fax_id}/3.png").status_code == 200


def test_news_come_only_when_there_are_some(clinic: FaxNetwork) -> None:
    version = re.search(r"version=([\d.]+)", get(clinic, MACHINE).text)
    assert version is not None
    assert get(clinic, f"{MACHINE}/news?version={version[1]}").status_code == 204
    clinic.sent("+15035559001")
    clinic.sent()
    clinic.settle()
    fresh = get(clinic, f"{MACHINE}/news?version={version[1]}")
    assert fresh.status_code == 200
    assert 'id="tray" hx-swap-oob="true"' in fresh.text


def test_machines_are_found_set_up_and_changed(clinic: FaxNetwork) -> None:
    made = post(clinic, "/fax/machines", {"name": "Riverbend Dental", "number": "(503) 555-0188", "station": "", "now": CLINIC})
    assert made.url.endswith("/fax/machines/+15035550188")
    assert "Riverbend Dental" in get(clinic, "/fax/people?q=riverbend").text
    assert "Riverbend Dental" not in get(clinic, "/fax/people?q=cascade").text
    assert "(971) 555-0123" in get(clinic, "/fax/people?q=9715550123").text
    wrong = post(clinic, "/fax/machines", {"name": "Nobody", "number": "12", "now": CLINIC})
    assert (wrong.status_code, "with its area code" in wrong.text) == (422, True)
    post(clinic, f"{MACHINE}/behaviour", {"behaviour": "9001"})
    fax_id = clinic.sent()
    clinic.settle()
    assert clinic.look_up(fax_id)["failure_reason"] == "user_busy"
    assert post(clinic, f"{MACHINE}/behaviour", {"behaviour": "1234"}).status_code == 404


def test_the_tray_is_emptied_and_the_school_keeps_its_side(clinic: FaxNetwork) -> None:
    fax_id = clinic.sent()
    clinic.settle()
    assert fax_id in get(clinic, MACHINE).text
    assert fax_id not in post(clinic, f"{MACHINE}/empty", {}).text
    assert clinic.look_up(fax_id)["status"] == "delivered"


def test_a_hidden_number_is_neither_told_nor_printed(clinic: FaxNetwork) -> None:
    inks = {}
    for hidden in ({}, {"is_hidden": "on"}):
        post(clinic, f"{MACHINE}/send", {"school": SCHOOL, "sample": "note", "kind": "tiff-g4"} | hidden)
        clinic.settle()
        news = clinic.school.heard[-1]
        with Image.open(io.BytesIO(requests.get(news.fax["media_url"], timeout=10).content)) as page:
            number = page.convert("L").crop((round(page.width * 0.62), 0, round(page.width * 0.84), 90))
            inks[news.fax["from"]] = sum(number.histogram()[:128])
    assert inks[CLINIC] > 100
    assert inks["anonymous"] == 0


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_more_than_a_fax_takes_is_said_in_a_sentence(clinic: FaxNetwork, headers: dict) -> None:
    clinic.network.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = post(clinic, f"{MACHINE}/send", {"school": SCHOOL}, files={"documents": ("big.pdf", io.BytesIO(bytes(5000)))}, headers=headers)
    assert answer.status_code == (200 if headers else 422)
    assert "These files are over 50 MB together" in answer.text


def test_another_site_cannot_fax(clinic: FaxNetwork) -> None:
    answer = post(clinic, f"{MACHINE}/send", {"school": SCHOOL, "sample": "note"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_the_table_of_numbers_names_every_line(clinic: FaxNetwork) -> None:
    written = {line.split("|")[1].strip().removeprefix("555-") for line in fax_behaviour.__doc__.splitlines() if line.startswith("| 555-")}
    page = get(clinic, MACHINE).text
    shown = set(re.findall(r"<dt>555-(\d{4})</dt>", page))
    assert written == set(fax_behaviour.LINES) == shown
