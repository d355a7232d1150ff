"""How the network misbehaves, on request: by number for one text, by settings for all of them.

**By number.** A handset whose last seven digits are 555 and one of the lines below behaves so in every area code;
+1 (503) 555-3005 never existed. A handset of the list can follow a line whatever its number (`behaviour`).

| line | what happens |
| --- | --- |
| 555-1211 | refused at once: 21211, not a valid number |
| 555-1408 | refused at once: 21408, country not enabled |
| 555-1610 | refused at once: 21610, opted out |
| 555-1611 | refused at once: 21611, the sender's queue is full |
| 555-1614 | refused at once: 21614, not a mobile number |
| 555-4429 | answered 429; not kept |
| 555-4500 | answered 500; not kept |
| 555-4501 | answered 500, yet kept and delivered |
| 555-4408 | kept and delivered, but the answer never comes |
| 555-3003 | taken, then undelivered: 30003, unreachable |
| 555-3004 | taken, then undelivered: 30004, blocked |
| 555-3005 | taken, then undelivered: 30005, unknown number |
| 555-3006 | taken, then undelivered: 30006, a landline |
| 555-3007 | taken, then undelivered: 30007, filtered |
| 555-3008 | taken, then undelivered: 30008, no reason given |
| 555-3034 | taken, then undelivered: 30034, sender not registered |
| 555-3999 | taken, then failed: 39999, a code nobody knows |
| 555-6000 | delivered, but the school is never told |
| 555-6001 | sent, and never heard of again |
| 555-6002 | delivered; each status callback comes three times |
| 555-6003 | delivered; the status callbacks come in reverse order |
| 555-7001 | delivered; an internet phone (voip) in lookups |

The carrier's own test numbers work as well: to +15005550001, …0002, …0003, …0004 and …0009, from +15005550001,
…0007 and …0008.

**By settings.** `Faults`, kept in the database, changed through `/_control/settings`.
"""

from dataclasses import dataclass, fields
from typing import Any, Self

from app.simulator.handsets import Handset

OFF_SECONDS = 60.0
SLOW_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a text. A `refusal` with `keeps` is answered although the text was taken."""

    refusal: int | None = None
    keeps: bool = False
    final: str | None = "delivered"
    error_code: int | None = None
    final_after: float = 0.0
    step_after: float = 0.0
    is_told: bool = True
    repeats: int = 1
    reverses: bool = False
    loses_answer: bool = False
    line_type: str = "mobile"


DELIVERED = Outcome()
UNREACHABLE = Outcome(final="undelivered", error_code=30003)
LANDLINE = Outcome(final="undelivered", error_code=30006, line_type="landline")
NO_SUCH_NUMBER = Outcome(final="undelivered", error_code=30005, line_type="invalid")

LINES: dict[str, Outcome] = {
    "1211": Outcome(refusal=21211, line_type="invalid"),
    "1408": Outcome(refusal=21408),
    "1610": Outcome(refusal=21610),
    "1611": Outcome(refusal=21611),
    "1614": Outcome(refusal=21614, line_type="landline"),
    "4429": Outcome(refusal=20429),
    "4500": Outcome(refusal=20500),
    "4501": Outcome(refusal=20500, keeps=True),
    "4408": Outcome(loses_answer=True),
    "3003": UNREACHABLE,
    "3004": Outcome(final="undelivered", error_code=30004),
    "3005": NO_SUCH_NUMBER,
    "3006": LANDLINE,
    "3007": Outcome(final="undelivered", error_code=30007),
    "3008": Outcome(final="undelivered", error_code=30008),
    "3034": Outcome(final="undelivered", error_code=30034),
    "3999": Outcome(final="failed", error_code=39999),
    "6000": Outcome(is_told=False),
    "6001": Outcome(final=None),
    "6002": Outcome(repeats=3),
    "6003": Outcome(reverses=True),
    "7001": Outcome(line_type="voip"),
}
CARRIERS_OWN_TO = {
    "+15005550001": LINES["1211"],
    "+15005550002": Outcome(refusal=21612),
    "+15005550003": LINES["1408"],
    "+15005550004": LINES["1610"],
    "+15005550009": LINES["1614"],
}
CARRIERS_OWN_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_LINE_START = -7


def outcome_for(handset: Handset) -> Outcome:
    """What becomes of a text to `handset`: its switches first, then its behaviour, its number, its kind of line."""
    if handset.is_off:
        return Outcome(final="undelivered", error_code=30003, final_after=OFF_SECONDS)
    outcome = _by_line(handset)
    if handset.is_slow and outcome.refusal is None:
        return Outcome(
            final=outcome.final, error_code=outcome.error_code, step_after=SLOW_SECONDS, is_told=outcome.is_told,
            repeats=outcome.repeats, reverses=outcome.reverses, loses_answer=outcome.loses_answer,
            line_type=outcome.line_type,
        )  # fmt: skip
    return outcome


def _by_line(handset: Handset) -> Outcome:
    if handset.behaviour in LINES:
        return LINES[handset.behaviour]
    if handset.number in CARRIERS_OWN_TO:
        return CARRIERS_OWN_TO[handset.number]
    line = handset.number[_LINE_START:]
    if line.startswith("555") and line[3:] in LINES:
        return LINES[line[3:]]
    return {"landline": LANDLINE, "invalid": NO_SUCH_NUMBER}.get(handset.line_type, DELIVERED)


def line_type_of(handset: Handset) -> str:
    """What a number lookup says about the line."""
    return handset.line_type if handset.line_type != "mobile" else _by_line(handset).line_type


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong for everybody. Shares are between 0 and 1; times are in seconds."""

    latency_min: float = 0.0
    latency_max: float = 0.0
    """Each send is answered after a random time between these; by then it is kept."""
    callback_delay: float = 0.3
    """Between one status and the next."""
    failure_rate: float = 0.0
    failure_code: int = 30008
    """This share of texts ends undelivered with this code."""
    busy_rate: float = 0.0
    """This share of sends is answered 429, and not kept."""
    error_rate: float = 0.0
    """This share of sends is answered 500, and not kept."""
    lost_answer_rate: float = 0.0
    lost_answer_seconds: float = 20.0
    """This share of sends is kept, but the connection closes after so many seconds without an answer."""
    drop_callbacks: float = 0.0
    """This share of status callbacks is never made."""
    repeat_callbacks: int = 1
    """How often each status callback is made."""
    reorder_callbacks: bool = False
    """Status callbacks come in reverse order, once all is over."""
    segments_per_second: float = 0.0
    """What one number sends; 0 is without limit."""
    queue_seconds: float = 14400.0
    """How long the line on one number may get before 21611."""
    most_at_once: int = 0
    """More sends than this in progress are answered 429; 0 is without limit."""
    announces_queued: bool = True
    """Whether there is a status callback for "queued"."""
    call_speed: float = 1.0
    """How many seconds of a call pass in one second: ringing, speech, pauses."""
    answers_after: float = 4.0
    """Seconds that a phone rings in whose hand nobody has it; on the page, people answer themselves."""
    no_answer_rate: float = 0.0
    busy_line_rate: float = 0.0
    voicemail_rate: float = 0.0
    """These shares of calls ring out, find the line busy, and are answered by a machine."""
    most_calls: int = 0
    """More calls than this on the line are refused with 10004; 0 is without limit."""
    lost_recordings: float = 0.0
    """This share of recordings never arrives: its callback says that there is none, or never comes."""
    failed_transcripts: float = 0.0
    """This share of transcriptions fails."""
    late_call_news: float = 0.0
    """So many seconds pass before news of a call, a conference or a recording is told."""
    fax_speed: float = 6.0
    """How many seconds of a fax call pass in one second: dialling, agreeing, pages."""
    busy_fax_rate: float = 0.0
    unanswered_fax_rate: float = 0.0
    interrupted_fax_rate: float = 0.0
    """These shares of faxes find the line busy, are not answered, and break off after their first page."""
    late_fax_news: float = 0.0
    """So many seconds pass before news of a fax is told."""
    acknowledges_keywords: bool = True
    """Whether STOP, START and HELP are answered by the network itself."""
    adopts_senders: bool = True
    """Whether a From that the account does not own is taken for its own; if not, 21606."""

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Self:
        """The faults in `kept`, with defaults for what it lacks. Raises ValueError, naming what is wrong."""
        known = {field.name: field for field in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in (kept or {}).items():
            if name not in known:
                raise ValueError(f"there is no setting {name}; there are {', '.join(known)}")
            values[name] = _like(known[name].default, value, name)
        return cls(**values)


def _like(default: object, value: object, name: str) -> object:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        raise ValueError(f"{name} is true or false")
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} is a number, 0 or more")
    return int(value) if isinstance(default, int) else float(value)
