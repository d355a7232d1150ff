"""Whether a connection of the pool is still alive, asked where there is doubt.

SQLAlchemy would ask each time that one is taken, which is one more question to the database for every transaction: of a batch of
the outbox every tenth. Who was answered a moment ago need not ask. Where the database restarts within that moment, a statement fails
of whoever holds a connection then, or takes the first one afterwards; from then on each that came back earlier is asked, and with the
first that does not answer all are made anew.
"""

import time
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

RESTED = 1.0
"""Seconds in the pool after which it is asked."""
KEY = "came_back"
_lost: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()
"""When a connection was found broken the last time."""


def doubt(engine: Engine) -> None:
    """A connection broke: have those that lie in the pool be asked. SQLAlchemy does this for statements of its own."""
    _lost[engine] = time.monotonic()


def ask_the_rested(engine: Engine) -> None:
    """Instead of `pool_pre_ping`."""
    asked: Any = engine.dialect

    @event.listens_for(engine, "checkin")
    def came_back(_connection: object, record: Any) -> None:
        record.info[KEY] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: object) -> None:
        moment = time.monotonic()
        came_back = record.info.pop(KEY, moment)
        if moment - came_back < RESTED and came_back >= _lost.get(engine, came_back):
            return
        try:
            asked.do_ping(connection)
        except asked.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
