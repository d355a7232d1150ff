"""Status callbacks come by the thousand while an announcement runs: those that arrive together share one commit.

Each request waits until its own row is safe, and only then answers the carrier. There is no thread in the background: the
request that finds nobody writing writes for all who wait, then hands the pen to one of those who came meanwhile.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

import structlog
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.dml import Insert

from app.carrier.events import CallbacksRecorded
from app.carrier.forms import StatusForm
from app.carrier.models import CarrierCallback
from app.core.clock import now
from app.core.database import db, transaction

log = structlog.get_logger()

MOST_TOGETHER = 500
LONGEST_WAIT = 15.0


class NotKept(Exception):
    """The row could not be written: the carrier is told to come again."""


@dataclass(eq=False, slots=True)
class _Ticket:
    callback: StatusForm
    called: threading.Event = field(default_factory=threading.Event)
    is_kept: bool = False
    is_writer: bool = False


class CallbackInbox:
    """One for each application."""

    def __init__(self) -> None:
        """Nobody waits, nobody writes."""
        self._lock = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._has_writer = False

    def keep(self, callback: StatusForm, inside: Callable[[], AbstractContextManager[Any]]) -> None:
        """Return once the callback is a row, be it from this or from an earlier time. Raises NotKept.

        Who writes does so `inside` the application.
        """
        ticket = _Ticket(callback)
        with self._lock:
            self._waiting.append(ticket)
            ticket.is_writer = not self._has_writer
            self._has_writer = True
        if not ticket.is_writer and not ticket.called.wait(LONGEST_WAIT):
            self._leave(ticket)
        if ticket.is_writer:
            with inside():
                self._write()
        if not ticket.is_kept:
            raise NotKept

    def _leave(self, ticket: _Ticket) -> None:
        """Go away unheard, unless the pen was handed over at this very moment."""
        with self._lock:
            if ticket in self._waiting and not ticket.is_writer:
                self._waiting.remove(ticket)

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        try:
            append([ticket.callback for ticket in batch])
            for ticket in batch:
                ticket.is_kept = True
        except SQLAlchemyError:
            log.exception("carrier.callbacks_not_kept", count=len(batch))
        finally:
            with self._lock:
                heir = self._waiting[0] if self._waiting else None
                self._has_writer = heir is not None
                if heir is not None:
                    heir.is_writer = True
                    heir.called.set()
            for ticket in batch:
                ticket.called.set()


def append(callbacks: list[StatusForm]) -> None:
    """Write rows for those of `callbacks` that are news."""
    with transaction() as events:
        moment = now()
        rows = [
            {
                "provider_id": one.provider_id, "status": one.status, "error_code": one.error_code, "reference": one.reference,
                "fields": one.fields, "received_at": moment,
            }
            for one in callbacks
        ]  # fmt: skip
        db.session.connection().execute(_insert_news(db.engine.dialect.name), rows)
        events.append(CallbacksRecorded())


@lru_cache(maxsize=2)
def _insert_news(dialect: str) -> Insert:
    table = cast("Table", CarrierCallback.__table__)
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
