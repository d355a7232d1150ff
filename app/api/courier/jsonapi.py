"""Documents of this face: `{data: {type, id, attributes}, meta}`. Every attribute is present; a missing value is null."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select

from app.api.asked import Asked
from app.api.refusals import Refused, Why
from app.api.totals import counted, total_beside
from app.core.database import Model, db
from app.core.ids import LARGEST_NUMBER

Resource = dict[str, Any]
AnyModel = TypeVar("AnyModel", bound=Model)


def resource(kind: str, uuid: UUID | str, attributes: dict[str, Any]) -> Resource:
    """One thing, by its own id or by that of whoever made it."""
    return {"type": kind, "id": str(uuid), "attributes": attributes}


def document(data: Resource, meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """The answer that holds one thing."""
    return {"data": data, "meta": meta or {}}


def listing(data: Sequence[Resource], asked: Asked, total: int | None) -> dict[str, Any]:
    """The answer that holds a page of things, and how many there are in all, if that is known."""
    meta = {"page[limit]": limit_of(asked), "page[offset]": offset_of(asked)}
    return {"data": list(data), "meta": meta if total is None else meta | {"page[total]": total}}


def whole(data: Sequence[Resource], asked: Asked) -> dict[str, Any]:
    """The page that was asked for of things which were all read."""
    offset = offset_of(asked)
    return listing(data[offset : offset + limit_of(asked)], asked, len(data))


def limit_of(asked: Asked) -> int:
    """The most things of a page."""
    limit = asked.query.get("page[limit]")
    return 100 if limit is None else int(limit)


def offset_of(asked: Asked) -> int:
    """How many things come before it."""
    return min(int(asked.query.get("page[offset]") or 0), LARGEST_NUMBER // 2)


def page_of(asked: Asked, query: Select[*tuple[Any, ...]]) -> tuple[list[Any], int | None]:
    """The rows of the page that was asked for, and how many there are in all, if that is known. A query of one column gives its values."""
    limit, offset = limit_of(asked), offset_of(asked)
    page = query.limit(limit).offset(offset)
    rows = list(db.session.scalars(page) if len(query.column_descriptions) == 1 else db.session.execute(page))
    return rows, total_beside(rows, before=offset, goes_on=len(rows) == limit, count=lambda: counted(query))


def page(asked: Asked, query: Select[AnyModel], shown: Callable[[list[AnyModel]], Sequence[Resource]]) -> dict[str, Any]:
    """The answer that holds a page of a query; `shown` shapes its rows together, so that what they have around them is read at once."""
    found, total = page_of(asked, query)
    return listing(shown(found), asked, total)


def given(asked: Asked) -> dict[str, Any]:
    """The attributes that were sent. Raises Refused where the document is about another thing than the address."""
    data = asked.body["data"]
    wanted = asked.path.get("id")
    if wanted is not None and "id" in data and UUID(str(data["id"])) != id_of(wanted):
        raise Refused(Why.INVALID, "The id in the document is not the one in the address. Send the same id in both.", field="/data/id")
    attributes: dict[str, Any] = data.get("attributes") or {}
    return attributes


def path_id(asked: Asked) -> UUID:
    """The thing that the address names."""
    return id_of(asked.path["id"])


def id_of(value: object) -> UUID:
    """An id that the contract has looked at already."""
    return value if isinstance(value, UUID) else UUID(str(value))


def id_or_none(value: object) -> UUID | None:
    """The same for one that may be missing."""
    return None if value is None else id_of(value)


def ids_of(values: Iterable[object] | None) -> list[UUID]:
    """Many ids, each once, in their order."""
    return list(dict.fromkeys(id_of(value) for value in values or ()))


def reference(uuid: UUID | None) -> dict[str, str] | None:
    """A pointer to another thing."""
    return None if uuid is None else {"id": str(uuid)}


def text_of(uuid: UUID | None) -> str | None:
    """An id as an attribute."""
    return None if uuid is None else str(uuid)


def moment(at: datetime) -> str:
    """A moment with its offset."""
    return at.astimezone(UTC).isoformat()


def moment_or_none(at: datetime | None) -> str | None:
    """The same of what may not have happened."""
    return None if at is None else moment(at)
