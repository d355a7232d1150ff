"""What all factories share."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from app.core.database import db

_is_together = ContextVar("rows are written together", default=False)


class HomeroomFactory(SQLAlchemyModelFactory):  # type: ignore[misc]  # the library has no types
    """Rows are flushed, not committed; `sign_in` commits before the first request."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session
        sqlalchemy_session_persistence = "flush"

    @classmethod
    def _save(cls, model_class: Any, session: Any, args: Any, kwargs: Any) -> Any:
        if not _is_together.get():
            return super()._save(model_class, session, args, kwargs)
        row = model_class(*args, **kwargs)
        session.add(row)
        return row


@contextmanager
def together() -> Iterator[None]:
    """Write the rows that are made meanwhile at the end, in one go: a tenth of the time for many. Until then they have no ids."""
    before = _is_together.set(True)
    try:
        with db.session.no_autoflush:
            yield
        db.session.flush()
    finally:
        _is_together.reset(before)


__all__ = ["HomeroomFactory", "factory", "together"]
