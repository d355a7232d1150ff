"""How many recipients came how far: added up in the commit that moved their deliveries, all of one commit at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.announcements.models import AnnouncementCount, AnnouncementReach, AnnouncementRecipient, Outcome
from app.announcements.recipients_again import OWNER
from app.announcements.sweeping import unsweep
from app.core.among import among
from app.core.clock import now
from app.core.database import db
from app.core.events import within_all
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState

COUNTED = frozenset({Outcome.HANDED_OVER, Outcome.SENT, Outcome.DELIVERED, Outcome.FAILED, Outcome.BLOCKED, Outcome.CANCELLED})
AT_THE_CARRIER = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED})
"""It took them: what is still being handed over does not count."""
_recipients = AnnouncementRecipient.__table__.c
_counts, _reach = AnnouncementCount.__table__, AnnouncementReach.__table__
_WHOSE = (
    select(_recipients.announcement_id, _recipients.channel, func.count())
    .where(among(_recipients.id, "ids"))
    .group_by(_recipients.announcement_id + 0, _recipients.announcement_id, _recipients.channel)  # begin with the ids, not with an index
)
_ADD = (
    update(_counts)  # type: ignore[arg-type]  # a declarative table is a Table
    .where(_counts.c.announcement_id == bindparam("of"), _counts.c.channel == bindparam("over"), _counts.c.outcome == bindparam("what"))
    .values(n=_counts.c.n + bindparam("more"), changed_at=bindparam("at"))
)
Key = tuple[int, str, str]


@within_all(DeliveryChanged)
def count(facts: Iterable[DeliveryChanged]) -> None:
    """Move the numbers of the announcements whose deliveries moved. What moved alike is counted by the database."""
    alike: dict[tuple[str | None, str, bool], list[int]] = defaultdict(list)
    for fact in facts:
        if fact.owner_kind == OWNER:
            previous, had_left = _retried(fact.delivery_id) if fact.is_retry else (fact.previous, fact.previous in AT_THE_CARRIER)
            alike[previous, fact.state, had_left].append(fact.owner_id)
    moved: Counter[Key] = Counter()
    reached: Counter[Key] = Counter()
    for (previous, state, had_left), owners in alike.items():
        for announcement, channel, n in _whose(owners):
            if previous in COUNTED:
                moved[announcement, channel, previous] -= n
            if state in COUNTED:
                moved[announcement, channel, state] += n
            for outcome, sign in _steps(previous, state, had_left=had_left):
                reached[announcement, channel, outcome] += sign * n
    came_back = [owner for (previous, state, _), owners in alike.items() if state == DeliveryState.PENDING != previous for owner in owners]
    if came_back:
        unsweep({announcement for announcement, _, _ in _whose(came_back)})
    if moved or reached:
        _write(moved, reached, now())


def _steps(previous: str | None, state: str, *, had_left: bool) -> Iterator[tuple[str, int]]:
    """What one that moved adds to the lines of the chart, or takes from them: what is tried again is still one."""
    if state in AT_THE_CARRIER and previous not in AT_THE_CARRIER:
        yield Outcome.HANDED_OVER, 1
    if state in {DeliveryState.DELIVERED, DeliveryState.FAILED} and state != previous:
        yield state, 1
    if state == DeliveryState.PENDING and had_left:
        yield Outcome.HANDED_OVER, -1
    if state == DeliveryState.PENDING and previous == DeliveryState.FAILED:
        yield DeliveryState.FAILED, -1


def _whose(owners: list[int]) -> Iterator[tuple[int, str, int]]:
    """Announcement, channel, and how many of `owners` are theirs. Who is there twice counts twice."""
    left = Counter(owners)
    while left:
        for row in db.session.connection().execute(_WHOSE, {"ids": list(left)}).all():
            yield row[0], row[1], row[2]
        left = Counter({owner: n - 1 for owner, n in left.items() if n > 1})


def _write(moved: Counter[Key], reached: Counter[Key], at: datetime) -> None:
    """Always in the same order, so that two writers never wait for each other."""
    connection = db.session.connection()
    rows = [{"of": key[0], "over": key[1], "what": key[2], "more": n, "at": at} for key, n in sorted(moved.items()) if n]
    if rows:
        connection.execute(_ADD, rows)
    minute = at.replace(second=0, microsecond=0)
    new: list[dict[str, Any]] = [
        {"announcement_id": key[0], "channel": key[1], "outcome": key[2], "minute": minute, "n": n} for key, n in sorted(reached.items())
    ]
    if new:
        maker = postgresql.insert(_reach) if db.engine.dialect.name == "postgresql" else sqlite.insert(_reach)  # type: ignore[arg-type]  # as above
        added = maker.on_conflict_do_update(
            index_elements=["announcement_id", "channel", "minute", "outcome"], set_={"n": _reach.c.n + maker.excluded.n}
        )
        connection.execute(added, new)


def _retried(delivery_id: int) -> tuple[str | None, bool]:
    """The state of the delivery that a person had tried again by this one, and whether the carrier had it."""
    old = select(Delivery.retry_of_id).where(Delivery.id == delivery_id).scalar_subquery()
    row = db.session.execute(select(Delivery.state, Delivery.provider_id).where(Delivery.id == old)).first()
    return (row[0], row[1] is not None) if row is not None else (None, False)
