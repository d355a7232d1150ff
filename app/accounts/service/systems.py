"""Another system and its first key in one step: what the page, the terminal and the demo do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from app.accounts import queries_access
from app.accounts.errors import NotYoursToManage
from app.accounts.models import BearerType, KeyMode, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.sandbox import SANDBOX_TOKEN
from app.accounts.scopes import Scope
from app.accounts.service.api_keys import NewKey, Wish, fitting, make_key
from app.accounts.service.bearers import let_in
from app.core.database import transaction


@dataclass(frozen=True, slots=True)
class NewSystem:
    """Who it is and as whom it acts; see `create_bearer`."""

    name: str
    type: BearerType
    person: Staff | None = None
    school_ids: Iterable[int] | None = None


def let_in_with_key(
    actor: Staff, system: NewSystem, *, scopes: Iterable[Scope] | None, expires_at: datetime | None = None, uuid: UUID | None = None
) -> NewKey:
    """Raises NotYoursToManage or KeyUnusable; then nothing is kept of either."""
    if not role_allows(actor.role, Permission.MANAGE_API):
        raise NotYoursToManage(_("Only a district admin can let other systems in."))
    with transaction():
        return _let_in(actor.district_id, actor, system, scopes, expires_at, uuid=uuid)


def let_in_by_operator(
    district_id: int, system: NewSystem, *, scopes: Iterable[Scope] | None, expires_at: datetime | None = None
) -> NewKey:
    """The same at the terminal, where nobody is signed in."""
    with transaction():
        return _let_in(district_id, None, system, scopes, expires_at)


def open_sandbox(district_id: int) -> NewKey:
    """The demo's key that everybody knows. Only for a district that was invented a moment ago."""
    with transaction():
        return _let_in(district_id, None, NewSystem("Sandbox", BearerType.ADMIN), None, None, mode=KeyMode.TEST, token=SANDBOX_TOKEN)


def _let_in(
    district_id: int,
    actor: Staff | None,
    system: NewSystem,
    scopes: Iterable[Scope] | None,
    expires_at: datetime | None,
    *,
    uuid: UUID | None = None,
    mode: KeyMode = KeyMode.LIVE,
    token: str | None = None,
) -> NewKey:
    made = let_in(district_id, actor, name=system.name, bearer_type=system.type, person=system.person, school_ids=system.school_ids)
    bearer = queries_access.bearer_of_district(district_id, made.id)
    return make_key(actor, bearer, Wish(system.name, fitting(bearer, scopes), mode, expires_at, uuid=uuid), token=token)
