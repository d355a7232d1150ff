"""Phone numbers: E.164 inside, the way people write them outside.

The library behind it takes some 10 µs for a plain number and far more for one inside a sentence; answers are kept.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from flask_babel import gettext as _
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberMatcher, PhoneNumberType, timezone

from app.core.errors import HomeroomError

HOME_REGION: Final = "US"
_REMEMBERED = 16_384
_EXCHANGE = len("+1503555")
_LONGEST_INPUT = 200
_FEW_ZONES = 4  # a number that could be anywhere in North America names more

_SHORTEST_E164 = 7
_NATIONAL_DIGITS = 10  # at home
_MOST_DIGITS = 15  # of E.164

_ONLY_A_NUMBER = re.compile(r"[\s(\[]*\+?[\d\s().\-/\u2010-\u2015\u00a0]{4,25}\s*")
_SHORT_CODE = re.compile(r"\d{3,8}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


class UnusablePhoneNumber(HomeroomError):
    """The text holds no number that could be called."""

    code = "unusable_phone_number"


class PhoneKind(StrEnum):
    """What the numbering plan tells. In North America mobiles and landlines look alike: there it is UNKNOWN."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    UNKNOWN = "unknown"


_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.VOIP: PhoneKind.VOIP,
    PhoneNumberType.TOLL_FREE: PhoneKind.TOLL_FREE,
}


def parse(text: str, region: str = HOME_REGION) -> str:
    """The E.164 form of the first number in `text`; one without a country code belongs to `region`.

    An extension is dropped. Raises UnusablePhoneNumber, with advice for the field.
    """
    found = _find(text.strip(), region)
    if found is None:
        raise UnusablePhoneNumber(_advice(text))
    return found


def parse_or_none(text: str | None, region: str = HOME_REGION) -> str | None:
    """The same, for a roster where a bad number is reported and the rest goes in."""
    return _find(text.strip(), region) if text else None


def is_e164(text: str) -> bool:
    """Whether `text` has the shape of an E.164 number. Says nothing about the number being in use."""
    return _E164.fullmatch(text) is not None


def is_short_code(text: str) -> bool:
    """Whether a sender is a short code, which cannot be called and has no country."""
    return _SHORT_CODE.fullmatch(text) is not None


@lru_cache(_REMEMBERED)
def is_valid(e164: str) -> bool:
    """Whether the numbering plan has such a number, in its E.164 form."""
    number = _parsed(e164)
    return number is not None and phonenumbers.is_valid_number(number)


@lru_cache(_REMEMBERED)
def for_people(e164: str, region: str = HOME_REGION) -> str:
    """``(503) 555-0142`` at home, ``+44 20 7946 0958`` abroad; a short code or a sender's name stays as it is."""
    number = _parsed(e164)
    if number is None:
        return e164
    home = number.country_code == phonenumbers.country_code_for_region(region)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


@lru_cache(_REMEMBERED)
def area_code(e164: str) -> str | None:
    """``503``; None where the number has no area, as mobiles of most countries and toll-free numbers."""
    number = _parsed(e164)
    if number is None or phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE:
        return None
    length = phonenumbers.length_of_geographical_area_code(number)
    return phonenumbers.national_significant_number(number)[:length] if length else None


def time_zones(e164: str) -> tuple[str, ...]:
    """The zones where the number's area lies, mostly one. Empty for a number that could be anywhere."""
    return _time_zones(same_area(e164))


def same_area(e164: str) -> str:
    """A number that lies where this one does and is the same for its whole neighbourhood: what depends on the place is found once.

    In North America the area and the exchange say it; elsewhere it is the number itself.
    """
    return e164[:_EXCHANGE] + "0000" if e164.startswith("+1") and len(e164) == _EXCHANGE + 4 else e164


@lru_cache(_REMEMBERED)
def _time_zones(e164: str) -> tuple[str, ...]:
    number = _parsed(e164)
    if number is None:
        return ()
    zones = timezone.time_zones_for_number(number)
    known = tuple(str(zone) for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)
    return known if len(known) <= _FEW_ZONES else ()


@lru_cache(_REMEMBERED)
def kind(e164: str) -> PhoneKind:
    """A guess from the numbering plan alone; a lookup at the carrier knows better."""
    number = _parsed(e164)
    return PhoneKind.UNKNOWN if number is None else _KINDS.get(phonenumbers.number_type(number), PhoneKind.UNKNOWN)


def mask(e164: str) -> str:
    """``+1********42`` for logs: enough to compare two lines, not enough to call anybody."""
    if len(e164) < _SHORTEST_E164:
        return "*" * len(e164)
    return f"{e164[:2]}{'*' * (len(e164) - 4)}{e164[-2:]}"


@lru_cache(_REMEMBERED)
def _find(text: str, region: str) -> str | None:
    if not text or len(text) > _LONGEST_INPUT:
        return None
    if _ONLY_A_NUMBER.fullmatch(text):
        number = _parsed(text, region)
        if number is not None and phonenumbers.is_valid_number(number):
            return _e164(number)
    for match in PhoneNumberMatcher(text, region):
        return _e164(match.number)
    vanity = _parsed(text, region)
    return _e164(vanity) if vanity is not None and phonenumbers.is_valid_number(vanity) else None


def _parsed(text: str, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _advice(text: str) -> str:
    digits = sum(character.isdigit() for character in text)
    if digits == 0:
        return str(_("There is no phone number here. Write it with its area code, like (503) 555-0142."))
    if digits < _NATIONAL_DIGITS:
        return str(_("This phone number is too short. Write it with its area code, like (503) 555-0142."))
    if digits > _MOST_DIGITS:
        return str(_("This phone number is too long. Write one number, like (503) 555-0142 or +44 20 7946 0958."))
    return str(_("There is no such phone number. Check its digits; one from abroad begins with + and its country code."))
