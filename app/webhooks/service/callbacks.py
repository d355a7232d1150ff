"""Addresses that other systems give along with what they ask for."""

import hashlib
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Insert, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.core.sealing import SealBroken
from app.webhooks.addresses import check_form
from app.webhooks.errors import AddressDeleted
from app.webhooks.models import EndpointState, Face, WebhookEndpoint
from app.webhooks.outgoing import Owner
from app.webhooks.service.callback_secrets import secrets_for
from app.webhooks.signing_secrets import Basic, seal_basic, unseal_basic

_OF_KEY = (
    select(WebhookEndpoint.id, WebhookEndpoint.basic, WebhookEndpoint.state)
    .where(WebhookEndpoint.key == bindparam("key"))
    .with_for_update(read=True, key_share=True)  # it is not forgotten before whoever asks wrote it down
)


def callback_endpoint(
    bearer: Owner,
    url: str,
    *,
    face: Face | str,
    basic: Basic | None = None,
    method: str = "POST",
    refuses: bool = True,
    comes_often: bool = False,
) -> int:
    """The endpoint of a callback address of `bearer`, made when it is new. `basic` is user and password; the last given counts.

    `comes_often` is for an address that is given with each message: many name it behind the question mark, and would make an endpoint
    for each. Those that differ there alone are one; give the whole address with each event (`Outgoing.url`).

    Joins the change that is being made. Raises UnsafeAddress, with advice for the caller, for what can be no address of another
    system; names are looked up only when something is handed over. A listener says `refuses=False`: what became true must not be undone
    because of an address, which is not called then, and whose log says why.

    An address that an admin deleted stays deleted, and what is told to it is dropped (`enqueue`). Raises AddressDeleted where events are
    subscribed to; what is asked for along with such an address is done all the same.
    """
    whole = url
    if comes_often:
        url = urlunsplit(urlsplit(url)._replace(query="", fragment=""))
    key = _key(bearer, url, face, method)
    with transaction():
        known = _known(key)
        if known is None:
            if refuses:
                check_form(whole)
            values = {
                "uuid": new_uuid(), "district_id": bearer.district_id, "bearer_id": bearer.id, "key": key, "face": str(face), "url": url,
                "method": method, "name": "", "basic": seal_basic(basic), "kinds": [], "recent": [],
                "with_words": False, "state": EndpointState.ACTIVE, "failures": 0, "created_at": now(),
            } | secrets_for(bearer)  # fmt: skip
            db.session.execute(_insert().values(values))
            known = _known(key)
        if known is None:
            message = "a callback address vanished while it was written down"
            raise RuntimeError(message)
        number, sealed, is_deleted = known
        if is_deleted and refuses and not comes_often:
            raise AddressDeleted
        if not is_deleted and not _is_sealed(basic, sealed):
            changed = (
                update(WebhookEndpoint)
                .where(WebhookEndpoint.id == number)
                .values(basic=seal_basic(basic), version=WebhookEndpoint.version + 1)
            )
            db.session.execute(changed.execution_options(synchronize_session=False))
    return number


def _is_sealed(basic: Basic | None, sealed: str | None) -> bool:
    """Whether that is what is kept; what was sealed with another secret of the house is replaced."""
    try:
        return unseal_basic(sealed) == basic
    except SealBroken:
        return False


def _known(key: str) -> tuple[int, str | None, bool] | None:
    found = db.session.execute(_OF_KEY, {"key": key}).first()
    return None if found is None else (found.id, found.basic, found.state == EndpointState.DELETED)


def _insert() -> Insert:
    """Two commits may bring the same address at the same time."""
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made: Insert = kind(WebhookEndpoint).on_conflict_do_nothing(index_elements=["key"])
    return made


def _key(bearer: Owner, url: str, face: str, method: str) -> str:
    return hashlib.sha256(f"{bearer.district_id} {bearer.id} {face} {method} {url}".encode()).hexdigest()
