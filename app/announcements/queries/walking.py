"""A page of the people of a large audience without judging everybody: some hundred of the district at a time, in their order.

Who is first at an address that several have is the one thing that cannot be said of a few people alone. Of those who are shown
only the ones whose address an earlier adult has, too, are looked into.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import BigInteger, FromClause, bindparam, select

from app.announcements.models import SkipReason
from app.announcements.verdicts import Question, Span, judged, last_person
from app.core.by_index import by_index
from app.core.database import db
from app.directory.models import ContactPoint

LOOKS = (300, 1_200, 4_800)
"""People of the district in each look. Who is not found so is rare, or the audience is a small one: then everybody of it is asked."""
MOST_ASKED = 30
"""Adults who have an address of somebody who is shown, and who come before."""
Find = Callable[[FromClause, int, int], list[Any]]
"""Finds so many persons of some judged rows, beyond a person, in their order."""


@dataclass
class Walk:
    """Through the guardians of a question."""

    question: Question
    _spoken_to: dict[int, str | None] = field(default_factory=dict)
    """Where the earlier ones are written to, by guardian."""

    def __post_init__(self) -> None:
        """Make its statements once."""
        span = Span(bindparam("after", type_=BigInteger), bindparam("through", type_=BigInteger))
        self._rows = judged(self.question, span).subquery("rows")
        self._one = select(self._rows.c.address).where(self._rows.c.reason.is_(None))

    def people(self, after: int, many: int, find: Find, *, only_first: bool) -> list[Any] | None:
        """The first `many` whom `find` finds beyond `after`; None where a few looks do not find as many.

        `only_first`: nobody whose address somebody else has who comes before.
        """
        found: list[Any] = []
        by_index()
        for look in LOOKS:
            through = db.session.scalar(last_person(self.question, after, look))
            if through is None:
                return found
            more = find(self._rows, after, through)[: many - len(found)]
            is_full = len(found) + len(more) == many
            judged_ones = self._with_turns(more)
            if judged_ones is None:
                return None
            found += [one for one in judged_ones if not (only_first and one.reason)]
            if len(found) == many:
                return found
            after = more[-1].person_id if is_full else through
        return None

    def _with_turns(self, people: Iterable[Any]) -> list[Any] | None:
        """With those marked at whose address somebody comes before. None where too many would have to be asked."""
        rest = list(people)
        earlier = self._holders([one for one in rest if one.reason is None])
        for place, one in enumerate(rest):
            if one.reason is not None:
                continue
            for guardian in earlier.get(one.address, ()):
                if guardian >= one.person_id:
                    break
                if guardian not in self._spoken_to and len(self._spoken_to) >= MOST_ASKED:
                    return None
                if self._address_of(guardian) == one.address:
                    rest[place] = replace(one, reason=SkipReason.SAME_ADDRESS.value)
                    break
        return rest

    def _holders(self, people: list[Any]) -> dict[str, list[int]]:
        """Who else has these addresses, in their order."""
        found: dict[str, list[int]] = {}
        if not people:
            return found
        rows = db.session.execute(
            select(ContactPoint.address, ContactPoint.guardian_id)
            .where(
                ContactPoint.district_id == self.question.author.district_id,
                ContactPoint.address.in_({one.address for one in people}),
                ContactPoint.guardian_id < max(one.person_id for one in people),
            )
            .order_by(ContactPoint.guardian_id)
        )
        for address, guardian in rows:
            found.setdefault(address, []).append(guardian)
        return found

    def _address_of(self, guardian: int) -> str | None:
        if guardian not in self._spoken_to:
            self._spoken_to[guardian] = db.session.scalar(self._one, {"after": guardian - 1, "through": guardian})
        return self._spoken_to[guardian]
