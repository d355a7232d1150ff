"""How a text is billed: its encoding, its parts, its price, and what makes it longer than it need be.

Sources: 3GPP TS 23.038 §6.2.1 (alphabet and its extension), TS 23.040 §9.2.3.24.1 (joined parts).
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.merge_fields import without_fields
from app.core.typography import straight_form

MOST_SEGMENTS = 10
LONGEST_SMS = 1530

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "\f^{}\\[~]|€"
GSM_CHARACTERS: frozenset[str] = frozenset(_BASIC + _EXTENDED)

_OUTSIDE_GSM = re.compile(f"[^{re.escape(_BASIC + _EXTENDED)}]")
_TWO_SEPTETS = re.compile(f"[{re.escape(_EXTENDED)}]")
_TWO_UTF16_UNITS = re.compile("[\U00010000-\U0010ffff]")


class Encoding(StrEnum):
    """The two alphabets of a text message; GSM-7 holds more than twice as much."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class _Room:
    alone: int
    joined: int
    wide: re.Pattern[str]


_ROOM = {
    Encoding.GSM7: _Room(alone=160, joined=153, wide=_TWO_SEPTETS),
    Encoding.UCS2: _Room(alone=70, joined=67, wide=_TWO_UTF16_UNITS),
}


@dataclass(frozen=True, slots=True)
class Offender:
    """A character that is not in the GSM alphabet and so makes the whole text UCS-2.

    `position` counts code points from 0; `replacement` is its plain form, or None where it has none.
    """

    position: int
    character: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class SmsMeasure:
    """What sending a text takes. `characters` are code points, `units` what the carrier counts (septets, UTF-16 units).

    `segments` is 0 for an empty text and may exceed MOST_SEGMENTS: ask `fits`. `at_least` says that merge fields are
    still open, so every number here is the lower bound.
    """

    encoding: Encoding
    characters: int
    units: int
    segments: int
    at_least: bool = False
    text: str = field(default="", repr=False, compare=False)

    @property
    def fits(self) -> bool:
        """Whether a carrier takes it: not empty, and at most ten parts."""
        return 0 < self.segments <= MOST_SEGMENTS

    @property
    def room_left(self) -> int:
        """Units still free in the last part, before one more is billed."""
        room = _ROOM[self.encoding]
        if self.segments <= 1:
            return room.alone - self.units
        counted = without_fields(self.text) if self.at_least else self.text
        lost = _units_lost_at_seams(_wide_in(counted, room), room.joined)
        return self.segments * room.joined - self.units - lost

    @property
    def offenders(self) -> list[Offender]:
        """The characters that cost the GSM alphabet, in order; made on demand, so that counting stays cheap."""
        if self.encoding is Encoding.GSM7:
            return []
        return [Offender(match.start(), match[0], _gsm_form(match[0])) for match in _OUTSIDE_GSM.finditer(self.text)]

    @property
    def straightening_helps(self) -> bool:
        """Whether `straighten` alone brings the text back to the GSM alphabet."""
        return self.encoding is Encoding.UCS2 and _encoding(straighten(self.text)) is Encoding.GSM7


def measure(text: str) -> SmsMeasure:
    """Count `text` exactly as it stands. Never raises; line ends count as written (CR LF takes two)."""
    encoding = _encoding(text)
    room = _ROOM[encoding]
    wide = _wide_in(text, room)
    units = len(text) + len(wide)
    if units <= room.alone:
        return SmsMeasure(encoding, len(text), units, 1 if text else 0, text=text)
    lost = _units_lost_at_seams(wide, room.joined) if wide else 0
    return SmsMeasure(encoding, len(text), units, -(-(units + lost) // room.joined), text=text)


def measure_draft(text: str) -> SmsMeasure:
    """Count a text that may still hold merge fields: these count as nothing, and the answer says "at least"."""
    bare = without_fields(text)
    if bare == text:
        return measure(text)
    least = measure(bare)
    return replace(least, segments=max(least.segments, 1), at_least=True, text=text)


def split(text: str) -> list[str]:
    """The parts a carrier sends `text` in. They join to `text` again, and none ends inside a character."""
    room = _ROOM[_encoding(text)]
    wide = set(_wide_in(text, room))
    if len(text) + len(wide) <= room.alone:
        return [text] if text else []
    parts, start, used = [], 0, 0
    for position in range(len(text)):
        cost = 2 if position in wide else 1
        if used + cost > room.joined:
            parts.append(text[start:position])
            start, used = position, 0
        used += cost
    return [*parts, text[start:]]


def straighten(text: str, *, drop_accents: bool = False) -> str:
    """`text` with curly quotes, long dashes, odd spaces and the like in their plain GSM form.

    Spelling is left alone: accents that GSM lacks (á, ç, ő) go only with `drop_accents`. Emoji and other scripts stay.
    """
    straight = straight_form(text)
    if not drop_accents or _encoding(straight) is Encoding.GSM7:
        return straight
    return _OUTSIDE_GSM.sub(lambda match: _without_accent(match[0]), straight)


@dataclass(frozen=True, slots=True)
class Rates:
    """What the carrier asks, in US cents: for each SMS segment, and for an MMS whatever its length."""

    sms_segment: Decimal = Decimal("0.83")
    mms: Decimal = Decimal("2.20")

    def of_sms(self, measured: SmsMeasure, copies: int = 1) -> Decimal:
        """Cents for sending the measured text to `copies` readers."""
        return self.sms_segment * measured.segments * copies

    def of_mms(self, copies: int = 1) -> Decimal:
        """Cents for one MMS to each of `copies` readers."""
        return self.mms * copies


def rates_of(settings: dict[str, Any]) -> Rates:
    """What the district pays."""
    given = {"sms_segment": settings.get("cents_per_segment"), "mms": settings.get("cents_per_mms")}
    return Rates(**{name: Decimal(str(value)) for name, value in given.items() if value is not None})


def _encoding(text: str) -> Encoding:
    return Encoding.UCS2 if _OUTSIDE_GSM.search(text) else Encoding.GSM7


def _wide_in(text: str, room: _Room) -> list[int]:
    return [match.start() for match in room.wide.finditer(text)]


def _units_lost_at_seams(wide: list[int], size: int) -> int:
    """How many units stay empty because a two-unit character did not fit the end of its part."""
    lost = 0
    for earlier, position in enumerate(wide):
        if (position + earlier + lost) % size == size - 1:
            lost += 1
    return lost


def _gsm_form(character: str) -> str | None:
    straight = straight_form(character)
    return straight if straight != character and _encoding(straight) is Encoding.GSM7 else None


def _without_accent(character: str) -> str:
    plain = straight_form(character, drop_accents=True)
    return plain if _encoding(plain) is Encoding.GSM7 else character
