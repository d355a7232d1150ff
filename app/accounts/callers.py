"""Other systems that ask: which key they show, whose it is, and what it opens."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.orm import make_transient_to_detached

from app.accounts.acquaintance import HOURS, PERSON, REMEMBERED, SCHOOLS, met, people
from app.accounts.models import ApiKey, Bearer, KeyMode, Staff
from app.accounts.scope_rules import within_role
from app.accounts.scopes import Scope
from app.accounts.sessions import hashed
from app.core.clock import now
from app.core.database import db, in_transaction, transaction
from app.core.prepared import Prepared, Raw

USED_EVERY = timedelta(minutes=1)
LONGEST_TOKEN = 128
_keys, _bearers = ApiKey.__table__, Bearer.__table__
_KEY = tuple(column.name for column in _keys.c)
_BEARER = tuple(column.name for column in _bearers.c)
_CALLERS: Select[Any] = select(
    *(_keys.c[name].label(f"key_{name}") for name in _KEY),
    *(_bearers.c[name].label(f"bearer_{name}") for name in _BEARER),
    *(people.c[name] for name in PERSON),
    HOURS,
    SCHOOLS,
).select_from(_keys.join(_bearers, _bearers.c.id == _keys.c.bearer_id).join(people, people.c.id == _bearers.c.staff_id))
_WHO_CALLS = Prepared(_CALLERS.where(_keys.c.token_hash == bindparam("token")))
_WHO_CALLED = Prepared(_CALLERS.where(_keys.c.id.in_(bindparam("keys", expanding=True))))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks through a key. `staff` acts and is the author of what it does: never more than its role, nor than `scopes`.

    The rows are shared and belong to no database session, as those of a signed-in person: read again what is to be changed.
    """

    staff: Staff
    bearer: Bearer
    key: ApiKey
    scopes: frozenset[Scope]
    district_id: int

    def may(self, scope: Scope) -> bool:
        """Whether this goes through the key."""
        return scope in self.scopes


def caller_of(token: str) -> Caller | None:
    """Who shows this key, if it opens anything now. One query; what a key lost counts from its next request on."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    rows = _WHO_CALLS.rows({"token": hashed(token)})
    if not rows:
        return None
    caller, moment = _known(rows[0]), now()
    if not _holds(caller, moment):
        return None
    if not in_transaction() and _is_due(caller.key.last_used_at, moment):
        _note_used(caller.key.id, moment)
    return caller


def callers_still(key_ids: Collection[int]) -> dict[int, Caller]:
    """Who calls by each of these keys that opens something now, for connections that last. One query, and no use of the keys."""
    if not key_ids:
        return {}
    moment = now()
    known = [_known(row) for row in _WHO_CALLED.rows({"keys": list(key_ids)})]
    return {caller.key.id: caller for caller in known if _holds(caller, moment)}


def _holds(caller: Caller, moment: datetime) -> bool:
    if caller.key.mode == KeyMode.TEST and not current_app.extensions["settings"].demo:
        return False  # a database that was a demo once
    return caller.key.holds_at(moment) and caller.bearer.may_act and caller.staff.is_active


@lru_cache(maxsize=REMEMBERED)
def _known(row: Raw) -> Caller:
    *columns, hours, schools = _WHO_CALLS.read(row)
    of_bearer, of_person = len(_KEY), len(_KEY) + len(_BEARER)
    key = ApiKey(**dict(zip(_KEY, columns[:of_bearer], strict=True)))
    bearer = Bearer(**dict(zip(_BEARER, columns[of_bearer:of_person], strict=True)))
    staff = met(columns[of_person:], hours, schools)
    for each in (key, bearer):
        make_transient_to_detached(each)
    return Caller(staff, bearer, key, within_role(key.scopes, staff.role), bearer.district_id)


def _is_due(last: datetime | None, moment: datetime) -> bool:
    return last is None or last < moment - USED_EVERY


def _note_used(key_id: int, moment: datetime) -> None:
    """A no-op where another process wrote it within the minute."""
    unused = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < moment - USED_EVERY)
    with transaction():
        db.session.execute(update(ApiKey).where(ApiKey.id == key_id, unused).values(last_used_at=moment))
