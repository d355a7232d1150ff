"""Messages for one receiver of a conversation leave in the order in which they were asked for, unless they have a time of their own.

A worker that comes upon one with another before it puts it aside until that one ends, so nobody walks through those behind again, however
long the line is and however long its first waits.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, select, text, update
from sqlalchemy.orm import aliased

from app.api.common_services.models import IN_LINE, ClientMessage, Taking
from app.api.work_queue import Lines
from app.core.among import among
from app.core.database import db

ASIDE = datetime(9000, 1, 1, tzinfo=UTC)
"""Due then: never."""
_table: Any = ClientMessage.__table__
_waits = _table.c.state == Taking.WAITING
_earlier = aliased(ClientMessage, name="earlier")
_before = (
    select(_earlier.id)
    .where(
        _earlier.conversation_id == ClientMessage.conversation_id,
        _earlier.receiver == ClientMessage.receiver,
        text(IN_LINE),
        _earlier.id < ClientMessage.id,
    )
    .order_by(_earlier.conversation_id.desc(), _earlier.receiver.desc(), _earlier.id.desc())  # as the index: a step along it for each
    .limit(1)
    .correlate(ClientMessage)
    .scalar_subquery()
)
_IS_FREE = select(_table.c.id).where(among(_table.c.id, "ids"), _waits, _table.c.next_id.is_(None)).with_for_update(skip_locked=True)
_IS_NEXT = update(_table).where(_table.c.id == bindparam("ahead")).values(next_id=bindparam("behind"))
_PUT_ASIDE = update(_table).where(among(_table.c.id, "ids"), _waits).values(due_at=ASIDE)
_LET_GO_ON = update(_table).where(among(_table.c.id, "ids"), _waits, _table.c.due_at == ASIDE).values(due_at=_table.c.created_at)


def put_behind(pairs: Sequence[tuple[int, int]]) -> int:
    """Put the first message of each pair, which the caller's transaction has locked, aside until the second one ends.

    Returns how many. Others are left to the next look: the one before them ends just now, or another waits for it already.
    """
    behind = {ahead: number for number, ahead in pairs}
    free = db.session.scalars(_IS_FREE, {"ids": list(behind)}).all()
    if free:
        connection = db.session.connection()
        connection.execute(_IS_NEXT, [{"ahead": ahead, "behind": behind[ahead]} for ahead in free])
        connection.execute(_PUT_ASIDE, {"ids": [behind[ahead] for ahead in free]})
    return len(free)


def end(*which: ColumnElement[bool], **values: Any) -> list[int]:
    """Have messages wait no longer (compare and set), and whoever stands behind them be first. Part of the caller's transaction.

    `values` are what becomes of them. Returns the numbers of those that ended.
    """
    ended = update(ClientMessage).where(*which, ClientMessage.state == Taking.WAITING).values(**values)
    ended = ended.returning(ClientMessage.id, ClientMessage.next_id).execution_options(synchronize_session=False)
    rows = db.session.execute(ended).all()
    behind = [row.next_id for row in rows if row.next_id is not None]
    if behind:
        db.session.connection().execute(_LET_GO_ON, {"ids": behind})
    return sorted(row.id for row in rows)


LINES = Lines(case((ClientMessage.send_at.is_(None), _before)), put_behind)
