"""What an address asks the list for, read once for a request."""

from typing import NamedTuple
from urllib.parse import urlencode

from flask import g, request

from app.accounts.current import asker, own_zone
from app.accounts.models import Staff
from app.core.local_clock import LocalClock, local_clock
from app.fax.links import open_until
from app.fax.queries_filters import Filters
from app.fax.queries_list import Box, boxes_of
from app.fax.views.shown import Reading


class Asked(NamedTuple):
    """Who asks, for which of their lists, how narrowed down, and on which day."""

    staff: Staff
    boxes: list[Box]
    box: Box
    filters: Filters
    choice: dict[str, str]
    """What addresses keep of the list."""
    clock: LocalClock
    selecting: bool

    @property
    def tail(self) -> str:
        """The same for the end of an address."""
        return f"?{urlencode(self.choice)}" if self.choice else ""

    def list_address(self, **others: str) -> str:
        """The address of this list, with something more."""
        choice = {**self.choice, **others}
        return f"/fax?{urlencode(choice)}" if choice else "/fax"

    @property
    def select_address(self) -> str:
        """Where rows can be chosen, or no longer."""
        choice = {name: value for name, value in self.choice.items() if name != "select"}
        choice |= {} if self.selecting else {"select": "1"}
        return f"/fax?{urlencode(choice)}" if choice else "/fax"

    def reading(self) -> Reading:
        """What a printed row depends on besides its fax."""
        clock = self.clock
        until = int(open_until().timestamp())
        return Reading(clock.zone.key, clock.reader, clock.today, self.tail, self.box.value, self.staff.id, until, self.selecting)


def asked() -> Asked:
    """A list that is not this person's, or none, is the first of theirs."""
    if "fax_asked" not in g:
        g.fax_asked = _read(asker())
    found: Asked = g.fax_asked
    return found


def _read(staff: Staff) -> Asked:
    given = request.args
    mine = boxes_of(staff)
    box = next((one for one in mine if one.value == given["box"]), mine[0]) if given and given.get("box") else mine[0]
    filters = Filters.of(given) if given else Filters()
    kept = {"box": box.value} if box is not mine[0] else {}
    choice = {**kept, **filters.chosen(), **({"select": "1"} if "select" in given else {})} if given else {}
    return Asked(staff, mine, box, filters, choice, local_clock(own_zone(), staff.language), "select" in given)


def my_clock() -> LocalClock:
    """The clock of the asker's district."""
    return asked().clock


def tail() -> str:
    """What the address of one keeps of the list."""
    return asked().tail
