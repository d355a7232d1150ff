"""Rows of which there is one for each thing: found, or made where there is none."""

from collections.abc import Mapping
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

from app.core.database import Model, db

AnyModel = TypeVar("AnyModel", bound=Model)


def first_or_new(model: type[AnyModel], key: Mapping[str, Any], **fresh: Any) -> AnyModel:
    """The row of this primary key, held until the commit. Of two who need the first one at once, one makes it, and both have it.

    `fresh` is what a new one begins with. Belongs into a transaction.
    """
    db.session.flush()  # what was changed of it a moment ago is not read over
    found = db.session.get(model, dict(key), with_for_update=True)
    if found is not None:
        return found
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(kind(model).values(**key, **fresh).on_conflict_do_nothing(index_elements=list(key)))
    return db.session.get_one(model, dict(key), with_for_update=True)
