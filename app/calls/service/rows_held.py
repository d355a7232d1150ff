"""The rows of a call, read as they are now: each a prepared statement."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import NoResultFound

from app.calls.models import Call, CallLine, CallWish, ConferenceCall, ConferenceParticipant
from app.core.database import Base, db
from app.core.prepared import Prepared
from app.core.rows import columns, loaded

Row = TypeVar("Row", bound=Base)


def read(kind: type[Row], statement: Prepared, number: int) -> Row:
    """A row as it is now. Raises NoResultFound."""
    db.session.flush()  # what was not written yet would be lost
    for values in statement.rows({"id": number}):
        return loaded(kind, statement.read(values))
    raise NoResultFound(kind.__name__)


@cache
def call() -> Prepared:
    """A call, held."""
    return Prepared(select(*columns(Call)).where(Call.id == bindparam("id")).with_for_update())


@cache
def call_of_leg() -> Prepared:
    """The call of a leg, held."""
    whose = select(ConferenceParticipant.call_id).where(ConferenceParticipant.id == bindparam("id")).scalar_subquery()
    return Prepared(select(*columns(Call)).where(Call.id == whose).with_for_update())


@cache
def leg() -> Prepared:
    """A leg."""
    return Prepared(select(*columns(ConferenceParticipant)).where(ConferenceParticipant.id == bindparam("id")))


@cache
def line_as_wished() -> Prepared:
    """A line about a leg, by whoever wanted last what it tells."""
    wish = CallWish.__table__.c
    wanted = (
        wish.participant_id == bindparam("leg"), wish.attempt == bindparam("attempt"), wish.kind == bindparam("kind"),
        wish.is_on == bindparam("on"),
    )  # fmt: skip
    last = select(wish.asked_by_id).where(*wanted).order_by(wish.id.desc()).limit(1).scalar_subquery()
    line: dict[str, Any] = {
        "call_id": bindparam("call"),
        "at": bindparam("moment"),
        "what": bindparam("step"),
        "participant_id": bindparam("leg"),
    }
    return Prepared(insert(CallLine).values(**line, staff_id=last))


@cache
def settings() -> Prepared:
    """What a conference has beside the call."""
    return Prepared(select(*columns(ConferenceCall)).where(ConferenceCall.call_id == bindparam("id")))
