"""Messages that a bearer asked for or got. A list of a hundred is one query, and a row that was printed before is not printed again."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import aliased

from app.accounts.callers import Caller
from app.api.common_services.models import ClientConversation, ClientMessage
from app.api.common_services.paging import Page
from app.api.common_services.shapes.messages import message_shape
from app.api.common_services.sight import is_admin
from app.api.totals import MOST_COUNTED, total_beside
from app.carrier.models import InboundText
from app.conversations.models import Attachment, Message
from app.conversations.service.outbox import OWNER
from app.core.database import db
from app.core.errors import NotVisible
from app.core.prepared import Prepared, Raw
from app.delivery.media_links import media_urls
from app.delivery.models import Delivery

PRINTED = 32_768
"""Rows whose JSON is remembered."""
c, v, m = ClientMessage.__table__.c, ClientConversation.__table__.c, Message.__table__.c
i = InboundText.__table__.c
_newest = aliased(Delivery)
_delivery = Delivery.__table__
COLUMNS = (
    c.id, c.uuid, c.sender, c.receiver, case((m.id.is_not(None), m.body), (i.id.is_not(None), i.body), else_=c.body).label("body"),
    c.is_mms,
    c.is_high, cast(c.media_urls, Text).label("media_urls"), c.send_at, c.state, c.error_code, c.error_words, c.failed_at, c.created_at,
    c.is_inbound, v.client_id, v.global_id, v.internal_id, m.status, m.error_code.label("message_error"), m.sent_at, m.delivered_at,
    _delivery.c.provider_id.label("delivery_sid"), _delivery.c.state.label("delivery_state"), _delivery.c.finished_at,
    i.provider_id.label("inbound_sid"), c.message_id, m.is_held, m.due_at.label("held_due_at"),
)  # fmt: skip
NAMES = tuple(str(column.key) for column in COLUMNS)
_MMS, _MESSAGE = NAMES.index("is_mms"), NAMES.index("message_id")


def _rows() -> Select[Any]:
    newest = (
        select(func.max(_newest.id))
        .where(_newest.owner_kind == OWNER, _newest.owner_id == c.message_id)
        .correlate(ClientMessage.__table__)
        .scalar_subquery()
    )
    return (
        select(*COLUMNS)
        .select_from(ClientMessage.__table__)
        .outerjoin(ClientConversation.__table__, v.id == c.conversation_id)
        .outerjoin(Message.__table__, m.id == c.message_id)
        .outerjoin(_delivery, and_(_delivery.c.id == newest, c.is_inbound.is_(False)))
        .outerjoin(InboundText.__table__, i.id == c.inbound_text_id)
    )


def _line(*, admin: bool) -> list[Any]:
    where = [c.district_id == bindparam("district"), c.sender == bindparam("sender"), c.receiver == bindparam("receiver")]
    return where if admin else [*where, c.bearer_id == bindparam("bearer")]


_LISTS = {
    admin: Prepared(_rows().where(*_line(admin=admin), c.id >= bindparam("first")).order_by(c.id).limit(bindparam("most")))
    for admin in (False, True)
}
_FIRSTS = {
    admin: Prepared(select(c.id).where(*_line(admin=admin)).order_by(c.id).offset(bindparam("skipped")).limit(1)) for admin in (False, True)
}
"""Where a later page begins: a walk over the index alone."""
_COUNTS = {
    admin: Prepared(select(func.count()).select_from(select(c.id).where(*_line(admin=admin)).limit(MOST_COUNTED + 1).subquery()))
    for admin in (False, True)
}
_ONE = {
    admin: Prepared(
        _rows().where(
            c.uuid == bindparam("uuid"), c.district_id == bindparam("district"), *([] if admin else [c.bearer_id == bindparam("bearer")])
        )
    )
    for admin in (False, True)
}
_BY_ID = Prepared(_rows().where(c.id == bindparam("id")))


def messages_between(caller: Caller, sender: str, receiver: str, *, page: int, per_page: int) -> Page:
    """The JSON of those from one number to another, oldest first."""
    admin = is_admin(caller)
    asked = {
        "district": caller.district_id,
        "bearer": caller.bearer.id,
        "sender": sender,
        "receiver": receiver,
        "most": per_page + 1,
    }
    before = (page - 1) * per_page
    first = _FIRSTS[admin].rows(asked | {"skipped": before}) if before else [(0,)]
    rows = _LISTS[admin].rows(asked | {"first": first[0][0]}) if first else []
    goes_on, rows = len(rows) > per_page, rows[:per_page]
    total = total_beside(rows, before=before, goes_on=goes_on, count=lambda: _COUNTS[admin].rows(asked)[0][0])
    files = _files([row[_MESSAGE] for row in rows if row[_MMS] and row[_MESSAGE] is not None])
    printed = [_printed(row) if row[_MESSAGE] not in files else _with_files(row, files) for row in rows]
    return Page(f"[{','.join(printed)}]".encode(), goes_on, total)


def message_visible_to(caller: Caller, uuid: UUID) -> dict[str, Any]:
    """One message. Raises NotVisible."""
    found = _ONE[is_admin(caller)].rows({"uuid": uuid, "district": caller.district_id, "bearer": caller.bearer.id})
    if not found:
        raise NotVisible
    return _shaped(found[0], _files([found[0][_MESSAGE]]) if found[0][_MMS] else {})


def message_row(number: int) -> dict[str, Any]:
    """The columns of one, for the commit that changes it."""
    db.session.flush()
    [row] = _BY_ID.rows({"id": number})
    return dict(zip(NAMES, _BY_ID.read(row), strict=True))


@lru_cache(maxsize=PRINTED)
def _printed(row: Raw) -> str:
    """Equal rows have equal texts."""
    return _json(_shaped(row, {}))


def _with_files(row: Raw, files: dict[int, list[str]]) -> str:
    return _json(_shaped(row, files))


def _shaped(row: Raw, files: dict[int, list[str]]) -> dict[str, Any]:
    values = dict(zip(NAMES, _BY_ID.read(row), strict=True))
    return message_shape(values, files.get(values["message_id"]))


def _json(shape: dict[str, Any]) -> str:
    return json.dumps(shape, ensure_ascii=False, separators=(",", ":"))


def _files(message_ids: Sequence[int | None]) -> dict[int, list[str]]:
    """Signed addresses of our own copies, by message."""
    wanted = [one for one in message_ids if one is not None]
    found: dict[int, list[str]] = {}
    if not wanted:
        return found
    stored = select(Attachment.message_id, Attachment.file_key, Attachment.content_type, Attachment.name).where(
        Attachment.message_id.in_(wanted), Attachment.file_key.is_not(None)
    )
    for row in db.session.execute(stored.order_by(Attachment.id)):
        [address] = media_urls([{"key": row.file_key, "content_type": row.content_type, "name": row.name}])
        found.setdefault(row.message_id, []).append(address)
    return found


def forget_printed() -> None:
    """As if this process had printed none: for measurements."""
    _printed.cache_clear()
