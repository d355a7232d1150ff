"""How long a fax keeps the line, and what it costs, before it is sent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CENTS_PER_PAGE = Decimal(3)
"""Where the district has not said what its carrier takes."""
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
    return Estimate(pages, SETTING_UP + pages * A_PAGE[quality], pages * Decimal(str(settings.get("cents_per_fax_page", CENTS_PER_PAGE))))
