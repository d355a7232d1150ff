"""Documents that a machine has at hand, for whoever wants to try it: invented, and of the kinds that schools get."""

from collections.abc import Callable
from typing import Final

from flask_babel import gettext as _

VACCINES: Final = (
    ("DTaP / Tdap", "07/18/17", "09/20/17", "11/15/17", "08/22/18", "06/03/21"),
    ("Polio (IPV)", "07/18/17", "09/20/17", "11/15/17", "06/03/21", ""),
    ("MMR", "05/22/18", "06/03/21", "", "", ""),
    ("Varicella", "05/22/18", "06/03/21", "", "", ""),
    ("Hepatitis B", "05/15/17", "07/18/17", "02/14/18", "", ""),
    ("Influenza", "10/09/24", "10/14/25", "10/21/26", "", ""),
)
COLUMNS: Final = (46, 27, 27, 27, 27, 27)


def record() -> bytes:
    """A cover and a certificate of immunization: two pages."""
    from fpdf import FPDF  # noqa: PLC0415  # only when somebody wants a sample

    page = FPDF(format="letter", unit="mm")
    page.set_margin(18)
    _cover(page, "Immunization record, J. Whitehorse", "Please add this to his health file. Questions: (503) 555-0171.", pages=2)
    page.add_page()
    _title(page, "Certificate of Immunization Status", "Times")
    page.set_font("Helvetica", size=11)
    for left, right in (("Name: Joseph A. Whitehorse", "Birth date: 05/14/2017"), ("Parent or guardian: Eleanor Whitehorse", "Grade: 3")):
        page.cell(110, 10, left)
        page.cell(0, 10, right, new_x="LMARGIN", new_y="NEXT")
    page.ln(4)
    for row, words in enumerate((("Vaccine", "Dose 1", "Dose 2", "Dose 3", "Dose 4", "Dose 5"), *VACCINES)):
        page.set_font("Helvetica", "" if row else "B", 10)
        for width, word in zip(COLUMNS, words, strict=True):
            page.cell(width, 9, word, border=1)
        page.ln()
    page.ln(6)
    page.set_font("Helvetica", size=10)
    page.cell(0, 8, "[x] Complete for grade      [ ] In process      [ ] Exempt", new_x="LMARGIN", new_y="NEXT")
    page.cell(0, 8, "I certify that the above is an accurate record of this child's immunization history.", new_x="LMARGIN", new_y="NEXT")
    page.ln(14)
    page.set_font("Times", "I", 16)
    page.cell(90, 8, "S. Abernathy MD", border="B")
    page.circle(150, page.get_y() + 6, 20)
    return bytes(page.output())


def note() -> bytes:
    """An excuse, on one page."""
    from fpdf import FPDF  # noqa: PLC0415  # as above

    page = FPDF(format="letter", unit="mm")
    page.set_margin(24)
    page.add_page()
    _title(page, "Riverbend Family Dental", "Helvetica")
    page.set_font("Times", size=13)
    page.multi_cell(
        0, 8,
        "To the attendance office:\n\nPlease excuse Mateo H. from class this morning. He was seen in our office from 8:30 to 9:40"
        " and may return to all activities.\n\nThank you,",
    )  # fmt: skip
    page.ln(6)
    page.set_font("Times", "I", 18)
    page.cell(0, 10, "Dr. L. Brandt")
    return bytes(page.output())


def junk() -> bytes:
    """What nobody asked for."""
    from fpdf import FPDF  # noqa: PLC0415  # as above

    page = FPDF(format="letter", unit="mm")
    page.add_page()
    page.set_fill_color(0)
    page.set_text_color(255)
    page.set_font("Helvetica", "B", 40)
    page.multi_cell(0, 24, "CRUISE WINNERS WANTED!", align="C", fill=True, new_x="LMARGIN", new_y="NEXT")
    page.set_text_color(0)
    page.set_font("Helvetica", "B", 20)
    page.multi_cell(0, 14, "\nYour business was chosen. Call within the hour to claim five nights on the Gulf.", align="C")
    return bytes(page.output())


def _cover(page: object, subject: str, message: str, *, pages: int) -> None:
    from fpdf import FPDF  # noqa: PLC0415  # as above

    assert isinstance(page, FPDF)  # noqa: S101  # for the reader of types: the library is loaded late
    page.add_page()
    page.set_font("Helvetica", "B", 44)
    page.cell(0, 24, "FAX", new_x="LMARGIN", new_y="NEXT")
    page.set_font("Helvetica", size=12)
    for label, words in (("From", "Cascade Pediatrics"), ("To", "School health office"), ("Pages", str(pages)), ("Subject", subject)):
        page.cell(30, 10, label, border="B")
        page.cell(0, 10, words, border="B", new_x="LMARGIN", new_y="NEXT")
    page.ln(8)
    page.multi_cell(0, 7, message)


def _title(page: object, words: str, font: str) -> None:
    from fpdf import FPDF  # noqa: PLC0415  # as above

    assert isinstance(page, FPDF)  # noqa: S101  # as above
    page.set_font(font, "B", 20)
    page.cell(0, 16, words, align="C", new_x="LMARGIN", new_y="NEXT")
    page.ln(4)


SAMPLES: Final[dict[str, Callable[[], bytes]]] = {"record": record, "note": note, "junk": junk}


def names() -> list[tuple[str, str]]:
    """(which, what it is called on the page)."""
    return [("record", _("Health record")), ("note", _("Excuse note")), ("junk", _("Junk"))]
