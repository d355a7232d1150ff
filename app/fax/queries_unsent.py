"""Faxes that other systems asked for and that wait: for their time, for the morning, or for their pages."""

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent
from app.core.database import db
from app.core.phone_numbers import for_people
from app.fax.models import Direction, Fax, FaxStatus

IN_OUTBOX = (FaxStatus.SCHEDULED, FaxStatus.QUEUED)


def is_unsent(bearer: Bearer) -> ColumnElement[bool]:
    """The condition on `Fax`. Its plus has databases look among those of this bearer, and not of the district."""
    leaves = or_(Fax.status.in_(IN_OUTBOX), and_(Fax.status == FaxStatus.DRAFT, Fax.leave_due_at.is_not(None)))
    mine = Fax.bearer_id == bearer.id, Fax.district_id + 0 == bearer.district_id
    return and_(*mine, Fax.direction != Direction.IN, Fax.deleted_at.is_(None), leaves)


def count(bearer: Bearer) -> int:
    """How many."""
    return db.session.scalar(select(func.count(Fax.id)).where(is_unsent(bearer))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom."""
    wanted = select(Fax.id, Fax.name, Fax.address, Fax.send_at).where(is_unsent(bearer)).order_by(Fax.send_at, Fax.id).limit(most)
    return [
        Unsent(Kind.FAX, f"{for_people(address)} {name}".strip(), at, ("fax.show", {"fax_id": number}))
        for number, name, address, at in db.session.execute(wanted)
    ]
