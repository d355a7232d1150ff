"""Stretches of a thread, printed: messages under their days, joined to the one before, with those who have read so far.

A bubble is a pure function of its message, its place and its reader, so each is printed once and remembered; and so is a
stretch of them. Not so where something else has a say: links to files run out, an undo does too, and lines of other rooms
may look elsewhere.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

from app.conversations.models import MessageKind, MessageStatus
from app.conversations.queries_message_row import RUNS_REMEMBERED, MessageRow, MessageRun, read_message
from app.conversations.signed import system_of
from app.conversations.views.bubbles import Bubble, BubblePrinter, Place
from app.conversations.views.fates import FAILED
from app.core.frames import Html
from app.core.prepared import Record

TEMPLATE = "conversations/_bubble.html"
JOINED_WITHIN = timedelta(minutes=5)
REMEMBERED = 5_000
"""Bubbles kept for each process; about 3 kB each."""


class Where(NamedTuple):
    """What the ways out of a failure need to know of the conversation."""

    id: int
    guardian_id: int | None = None
    family_href: str = ""
    call_href: str = ""


class Company(NamedTuple):
    """The people of a conversation, as far as its bubbles name them."""

    full_names: tuple[tuple[int, str], ...] = ()
    """Of guardians, by their part in the conversation."""
    readers: tuple[tuple[int, str], ...] = ()
    """Up to which message, and who."""

    @classmethod
    def of(cls, people: Sequence[Record], my_id: int) -> "Company":
        """As the reader may know them."""
        return cls(
            tuple((each.id, f"{each.given_name} {each.family_name}".strip()) for each in people if each.given_name),
            tuple(
                (each.read_up_to, each.staff_name)
                for each in people
                if each.staff_id and each.staff_id != my_id and each.read_up_to and not each.is_private
            ),
        )


ALONE = Company()


def bubbles_of(printer: BubblePrinter, rows: Sequence[MessageRow], people: Sequence[Record] = ()) -> list[Bubble]:
    """The entries themselves, for paper."""
    return [printer.bubble(row, place) for row, place in _placed(printer, rows, Company.of(people, printer.my_id), None)]


def printed_run(printer: BubblePrinter, run: MessageRun, where: Where, company: Company) -> Html:
    """The entries of a page as HTML."""
    known = _remembered_run(printer, run, where, company)
    return [known] if known is not None else printed_bubbles(printer, run.rows, where, company)


def printed_bubbles(
    printer: BubblePrinter, rows: Sequence[MessageRow], where: Where, company: Company = ALONE, *, after: MessageRow | None = None
) -> Html:
    """The entries as HTML. `after` is the message above them, if that is known: it decides about days and joining."""
    placed = _placed(printer, rows, company, after)
    return [(_remembered if _is_settled(row) else _printed)(printer, row.text, place, where) for row, place in placed]


@lru_cache(maxsize=RUNS_REMEMBERED)
def _remembered_run(printer: BubblePrinter, run: MessageRun, where: Where, company: Company) -> bytes | None:
    """All of them, printed; None where something in it cannot be remembered."""
    rows = run.rows
    return b"".join(printed_bubbles(printer, rows, where, company)) if all(map(_is_settled, rows)) else None


def _printed(printer: BubblePrinter, text: str, place: Place, where: Where) -> bytes:
    macros: Any = current_app.jinja_env.get_template(TEMPLATE).module
    html: Markup = macros.bubble(printer.bubble(read_message(text), place), 2, where)
    return html.encode()


_remembered = lru_cache(maxsize=REMEMBERED)(_printed)


def forget_printed() -> None:
    """For measuring what a first time costs."""
    _remembered.cache_clear()
    _remembered_run.cache_clear()


def _is_settled(row: MessageRow) -> bool:
    return not row.attachments and row.status != MessageStatus.PENDING and row.kind != MessageKind.EVENT


def _placed(
    printer: BubblePrinter, rows: Sequence[MessageRow], company: Company, after: MessageRow | None
) -> Iterable[tuple[MessageRow, Place]]:
    local, previous = printer.clock.local, after
    answered = after.details.get("answers") if after else None
    last_day: date | None = local(after.created_at).date() if after else None
    seen = _seen_by(rows, company.readers) if company.readers else {}
    full_names = dict(company.full_names)
    for row in rows:
        day = local(row.created_at).date()
        words = printer.clock.day(day) if day != last_day else ""
        joined = not words and previous is not None and _joins(row, previous)
        name = "" if row.author else full_names.get(row.participant_id or 0, "")
        answers = row.details.get("answers")
        yield row, Place(words, joined, tuple(seen.get(row.id, ())), continues=answers is not None and answers == answered, full_name=name)
        answered = answers or answered
        last_day, previous = day, row


def _joins(row: MessageRow, previous: MessageRow) -> bool:
    return (
        row.kind == previous.kind
        and row.kind in {MessageKind.INBOUND, MessageKind.OUTBOUND}
        and row.author == previous.author
        and system_of(row.details) == system_of(previous.details)
        and row.participant_id == previous.participant_id
        and row.created_at - previous.created_at < JOINED_WITHIN
        and previous.status not in FAILED
        and not previous.is_held
    )


def _seen_by(rows: Sequence[MessageRow], readers: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    """Each reader stands under the last message that they saw."""
    found: dict[int, list[str]] = {}
    for read_up_to, name in readers:
        seen = next((row.id for row in reversed(rows) if row.id <= read_up_to), None)
        if seen is not None:
            found.setdefault(seen, []).append(name)
    return found
