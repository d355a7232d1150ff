"""A machine sends the school a fax."""

import time
from dataclasses import dataclass

from app.simulator import fax_machines, fax_paper, phone_views
from app.simulator.fax_machines import Machine
from app.simulator.fax_paper import Head, NotADocument, Sheet
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.parts import simulator


@dataclass(frozen=True, slots=True)
class Letter:
    """What lies in a machine's feeder: documents (name, content), which become one fax."""

    machine: str
    school: str
    documents: tuple[tuple[str, bytes], ...]
    is_fine: bool = True
    kind: str = fax_paper.PDF
    """How it lies at the carrier."""
    is_hidden: bool = False
    has_head: bool = True


def send(letter: Letter) -> Fax:
    """Put it on the line; the school hears of it when its last page is over, or the line broke. Raises NotADocument."""
    parts = simulator()
    machine = _machine(letter.machine)
    zone = phone_views.zone_of(letter.machine, parts.settings.zone)
    head = Head(time.time(), zone, machine.station, "" if letter.is_hidden else letter.machine) if letter.has_head else None
    fate = parts.fax_line.fate_of(letter.machine)
    with fax_paper.stacked(letter.documents, head) as stack:
        document = stack.document(letter.kind, is_fine=letter.is_fine, first=fate.breaks_after)
    order = FaxOrder(
        parts.settings.fax_carrier, is_inbound=True, machine=letter.machine, school=letter.school, station=machine.station,
        document=document, content_type=fax_paper.KINDS[letter.kind], is_hidden=letter.is_hidden, pages=len(stack.sheets),
        quality="fine" if letter.is_fine else "standard",
    )  # fmt: skip
    return parts.fax_line.take(order, fate, stack.sheets)


def send_as_it_is(letter: Letter, *, content_type: str, pages: int | None) -> Fax:
    """Bring the school the first document of `letter` byte for byte, also one that nobody can read: then `pages` are believed."""
    parts = simulator()
    machine = _machine(letter.machine)
    content = letter.documents[0][1]
    sheets: list[Sheet] = []
    try:
        sheets = fax_paper.sheets_of(content, None)
    except NotADocument:
        if pages is None:
            raise
    order = FaxOrder(
        parts.settings.fax_carrier, is_inbound=True, machine=letter.machine, school=letter.school, station=machine.station,
        document=content, content_type=content_type, is_hidden=letter.is_hidden, pages=pages or len(sheets),
    )  # fmt: skip
    return parts.fax_line.take(order, parts.fax_line.fate_of(letter.machine), sheets)


def _machine(number: str) -> Machine:
    with simulator().storage.reading() as connection:
        return fax_machines.by_number(connection, number)
