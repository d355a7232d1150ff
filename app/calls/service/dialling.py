"""Which numbers may be called at all: never those that cost extra, and abroad only where the district said so."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from app.calls.errors import NotAllowedNumber, NotAPhone
from app.core.phone_numbers import parse_or_none
from app.directory.models import District

COUNTRIES = "calls_abroad"
"""In the settings of a district: the countries, beside its own, that may be called, such as ["MX", "CA"]."""
DEAR = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.UAN})
TERRITORIES = {"US": frozenset({"PR", "GU", "VI", "AS", "MP"})}
"""Parts of a country that have a code of their own and cost as much."""


def dialled(district: District, text: str) -> str:
    """What somebody wrote, in the form of the house. Raises NotAPhone, NotAllowedNumber."""
    address = parse_or_none(text)
    if address is None:
        raise NotAPhone
    refuse_dear(district, address)
    return address


def refuse_dear(district: District, address: str) -> None:
    """Let a number pass that may be called. Raises NotAllowedNumber."""
    try:
        number = phonenumbers.parse(address)
    except NumberParseException as error:
        raise NotAPhone from error
    country = phonenumbers.region_code_for_number(number)
    home = {district.country, *TERRITORIES.get(district.country, ()), *district.settings.get(COUNTRIES, ())}
    is_toll_free = phonenumbers.number_type(number) == PhoneNumberType.TOLL_FREE
    if phonenumbers.number_type(number) in DEAR or (country not in home and not is_toll_free and not _is_pretend(address, district)):
        raise NotAllowedNumber


def _is_pretend(address: str, district: District) -> bool:
    """555-01xx and the like belong to no region of their country, and to nobody: films and tests use them."""
    number = phonenumbers.parse(address)
    return phonenumbers.region_code_for_number(number) is None and number.country_code == phonenumbers.country_code_for_region(
        district.country
    )
