"""Whether a connection of the pool is still alive, asked where there is doubt.

SQLAlchemy would ask each time that one is taken, which is one more question to the database for every transaction: of a batch of
the outbox every tenth. Who was answered a moment ago need not ask. Where the database restarts within that moment, one
statement fails, and all connections are made anew.
"""

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

RESTED = 1.0
"""Seconds in the pool after which it is asked."""
KEY = "came_back"


def ask_the_rested(engine: Engine) -> None:
    """Instead of `pool_pre_ping`."""
    asked: Any = engine.dialect

    @event.listens_for(engine, "checkin")
    def came_back(_connection: object, record: Any) -> None:
        record.info[KEY] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.pop(KEY, time.monotonic()) < RESTED:
            return
        try:
            asked.do_ping(connection)
        except asked.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
