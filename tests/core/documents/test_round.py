"""What comes out of a document are the dots that went into it."""

import pytest
from PIL import Image
from pypdf import PdfReader

from app.core.documents.pages import PageFile, TextLine
from app.core.documents.rendering import join, tiff
from tests.core.documents.paper import fax_tiff, same, sheet


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", "raw"])
def test_a_fax_is_drawn_dot_by_dot(desk, tmp_path, compression):
    drawn = desk.draw(fax_tiff(tmp_path / "fax.tif", pages=3, compression=compression))
    assert (drawn.pages, drawn.quality, drawn.is_cut) == (3, "fine", False)
    assert desk.announced == [3, 3, 3]
    for page in desk.pages:
        assert same(Image.open(page.image), sheet(page.number))
        assert (page.width, page.height) == (1728, 2244)
        assert Image.open(page.screen).size == (1000, 1299)
        assert Image.open(page.thumb).width == 240


def test_a_page_of_half_the_lines_has_its_shape(desk, tmp_path):
    drawn = desk.draw(fax_tiff(tmp_path / "fax.tif", lines=1078, dpi=(204, 98)))
    assert drawn.quality == "standard"
    [page] = desk.pages
    assert (page.width, page.height) == (1728, 2244)
    assert Image.open(page.image).size == (1728, 2156)


@pytest.mark.parametrize("fine", [True, False])
def test_pages_become_one_pdf_and_pages_again(desk, tmp_path, fine):
    desk.draw(fax_tiff(tmp_path / "fax.tif", pages=2, lines=2156 if fine else 1078, dpi=(204, 196 if fine else 98)))
    before = [Image.open(page.image) for page in desk.pages]
    joined = join([PageFile(page.image) for page in desk.pages], tmp_path / "joined.pdf", fine=fine)
    reader = PdfReader(joined)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [610, 792]
    assert desk.draw(joined).pages == 2
    assert all(same(Image.open(page.image), old) for page, old in zip(desk.pages, before, strict=True))


@pytest.mark.parametrize("compression", ["g3", "g4"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_become_one_tiff_turned_as_they_are_shown(desk, tmp_path, compression, turn):
    desk.draw(fax_tiff(tmp_path / "fax.tif", pages=2))
    before = [Image.open(page.image).rotate(-turn, expand=True) for page in desk.pages]
    tiff([PageFile(page.image, turn=turn) for page in desk.pages], tmp_path / "joined.tif", compression=compression)
    with Image.open(tmp_path / "joined.tif") as written:
        assert written.n_frames == 2
        for number, old in enumerate(before):
            written.seek(number)
            assert same(written, old)


def test_a_turn_is_noted_in_the_pdf(desk, tmp_path):
    desk.draw(fax_tiff(tmp_path / "fax.tif"))
    joined = join([PageFile(desk.pages[0].image, turn=270)], tmp_path / "joined.pdf")
    assert PdfReader(joined).pages[0].rotation == 270


def test_words_are_found_in_the_pdf_and_not_seen(desk, tmp_path):
    desk.draw(fax_tiff(tmp_path / "fax.tif"))
    [page] = desk.pages
    lines = (TextLine(0.1, 0.1, 0.5, 0.02, "Certificate of (Immunization) Status \\ año"), TextLine(0.1, 0.2, 0.4, 0.02, "注射"))
    bare, joined = tmp_path / "bare.pdf", tmp_path / "joined.pdf"
    join([PageFile(page.image)], bare)
    join([PageFile(page.image, lines=lines)], joined)
    assert PdfReader(bare).pages[0].extract_text() == ""
    assert PdfReader(joined).pages[0].extract_text().strip() == "Certificate of (Immunization) Status \\ año"
    desk.draw(joined)
    assert same(Image.open(desk.pages[0].image), Image.open(page.image))
    assert "Immunization" in desk.pages[0].words
    again = desk.pages[0].lines[0]
    assert "Immunization" in again.words
    assert abs(again.x - 0.1) < 0.02
    assert abs(again.y - 0.1) < 0.02
