"""Keys: made and shown once, replaced with an overlap, revoked."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import CursorResult, update

from app.accounts import queries_access
from app.accounts.errors import KeyUnusable, NotYoursToManage
from app.accounts.models import ApiKey, Bearer, KeyMode, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.scope_rules import default_scopes, within_role
from app.accounts.scopes import Scope, words_of
from app.accounts.service import key_families
from app.accounts.service.audit import audit
from app.accounts.sessions import hashed
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.ids import new_uuid

OVERLAP = timedelta(days=7)
"""How long a replaced key still opens what it did."""
PARTNERS = ""
"""A partner key is a UUID: it has no prefix that says what it is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a key is to be."""

    name: str
    scopes: frozenset[Scope]
    mode: KeyMode
    expires_at: datetime | None = None
    for_partners: bool = False
    uuid: UUID | None = None
    """For a form that must not make two."""
    parent_id: int | None = None
    """The key that asks, where none of the staff does."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its token, which nobody sees again."""

    key: ApiKey
    token: str


def create_key(
    actor: Staff,
    bearer_id: int,
    *,
    name: str | None = None,
    scopes: Iterable[Scope] | None = None,
    expires_at: datetime | None = None,
    mode: KeyMode = KeyMode.LIVE,
    asking: ApiKey | None = None,
    for_partners: bool = False,
    uuid: UUID | None = None,
) -> NewKey:
    """A further key of a bearer. Raises NotVisible, NotYoursToManage or KeyUnusable.

    `scopes` None gives what its type and role give; `asking` is the key that asks for this one, which opens no more than that and ends
    with it. `for_partners` makes a key of the form that the batch face calls a PartnerKey.
    """
    with transaction():
        _may_manage(actor)
        bearer = queries_access.bearer_of_district(actor.district_id, bearer_id)
        chosen = fitting(bearer, scopes)
        if asking is not None:
            key_families.check_may_ask(asking.id, bearer.id)
            chosen &= asking.scopes
        parent = None if asking is None else asking.id
        return make_key(actor, bearer, Wish(name or bearer.name, chosen, mode, expires_at, for_partners, parent_id=parent, uuid=uuid))


def fitting(bearer: Bearer, scopes: Iterable[Scope] | None) -> frozenset[Scope]:
    """Those that its role allows; None for what its type gives."""
    role = bearer.staff.role
    return default_scopes(bearer.type, role) if scopes is None else within_role(scopes, role)


def make_key(actor: Staff | None, bearer: Bearer, wish: Wish, *, token: str | None = None) -> NewKey:
    """Write a key down for whoever may do so; without an `actor`, the operator. Belongs into a transaction. Raises KeyUnusable."""
    if not wish.scopes:
        raise KeyUnusable(_("Choose at least one thing that this key may do and its schools or person allow."))
    if wish.expires_at is not None and wish.expires_at <= now():
        raise KeyUnusable(_("This day is over. Choose a later one, or none."))
    new = _written(actor, bearer, wish, token)
    bearer.ending_at = None  # who makes a key for it does not remove it any more
    audit("api_key.created", new.key, _about(new.key), by=actor, district_id=bearer.district_id)
    return new


def create_own_key(acting: Staff, asking: ApiKey) -> NewKey:
    """A key by the bearer itself, which opens no more and no longer than the key that asks. Raises TooManyKeys."""
    with transaction():
        bearer = _own(acting, asking.bearer_id)
        key_families.check_may_ask(asking.id, bearer.id)
        wish = Wish(bearer.name, asking.scopes, KeyMode(asking.mode), asking.expires_at, parent_id=asking.id)
        new = _written(acting, bearer, wish)
        audit("api_key.created", new.key, _about(new.key), by=acting, district_id=bearer.district_id)
    return new


def revoke_own_key(acting: Staff, asking: ApiKey, key_id: int) -> None:
    """The same of ending one, with those that came of it. Who ends the key it came of takes its place.

    Raises NotVisible for another bearer's, NotYoursToManage for one that opens more.
    """
    with transaction():
        bearer = _own(acting, asking.bearer_id)
        key = queries_access.key_of_district(bearer.district_id, key_id)
        if key.bearer_id != bearer.id:
            raise NotVisible
        if not key.scopes <= asking.scopes:
            raise NotYoursToManage(_("A key ends none that may do more than itself. Ask a district admin."))
        if key.id != asking.id and key_families.descends(asking.id, key.id):
            key_families.succeed(asking.id, key.id)
        key_families.end(key.id)
        audit("api_key.revoked", key, _about(key), by=acting, district_id=bearer.district_id)


def replace_key(actor: Staff, key_id: int, uuid: UUID | None = None) -> NewKey:
    """A new key that opens the same for as long a time; the old one goes on for a week, or until its own end, so nothing stands still."""
    with transaction():
        _may_manage(actor)
        old = queries_access.key_of_district(actor.district_id, key_id)
        moment = now()
        if not old.holds_at(moment):
            raise NotVisible
        term = None if old.expires_at is None else moment + (old.expires_at - old.created_at)
        new = _written(
            actor, old.bearer, Wish(old.name, old.scopes, KeyMode(old.mode), term, for_partners=old.prefix == PARTNERS, uuid=uuid)
        )
        ends = moment + OVERLAP
        old.expires_at = ends if old.expires_at is None else min(old.expires_at, ends)
        key_families.succeed(new.key.id, old.id)
        audit(
            "api_key.replaced",
            new.key,
            {**_about(new.key), "until": old.expires_at.date().isoformat()},
            by=actor,
            district_id=actor.district_id,
        )
    return new


def revoke_key(actor: Staff, key_id: int) -> None:
    """Have a key, and those that it asked for, open nothing from now on. Raises NotVisible, also for one that was revoked."""
    with transaction():
        _may_manage(actor)
        key = queries_access.key_of_district(actor.district_id, key_id)
        revoked = db.session.execute(update(ApiKey).where(ApiKey.id == key.id, ApiKey.revoked_at.is_(None)).values(revoked_at=now()))
        if isinstance(revoked, CursorResult) and revoked.rowcount != 1:
            raise NotVisible
        key_families.end(key.id)
        audit("api_key.revoked", key, _about(key), by=actor, district_id=actor.district_id)


def _written(actor: Staff | None, bearer: Bearer, wish: Wish, token: str | None = None) -> NewKey:
    prefix = PARTNERS if wish.for_partners else f"hr_{wish.mode}_"
    if token is None:
        token = str(uuid4()) if wish.for_partners else prefix + secrets.token_urlsafe(32)
    key = ApiKey(
        uuid=wish.uuid or new_uuid(), bearer_id=bearer.id, created_by_id=None if actor is None else actor.id, name=wish.name.strip(),
        token_hash=hashed(token), prefix=prefix, last_four=token[-4:], mode=wish.mode, scope_words=words_of(wish.scopes),
        expires_at=wish.expires_at, parent_id=wish.parent_id,
    )  # fmt: skip
    db.session.add(key)
    db.session.flush()
    return NewKey(key, token)


def _own(acting: Staff, bearer_id: int) -> Bearer:
    bearer = queries_access.bearer_of_district(acting.district_id, bearer_id)
    if bearer.staff_id != acting.id:
        raise NotYoursToManage(_("A key changes its own bearer alone."))
    return bearer


def _about(key: ApiKey) -> dict[str, str]:
    return {"name": key.name, "key": key.shown}


def _may_manage(actor: Staff) -> None:
    if not role_allows(actor.role, Permission.MANAGE_API):
        raise NotYoursToManage(_("Only a district admin can make or revoke keys."))
