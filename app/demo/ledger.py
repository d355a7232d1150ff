"""The consent ledger of the invented district: forms that came back in August, and the STOPs since."""

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.demo.house import House
from app.demo.moments import MONTHS, school_moment

Row = dict[str, Any]
FORMS_BACK = 0.96
STOPPED = 0.018
HAND_MADE = 40
"""The first contact points belong to the families of the stories, which decide for themselves."""


class Ledger:
    """Collects lines; `close` puts them in the order in which they would have come."""

    def __init__(self, house: House, rng: random.Random, newest: datetime) -> None:
        self.house = house
        self.rng = rng
        self.newest = newest

    def opt_out(self, point: Row, number: Row, at: datetime) -> None:
        """Somebody texted STOP to a number."""
        point["opted_out_at"] = at
        scope = f"service:{number['messaging_service_id']}"
        self._add(point, at, scope=scope, kind="opted_out", source="keyword", wording="STOP")

    def close(self, points: Iterable[Row]) -> None:
        """Add what the other families said, and order the lines by time."""
        office = self.house.rows["phone_numbers"][0]
        for point in points:
            if point["kind"] == "mobile" and point["id"] > HAND_MADE and self.rng.random() < STOPPED:
                self.opt_out(point, office, school_moment(self.rng, self.newest, self.rng.randint(5, MONTHS)))
            if point["kind"] in {"mobile", "voip"} and point["health"] != "wrong" and self.rng.random() < FORMS_BACK:
                at = school_moment(self.rng, self.newest, MONTHS + self.rng.randint(1, 20))
                self._add(point, at, scope="all", kind="agreed", source="roster", wording="Enrollment form")
        lines = self.house.rows["consents"]
        lines.sort(key=lambda line: line["at"])
        for number, line in enumerate(lines, start=1):
            line["id"] = number

    def _add(self, point: Row, at: datetime, **said: str) -> None:
        self.house.add("consents", district_id=1, address=point["address"], at=at, **said)
