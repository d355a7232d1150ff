"""What all factories share."""

import factory
from factory.alchemy import SQLAlchemyModelFactory

from app.core.database import db


class HomeroomFactory(SQLAlchemyModelFactory):  # type: ignore[misc]  # the library has no types
    """Rows are flushed, not committed; `sign_in` commits before the first request."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: db.session
        sqlalchemy_session_persistence = "flush"


__all__ = ["HomeroomFactory", "factory"]
