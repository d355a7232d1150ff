"""What institutions fax to the invented schools, as the carrier gives it: PDFs with a head line on each page, and the specks of old glass."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

SPECKS = 40
VACCINES = (
    ("Vaccine", "Dose 1", "Dose 2", "Dose 3", "Dose 4", "Dose 5"),
    ("DTaP / Tdap", "07/18/17", "09/20/17", "11/15/17", "08/22/18", "06/03/21"),
    ("Polio (IPV)", "07/18/17", "09/20/17", "11/15/17", "06/03/21", ""),
    ("MMR", "05/22/18", "06/03/21", "", "", ""),
    ("Varicella", "05/22/18", "06/03/21", "", "", ""),
    ("Hepatitis B", "05/15/17", "07/18/17", "02/14/18", "", ""),
    ("Hepatitis A", "08/22/18", "03/06/19", "", "", ""),
    ("Influenza", "10/09/24", "10/14/25", "10/21/26", "", ""),
)
GRADES = (("Subject", "Fall", "Spring"), ("Reading", "3", "4"), ("Writing", "3", "3"), ("Mathematics", "4", "4"), ("Science", "3", "4"))
VISITS = (
    ("Day", "From", "To", "Picked up by"),
    ("Monday", "2:30 PM", "5:00 PM", "T. Brooks"),
    ("Thursday", "2:30 PM", "5:00 PM", "L. Ames, caseworker"),
)

Page = Callable[["FPDF"], None]


def paper(pages: Sequence[Page], *, station: str = "", number: str = "", at: datetime | None = None) -> bytes:
    """A PDF of these pages; one that came by fax has a head line, one of ours none."""
    from fpdf import FPDF  # noqa: PLC0415  # only an empty house needs it

    made, rng = FPDF(format="letter", unit="mm"), random.Random(len(pages) + len(station))
    made.set_margin(20)
    made.set_auto_page_break(auto=False)
    for place, page in enumerate(pages, start=1):
        made.add_page()
        if at is not None:
            made.set_font("Courier", "B", 10)
            made.text(14, 9, f"{at:%b-%d-%Y %H:%M}".upper())
            made.text(78, 9, station)
            made.text(140, 9, number)
            made.text(185, 9, f"P.{place:02}/{len(pages):02}")
            for _ in range(SPECKS):
                made.rect(rng.uniform(4, 210), rng.uniform(12, 274), 0.3, 0.3, style="F")
        made.set_y(24)
        page(made)
    return bytes(made.output())


def cover(sender: str, to: str, subject: str, count: int, words: str) -> Page:
    """The first page of most faxes."""

    def draw(page: "FPDF") -> None:
        page.set_font("Helvetica", "B", 40)
        page.cell(0, 22, "FAX", new_x="LMARGIN", new_y="NEXT")
        page.set_font("Helvetica", size=12)
        for label, said in (("From", sender), ("To", to), ("Pages", str(count)), ("Subject", subject)):
            page.cell(30, 10, label, border="B")
            page.cell(0, 10, said, border="B", new_x="LMARGIN", new_y="NEXT")
        page.ln(8)
        page.multi_cell(0, 7, words)

    return draw


def letter(head: str, words: str, signed: str) -> Page:
    """A letterhead, some words and a name."""

    def draw(page: "FPDF") -> None:
        _title(page, head)
        page.set_font("Times", size=13)
        page.multi_cell(0, 7.5, words, new_x="LMARGIN", new_y="NEXT")
        page.ln(8)
        page.set_font("Times", "I", 19)
        page.cell(90, 10, signed, border="B")

    return draw


def form(
    head: str, facts: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], below: str, *, signed: str = "", stamp: Sequence[str] = ()
) -> Page:
    """Facts, a table and what is certified by it."""

    def draw(page: "FPDF") -> None:
        _title(page, head)
        page.set_font("Helvetica", size=11)
        for left, right in facts:
            page.cell(108, 9, left)
            page.cell(0, 9, right, new_x="LMARGIN", new_y="NEXT")
        page.ln(4)
        width = 175 / len(rows[0])
        for place, row in enumerate(rows):
            page.set_font("Helvetica", "" if place else "B", 10)
            for said in row:
                page.cell(width, 9, said, border=1)
            page.ln()
        page.ln(6)
        page.set_font("Helvetica", size=10)
        page.multi_cell(0, 6, below, new_x="LMARGIN", new_y="NEXT")
        if signed:
            page.ln(12)
            page.set_font("Times", "I", 18)
            page.cell(90, 9, signed, border="B")
        if stamp:
            middle = page.get_y() + 6
            page.set_line_width(0.6)
            page.circle(158, middle, 20)
            page.set_font("Helvetica", "B", 10)
            for place, said in enumerate(stamp):
                page.text(158 - page.get_string_width(said) / 2, middle - 4 + 6 * place, said)

    return draw


def shout(words: str, below: str) -> Page:
    """What nobody asked for."""

    def draw(page: "FPDF") -> None:
        page.set_fill_color(0)
        page.set_text_color(255)
        page.set_font("Helvetica", "B", 38)
        page.multi_cell(0, 22, words, align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
        page.set_text_color(0)
        page.set_font("Helvetica", "B", 20)
        page.multi_cell(0, 13, f"\n{below}", align="C")

    return draw


def _title(page: "FPDF", words: str) -> None:
    page.set_font("Times", "B", 20)
    page.cell(0, 14, words, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(5)
