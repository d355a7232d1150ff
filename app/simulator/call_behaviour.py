"""Who or what answers a call, by number, by switches and by settings.

A handset whose last seven digits are 555 and one of the lines below behaves so in every area code; a handset of the list can
follow a line whatever its number (`behaviour`). Otherwise the phone is answered by a person who listens to the end, after
`answers_after` seconds, and presses a key where any key will do, unless somebody has it open on the page: then it rings until
they do something.

| line | what happens |
| --- | --- |
| 555-8001 | busy |
| 555-8002 | rings out |
| 555-8003 | a voicemail answers, and takes the message after its beep |
| 555-8004 | no such number: failed, with the network's code 404 |
| 555-8005 | a person answers, and hangs up at the first words |
| 555-8006 | a voicemail answers that ends before the message does |
| 555-8007 | a fax answers |
| 555-8008 | a person answers, but the answer to the placing never comes |
| 555-8009 | refused at once: 21217, not a valid number |
| 555-8010 | answered 429; not placed |
| 555-8011 | busy twice, then a person |
| 555-8012 | a person answers, but the school is never told how it went |
| 555-8013 | a person answers; each status callback comes three times |
| 555-8014 | a person answers; the status callbacks come in reverse order |
| 555-8015 | answered 500, yet placed |
| 555-8016 | a person answers; what is recorded of the call never arrives |
| 555-8017 | a person answers; what is recorded cannot be transcribed |
| 555-8018 | a person answers; the file of a recording is no sound |
| 555-8019 | a person answers; each status callback comes three seconds late |
"""

import random
from dataclasses import dataclass, replace

from app.simulator.behaviour import Faults
from app.simulator.handsets import Handset

PERSON, VOICEMAIL, BUSY, NOBODY, FAILED, FAX, HAND = "person", "voicemail", "busy", "nobody", "failed", "fax", "hand"
NO_SUCH_NUMBER = 404


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a call. `hears` is how many seconds of the script the other side stays on the line; None: all of it."""

    answers: str = PERSON
    refusal: int | None = None
    keeps: bool = False
    hears: float | None = None
    busy_first: int = 0
    loses_answer: bool = False
    is_told: bool = True
    repeats: int = 1
    reverses: bool = False
    late: float = 0.0
    tapes: str = ""
    """What goes wrong with recordings: lost, mute (no transcript) or spoilt."""


LINES: dict[str, Fate] = {
    "8001": Fate(BUSY),
    "8002": Fate(NOBODY),
    "8003": Fate(VOICEMAIL),
    "8004": Fate(FAILED),
    "8005": Fate(PERSON, hears=1.0),
    "8006": Fate(VOICEMAIL, hears=1.0),
    "8007": Fate(FAX),
    "8008": Fate(loses_answer=True),
    "8009": Fate(refusal=21217),
    "8010": Fate(refusal=20429),
    "8011": Fate(busy_first=2),
    "8012": Fate(is_told=False),
    "8013": Fate(repeats=3),
    "8014": Fate(reverses=True),
    "8015": Fate(refusal=20500, keeps=True),
    "8016": Fate(tapes="lost"),
    "8017": Fate(tapes="mute"),
    "8018": Fate(tapes="spoilt"),
    "8019": Fate(late=3.0),
}
_REFUSED_TEXTS_TOO = {"1211": 21211, "4429": 20429, "4500": 20500}
_DEAD = frozenset({"3005"})
_LINE_START = -7


def line_of(handset: Handset) -> str | None:
    """The line that a handset follows: its own, or by its number."""
    if handset.behaviour:
        return handset.behaviour
    line = handset.number[_LINE_START:]
    return line[3:] if line.startswith("555") else None


def fate_of_tapes(number: str) -> str:
    """What goes wrong with the recordings of calls that a phone makes itself."""
    line = number[_LINE_START:]
    return LINES.get(line[3:], Fate()).tapes if line.startswith("555") else ""


def fate_of(handset: Handset, faults: Faults, chance: random.Random, *, calls_before: int, is_in_hand: bool) -> Fate:
    """What becomes of a call to `handset`: its line and kind first, then its switches, and the shares for everybody."""
    line = line_of(handset) or ""
    if line in _REFUSED_TEXTS_TOO:
        return Fate(refusal=_REFUSED_TEXTS_TOO[line])
    fate = Fate(FAILED) if handset.line_type == "invalid" or line in _DEAD else LINES.get(line, Fate())
    if fate.answers != PERSON or fate.refusal is not None:
        return fate
    return replace(fate, answers=BUSY if calls_before < fate.busy_first else _at_home(handset, faults, chance, is_in_hand=is_in_hand))


def _at_home(handset: Handset, faults: Faults, chance: random.Random, *, is_in_hand: bool) -> str:
    if is_in_hand and not handset.is_off and not handset.does_not_answer:
        return HAND
    if handset.is_off or handset.does_not_answer:
        return VOICEMAIL
    drawn = chance.random()
    for share, answers in ((faults.no_answer_rate, NOBODY), (faults.busy_line_rate, BUSY), (faults.voicemail_rate, VOICEMAIL)):
        if drawn < share:
            return answers
        drawn -= share
    return PERSON
