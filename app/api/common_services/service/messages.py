"""Messages that programs ask for: written down at once, and made messages of a thread by a worker (`taking`).

What is refused is what no later moment changes: a name, a number or a service that is none of the bearer's, a time that is over.
Whether somebody may be written to is asked when the message is made, by the same service as the pages': it fails then, and says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select

from app.accounts.callers import Caller
from app.api.common_services.errors import NothingInIt, NotToCome, NotWaiting
from app.api.common_services.events import MessageTakenIn
from app.api.common_services.models import ClientConversation, ClientMessage, Taking
from app.api.common_services.ours import check_customer, sender_id, service_id
from app.api.common_services.service import lines
from app.api.common_services.service.conversations import Named, found_or_opened
from app.api.common_services.sight import is_own
from app.api.common_services.webhooks import tell_message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.ids import new_uuid
from app.core.phone_numbers import parse_or_none
from app.core.prepared import Prepared, Raw
from app.webhooks.addresses import check_form

LONGEST_SMS = 160
"""Characters; a longer one is an mms."""
LATEST = timedelta(days=366)
_conversations = ClientConversation.__table__.c
_NAMES = (_conversations.id, _conversations.client_id, _conversations.global_id, _conversations.internal_id, _conversations.callback_url)
_BY_CLIENT_ID = Prepared(
    select(*_NAMES).where(
        _conversations.bearer_id == bindparam("bearer"),
        _conversations.application_name == bindparam("application"),
        _conversations.client_id == bindparam("client_id"),
    )
)


_KEPT = (
    "uuid", "district_id", "bearer_id", "conversation_id", "sender", "receiver", "body", "is_mms", "is_high", "media_urls", "callback_url",
    "messaging_service_id", "send_at", "due_at", "created_at",
)  # fmt: skip
_messages = cast("Table", ClientMessage.__table__)
_KEEP = Prepared(
    insert(_messages)
    .values(
        {name: bindparam(name, type_=_messages.c[name].type) for name in _KEPT}
        | {"is_inbound": False, "state": Taking.WAITING.value, "tries": 0, "has_told_media": False}
    )
    .returning(_messages.c.id)
)
"""The one statement that is made by the thousand."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A message as a program asks for it."""

    receiver: str
    named: Named
    body: str = ""
    media_urls: Sequence[str] = field(default=())
    sender: str | None = None
    sid: str | None = None
    customer: str | None = None
    callback_url: str | None = None
    is_high: bool = False
    send_at: datetime | None = None

    @property
    def is_mms(self) -> bool:
        """An empty list of media makes none."""
        return bool(self.media_urls) or len(self.body) > LONGEST_SMS


def take_in(caller: Caller, wish: Wish) -> dict[str, Any]:
    """Write it down. Returns what a list would show of it (the columns of `queries_messages`).

    Raises NothingInIt, NotToCome, NotOurNumber, NoSuchService, NoSuchCustomer, NoSuchConversation, UnsafeAddress.
    """
    _check(wish)
    check_customer(caller, wish.customer)
    with transaction() as events:
        ours = sender_id(caller.staff, wish.sender)
        pool = service_id(caller, wish.sid)
        talk = _conversation(caller, wish)
        moment, uuid = now(), new_uuid()
        values: dict[str, Any] = {
            "uuid": uuid,
            "district_id": caller.district_id,
            "bearer_id": caller.bearer.id,
            "conversation_id": talk["id"],
            "sender": parse_or_none(wish.sender) if ours else None,
            "receiver": parse_or_none(wish.receiver) or wish.receiver.strip(),
            "body": wish.body,
            "is_mms": wish.is_mms,
            "is_high": wish.is_high,
            "media_urls": list(wish.media_urls) or None,
            "callback_url": wish.callback_url,
            "messaging_service_id": pool,
            "send_at": wish.send_at,
            "due_at": wish.send_at or moment,
            "created_at": moment,
        }
        [(values["id"],)] = _KEEP.rows(values)
        events.append(MessageTakenIn(values["id"]))
    return values | talk | {"id": values["id"]}


def _check(wish: Wish) -> None:
    if not wish.body.strip() and not wish.media_urls:
        raise NothingInIt
    if wish.send_at is not None and not now() < wish.send_at <= now() + LATEST:
        raise NotToCome
    for url in (*wish.media_urls, *([wish.callback_url] if wish.callback_url is not None else [])):
        check_form(url)


def _conversation(caller: Caller, wish: Wish) -> dict[str, Any]:
    named = wish.named
    if named.client_id is not None and named.global_id is None and named.internal_id is None:
        asked = {"bearer": caller.bearer.id, "application": named.application_name, "client_id": named.client_id}
        found = _BY_CLIENT_ID.rows(asked)
        if found and (wish.callback_url is None or found[0][-1] is not None):
            return _names_of(found[0])
    row = found_or_opened(caller, named, callback_url=wish.callback_url, sid=wish.sid)
    return {"id": row.id, "client_id": row.client_id, "global_id": row.global_id, "internal_id": row.internal_id}


@lru_cache(maxsize=4096)
def _names_of(row: Raw) -> dict[str, Any]:
    """Of a conversation, as the driver brings it: equal rows have equal names. Nobody changes what is given back."""
    return dict(zip(("id", "client_id", "global_id", "internal_id"), _BY_CLIENT_ID.read(row), strict=False))


def cancel(caller: Caller, uuid: UUID) -> None:
    """Call off what waits for its time: either this, or a worker takes it. Raises NotVisible, NotWaiting."""
    with transaction():
        mine = (ClientMessage.uuid == uuid, is_own(caller, ClientMessage))
        number = db.session.scalar(select(ClientMessage.id).where(*mine))
        if number is None:
            raise NotVisible
        if not lines.end(ClientMessage.id == number, ClientMessage.send_at.is_not(None), ClientMessage.tries == 0, state=Taking.CANCELLED):
            raise NotWaiting
        tell_message(number)
