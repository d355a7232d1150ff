"""What other systems hear of faxes: that one came, was sent, or was not."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.events import within_all
from app.directory.models import School
from app.fax.events import FaxChanged, FaxReady
from app.fax.models import Direction, Fax, FaxStatus
from app.webhooks.service import Happened, tell

_FAXES = select(Fax, School.uuid.label("school")).outerjoin(School, School.id == Fax.school_id).order_by(Fax.id)


@within_all(FaxReady)
def tell_of_arrival(facts: Sequence[FaxReady]) -> None:
    """A fax came, and its pages can be seen."""
    tell("fax.received", facts, _received)


@within_all(FaxChanged)
def tell_of_outcome(facts: Sequence[FaxChanged]) -> None:
    """A fax changed; what is told is how its way out ended."""
    tell("fax.sent", facts, _sent)
    tell("fax.failed", facts, _failed)


def _received(facts: Sequence[FaxReady]) -> Iterator[Happened]:
    for row in _rows(facts, Fax.direction == Direction.IN):
        yield _described(row, row.Fax.created_at)


def _sent(facts: Sequence[FaxChanged]) -> Iterator[Happened]:
    for row in _rows(facts, Fax.status == FaxStatus.SENT):
        yield _described(row, row.Fax.finished_at or now())


def _failed(facts: Sequence[FaxChanged]) -> Iterator[Happened]:
    for row in _rows(facts, Fax.status == FaxStatus.FAILED):
        yield _described(row, row.Fax.finished_at or now(), once=f"{row.Fax.delivery_id} {row.Fax.failure}")


def _rows(facts: Sequence[FaxReady] | Sequence[FaxChanged], condition: Any) -> Sequence[Any]:
    db.session.flush()
    return db.session.execute(_FAXES.where(Fax.id.in_({fact.fax_id for fact in facts}), condition)).all()


def _described(row: Any, at: Any, once: str = "") -> Happened:
    """Of a restricted one nobody outside gets more than its id and its state."""
    fax: Fax = row.Fax
    data = {
        "fax_id": fax.uuid, "school_id": row.school, "direction": fax.direction, "status": fax.status, "pages": fax.pages,
        "failure": fax.failure, "problem": fax.problem, "is_restricted": fax.is_restricted, "created_at": fax.created_at,
        "finished_at": fax.finished_at,
    }  # fmt: skip
    words = {"address": fax.address, "name": fax.name, "station": fax.station, "subject": fax.subject}
    return Happened(f"fax:{fax.uuid}", at, data, {} if fax.is_restricted else words, once)
