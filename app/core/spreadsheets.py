"""Tables for spreadsheet programs, which take some texts for formulas and would run them."""

import csv
import io
from collections.abc import Iterable, Iterator

from app.core.database import release_connection

AT_ONCE = 500
"""Lines of a piece."""
RUNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to some program."""


def safe_cell(value: object) -> str:
    """A value as text that no program runs: an apostrophe in front makes it plain, and is not shown."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RUNS) else text


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A CSV file piece by piece, with the mark at its beginning by which programs know that it is UTF-8.

    No transaction stays open while a piece leaves, which lasts as long as the network of whoever takes it likes. So `rows` are read
    in batches, not from one open result.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(safe_cell(name) for name in head)
    for number, row in enumerate(rows, start=1):
        writer.writerow(safe_cell(value) for value in row)
        if number % AT_ONCE == 0:
            release_connection()
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    release_connection()
    yield buffer.getvalue()
