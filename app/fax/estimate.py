"""How long a fax keeps the line, and what it costs, before it is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PRICE = "cents_per_fax_page"
"""In the settings of a district."""
CENTS_PER_PAGE = Decimal(3)
"""Where the district has not said what its carrier takes."""
MOST_CENTS = Decimal(1000)
SETTING_UP = 20
"""Seconds until two machines agree (ITU-T T.30, phases A and B)."""
A_PAGE = {"fine": 45, "standard": 25}
"""Seconds: a page of text at 9,600 bit/s, the speed that most lines hold."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of some pages in one quality."""

    pages: int
    seconds: int
    cents: Decimal

    @property
    def minutes(self) -> int:
        """Begun ones."""
        return max(1, -(-self.seconds // 60))


def estimate(pages: int, quality: str, settings: dict[str, Any]) -> Estimate:
    """What `pages` take. Nothing where there are none."""
    if pages < 1:
        return Estimate(0, 0, Decimal(0))
    said = price_in(settings)
    price = CENTS_PER_PAGE if said is None else said
    return Estimate(pages, SETTING_UP + pages * A_PAGE[quality], pages * price)


def price_in(settings: Mapping[str, Any]) -> Decimal | None:
    """What a page costs, in cents, where the district has said it."""
    return Decimal(str(settings[PRICE])) if PRICE in settings else None


def read_price(words: str) -> Decimal | None:
    """What somebody typed as cents a page, with a point or a comma; None for the usual price. Raises ValueError."""
    typed = words.strip().replace(",", ".")
    if not typed:
        return None
    if not re.fullmatch(r"\d{0,6}(\.\d{0,4})?", typed) or not any(letter.isdigit() for letter in typed):
        raise ValueError(words)
    if (price := Decimal(typed)) > MOST_CENTS:
        raise ValueError(words)
    return price
