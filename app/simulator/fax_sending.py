"""A machine sends the school a fax."""

from dataclasses import dataclass

from app.simulator import fax_machines, fax_paper
from app.simulator.faxes import Fax, FaxOrder
from app.simulator.parts import simulator


@dataclass(frozen=True, slots=True)
class Letter:
    """What lies in the machine's feeder: a document that goes over the line as it is. `station` None is the machine's own."""

    machine: str
    school: str
    document: bytes
    content_type: str = "application/pdf"
    station: str | None = None
    is_hidden: bool = False


def send(letter: Letter) -> Fax:
    """Put it on the line; the school hears of it when its last page is over. Raises NotADocument."""
    parts = simulator()
    sheets = fax_paper.sheets_of(letter.document)
    with parts.storage.reading() as connection:
        machine = fax_machines.by_number(connection, letter.machine)
    order = FaxOrder(
        parts.settings.fax_carrier, is_inbound=True, machine=letter.machine, school=letter.school,
        station=machine.station if letter.station is None else letter.station, document=letter.document,
        content_type=letter.content_type, is_hidden=letter.is_hidden, pages=len(sheets),
    )  # fmt: skip
    return parts.fax_line.take(order, parts.fax_line.fate_of(letter.machine), sheets)
