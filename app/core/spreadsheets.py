"""Tables for spreadsheet programs, which take some texts for formulas and would run them."""

import csv
import io
from collections.abc import Iterable, Iterator

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to some program."""


def safe_cell(value: object) -> str:
    """A value as text that no program runs: an apostrophe in front makes it plain, and is not shown."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RUNS) else text


def csv_lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A CSV file piece by piece, with the mark at its beginning by which programs know that it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(safe_cell(name) for name in head)
    for row in rows:
        writer.writerow(safe_cell(value) for value in row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
