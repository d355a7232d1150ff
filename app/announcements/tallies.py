"""How many are there over one channel, by reason, by language and by the zone in which they sleep."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal, select

from app.announcements.channels import SenderPool
from app.announcements.verdicts import Question, verdicts
from app.core.database import db
from app.delivery.gates import home_zone

PREFIX = 8
"""Characters of a number by which zones are told apart: the plus sign and seven digits."""

SOMEWHERE = ZoneInfo("UTC")
"""Where nobody asks for the hour."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Who is there over one channel."""

    skipped: dict[str, int]
    by_zone: dict[ZoneInfo, Counter[str]]
    """Those who get it, by the language of their text."""
    unread: dict[str, int]
    """Of these, who gets it in a language that is not theirs, by their own."""

    @property
    def languages(self) -> set[str]:
        """In which somebody gets it."""
        return {language for found in self.by_zone.values() for language in found}

    @property
    def people(self) -> int:
        """Who get it."""
        return sum(found.total() for found in self.by_zone.values())


def groups_of(question: Question) -> Sequence[Any]:
    """The verdicts, alike ones together."""
    rows = verdicts(question).subquery()
    place = func.substr(rows.c.address, 1, PREFIX) if question.channel.tells_zone else literal("")
    alike = (rows.c.source, rows.c.reason, rows.c.language, rows.c.unread, rows.c.zone, rows.c.postal_code)
    return db.session.execute(
        select(*alike, func.min(rows.c.address).label("address"), func.count().label("number")).group_by(
            *alike, case((rows.c.reason.is_(None), place))
        )
    ).all()


def tally(groups: Sequence[Any], pool: SenderPool | None, *, is_emergency: bool) -> Tally:
    """All groups of a channel, over which `pool` speaks."""
    skipped: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    by_zone: dict[ZoneInfo, Counter[str]] = defaultdict(Counter)
    for _source, reason, language, own, zone, postal_code, address, number in groups:
        if reason is not None:
            skipped[reason] += number
            continue
        if own is not None:
            unread[own] += number
        by_zone[SOMEWHERE if pool is None or is_emergency else home_zone(pool.zone, zone, postal_code, address)][language] += number
    return Tally(dict(sorted(skipped.items())), dict(by_zone), dict(unread.most_common()))
