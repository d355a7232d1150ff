"""JSON:API documents of one resource or a page of them, and the attributes of a request."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select

from app.api.answers import Answer
from app.api.asked import Asked
from app.core.database import Model, db

Row = TypeVar("Row")
AnyModel = TypeVar("AnyModel", bound=Model)
MADE = 201


def resource(kind: str, number: UUID | str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """One resource object."""
    return {"id": str(number), "type": kind, "attributes": dict(attributes)}


def one(shown: Mapping[str, Any], status: int = 200) -> Answer:
    """A document of one resource."""
    return Answer(status, {"data": dict(shown), "meta": {}})


def many(shown: Iterable[Mapping[str, Any]], *, limit: int, offset: int, total: int) -> Answer:
    """A document of a page, which says where it stands in the whole."""
    data = [dict(each) for each in shown]
    return Answer(200, {"data": data, "meta": {"page[limit]": limit, "page[offset]": offset, "page[total]": total}})


def page(asked: Asked, statement: Select[AnyModel], shape: Callable[[AnyModel], Mapping[str, Any]]) -> Answer:
    """The page of a statement, which says the order, that the request names; two queries."""
    return page_of(asked, statement, lambda rows: [shape(row) for row in rows])


def page_of(asked: Asked, statement: Select[AnyModel], shape: Callable[[list[AnyModel]], Iterable[Mapping[str, Any]]]) -> Answer:
    """The same where the rows of a page are shaped together, so that what they have around them is read at once."""
    limit, offset = asked.query.get("page[limit]", 100), asked.query.get("page[offset]", 0)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = list(db.session.scalars(statement.limit(limit).offset(min(offset, 2**62)))) if offset < total else []
    return many(shape(rows), limit=limit, offset=offset, total=total)


def attributes(asked: Asked) -> Mapping[str, Any]:
    """Those that a creation or a change names."""
    found: Mapping[str, Any] = asked.body["data"].get("attributes") or {}
    return found


def id_of(asked: Asked) -> UUID:
    """Of the path. The contract has judged its form."""
    return UUID(str(asked.path["id"]))


def stamp(moment: datetime) -> str:
    """ISO 8601 with an offset."""
    return moment.astimezone(UTC).isoformat()


def made_at(number: UUID) -> datetime:
    """When the row of a version 7 UUID was made: its first 48 bits are the milliseconds."""
    return datetime.fromtimestamp((number.int >> 80) / 1000, UTC)


def uuid_or_none(text: str) -> UUID | None:
    """What names a row, or nothing at all."""
    try:
        return UUID(text)
    except ValueError:
        return None
