"""What becomes of a fax, by the number it goes to or comes from, and by settings.

A number whose last seven digits are 555 and one of the lines below behaves so in every area code; a machine of the list can follow
a line whatever its number (`behaviour`).

| line | what happens |
| --- | --- |
| 555-9001 | busy |
| 555-9002 | nobody answers |
| 555-9003 | not a fax: a person says hello |
| 555-9004 | no such number |
| 555-9005 | the line breaks after the first page |
| 555-9006 | the line breaks after the third page |
| 555-9007 | busy twice, then it goes through |
| 555-9008 | it goes through, but the answer to the sending never comes |
| 555-9009 | refused at once: not a valid number |
| 555-9010 | answered 429; not taken |
| 555-9011 | answered 500, yet taken |
| 555-9012 | it goes through, but the school is never told |
| 555-9013 | it goes through; each webhook comes three times |
| 555-9014 | it goes through; the webhooks come in reverse order |
| 555-9015 | it goes through; each webhook comes three seconds late |
| 555-9016 | a slow machine: a minute for each page |
| 555-9017 | taken, and never heard of again |
| 555-9018 | the document could not be fetched |
| 555-9019 | the network itself is in trouble |
| 555-9020 | the network does not send there |
| 555-9021 | the machine is out of paper and declines |

A fax that comes from one of these numbers to the school breaks off, is slow, and is told or not told in the same way.
"""

import random
from dataclasses import dataclass, replace

from app.simulator.behaviour import Faults

BUSY, NO_ANSWER, NOT_A_FAX, NO_SUCH_NUMBER, INTERRUPTED = "busy", "no_answer", "not_a_fax", "no_such_number", "interrupted"
NOT_FETCHED, NOT_A_DOCUMENT, TROUBLE, NOT_ALLOWED, DECLINED, CANCELLED = (
    "not_fetched", "not_a_document", "trouble", "not_allowed", "declined", "cancelled",
)  # fmt: skip
TOO_MANY_PAGES, TOO_LARGE = "too_many_pages", "too_large"
PAGE_SECONDS, SLOW_PAGE_SECONDS = 12.0, 60.0


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a fax. `fails` is why it never gets to its first page; `refusal` an HTTP status that answers the sending."""

    fails: str | None = None
    breaks_after: int | None = None
    """After so many pages the line breaks; one with fewer goes through."""
    busy_first: int = 0
    refusal: int | None = None
    keeps: bool = False
    """It is taken although the answer says no."""
    loses_answer: bool = False
    is_told: bool = True
    repeats: int = 1
    reverses: bool = False
    late: float = 0.0
    page_seconds: float = PAGE_SECONDS
    is_silent: bool = False
    """It stays on its way for ever."""


LINES: dict[str, Fate] = {
    "9001": Fate(fails=BUSY),
    "9002": Fate(fails=NO_ANSWER),
    "9003": Fate(fails=NOT_A_FAX),
    "9004": Fate(fails=NO_SUCH_NUMBER),
    "9005": Fate(breaks_after=1),
    "9006": Fate(breaks_after=3),
    "9007": Fate(busy_first=2),
    "9008": Fate(loses_answer=True),
    "9009": Fate(refusal=422),
    "9010": Fate(refusal=429),
    "9011": Fate(refusal=500, keeps=True),
    "9012": Fate(is_told=False),
    "9013": Fate(repeats=3),
    "9014": Fate(reverses=True),
    "9015": Fate(late=3.0),
    "9016": Fate(page_seconds=SLOW_PAGE_SECONDS),
    "9017": Fate(is_silent=True),
    "9018": Fate(fails=NOT_FETCHED),
    "9019": Fate(fails=TROUBLE),
    "9020": Fate(fails=NOT_ALLOWED),
    "9021": Fate(fails=DECLINED),
}
_LINE_START = -7


def fate_of(number: str, behaviour: str, faults: Faults, chance: random.Random, *, faxes_before: int) -> Fate:
    """What becomes of a fax to or from `number`: by the line that its machine follows, its digits, and the shares for everybody."""
    line = number[_LINE_START:]
    named = behaviour or (line[3:] if line.startswith("555") else "")
    fate = LINES.get(named)
    if fate is not None:
        return replace(fate, fails=BUSY) if faxes_before < fate.busy_first else fate
    drawn = chance.random()
    shares = (
        (faults.busy_fax_rate, Fate(fails=BUSY)),
        (faults.unanswered_fax_rate, Fate(fails=NO_ANSWER)),
        (faults.interrupted_fax_rate, Fate(breaks_after=1)),
    )
    for share, fated in shares:
        if drawn < share:
            return fated
        drawn -= share
    return Fate()
