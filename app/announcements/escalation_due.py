"""Who is due for a step over another channel. Everybody has a clock of their own: it runs from when it was last handed over for them.

Conditions on `AnnouncementRecipient`, a row of the announcement that goes on. What is asked is always asked of the person: of all
their rows, in the announcement and in its steps.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.announcements.models import Announcement, AnnouncementRecipient, SkipReason
from app.core.database import Model
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ContactPoint

OWNER = "announcement"
"""Of deliveries."""
Holds = Callable[[Any], Sequence[ColumnElement[bool]]]
"""Conditions on some recipient, given as an alias."""


@cache
def another(model: type[Model], name: str) -> Any:
    """The columns of some other row of a table, always the same for a name: a statement takes longer to build than to run.

    Questions that stand beside each other may use one name; one that stands within another needs its own.
    """
    return model.__table__.alias(f"{name}_{model.__tablename__}").c


def with_its_steps(announcement_id: int) -> Select[Any]:
    """Its id, and those of all by which it went on over other channels."""
    return select(Announcement.id).where(or_(Announcement.id == announcement_id, Announcement.escalation_of_id == announcement_id))


def some_row(of: Select[Any] | Sequence[int], holds: Holds) -> ColumnElement[bool]:
    """Whether any row of the same person, in the announcements `of`, is so."""
    return or_(_of_guardian(of, holds), _of_other(of, holds))


def some_twin(holds: Holds) -> ColumnElement[bool]:
    """Whether the row is so whose phone this one shares, so that nothing was sent for this one."""
    twin = another(AnnouncementRecipient, "twin")
    shared = exists().where(
        ContactPoint.id == AnnouncementRecipient.contact_point_id,
        twin.announcement_id == AnnouncementRecipient.announcement_id,
        twin.channel == AnnouncementRecipient.channel,
        twin.address == ContactPoint.address,
        *holds(twin),
    )
    return and_(AnnouncementRecipient.reason == SkipReason.SAME_ADDRESS, shared)


def is_due(announcement_id: int, *, over: str, after: str | None, by: datetime) -> ColumnElement[bool]:
    """Whether the person is due for the step `over` a channel: nothing of it waits for them, or was handed over later than `by`.

    `after` names the step before, which they must have come through; None for the first.
    """
    steps = select(Announcement.id).where(Announcement.escalation_of_id == announcement_id)
    every = with_its_steps(announcement_id)
    begun = exists().where(Announcement.id == announcement_id, Announcement.started_at <= by)
    came = some_row(steps, lambda row: [row.channel == after]) if after is not None else begun
    return and_(
        came,
        ~some_row(steps, lambda row: [row.channel == over]),
        ~or_(some_row(every, _waits), some_twin(_waits)),
        ~or_(some_row(every, _left_after(by)), some_twin(_left_after(by))),
    )


def _waits(row: Any) -> Sequence[ColumnElement[bool]]:
    """It is to be written to, and was not handed over once: not in the outbox yet, or held for the night."""
    tried = another(Delivery, "tried")
    is_tried = or_(tried.attempts > 0, tried.state != DeliveryState.PENDING)
    return row.reason.is_(None), ~has_delivery(row, tried, is_tried)


def _left_after(by: datetime) -> Holds:
    def holds(row: Any) -> Sequence[ColumnElement[bool]]:
        one = another(Delivery, "one")
        return (has_delivery(row, one, func.coalesce(one.started_at, one.finished_at, one.created_at) > by),)

    return holds


def has_delivery(row: Any, one: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a recipient has a delivery, given as the alias `one`, that is so.

    A question of its own for each recipient: asked to join them, a database begins with all deliveries there ever were.
    """
    return exists().where(one.owner_kind == OWNER, one.owner_id == row.id, *conditions)


def _of_guardian(of: Select[Any] | Sequence[int], holds: Holds) -> ColumnElement[bool]:
    same = another(AnnouncementRecipient, "same")
    return exists().where(
        same.announcement_id.in_(of),
        same.family_id == AnnouncementRecipient.family_id,
        same.guardian_id == AnnouncementRecipient.guardian_id,
        *holds(same),
    )


def _of_other(of: Select[Any] | Sequence[int], holds: Holds) -> ColumnElement[bool]:
    """Colleagues and rows of lists. These are few, and stand in no index: all are found at once."""

    def by(column: str) -> ColumnElement[bool]:
        same = another(AnnouncementRecipient, "same")
        own = getattr(same, column)
        found = select(own).where(same.announcement_id.in_(of), same.family_id.is_(None), own.is_not(None), *holds(same))
        mine = getattr(AnnouncementRecipient, column)
        return and_(mine.is_not(None), mine.in_(found))

    return and_(AnnouncementRecipient.family_id.is_(None), or_(by("staff_id"), by("list_row_id")))
