"""Other systems: who they are, as whom they act, and where news goes to them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Required, TypedDict, Unpack
from urllib.parse import urlsplit
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from app.accounts import queries_access
from app.accounts.callbacks import is_same_origin, sealed
from app.accounts.errors import CallbackUnusable, NotYoursToManage
from app.accounts.events import BearerLetIn, BearerRemoved, StaffScopeChanged
from app.accounts.models import ApiKey, Bearer, BearerType, Role, Staff, StaffKind, StaffSchool, StaffStatus
from app.accounts.permissions import Permission, role_allows
from app.accounts.service.audit import audit
from app.accounts.service.staff import close_account
from app.accounts.tenancy import school_names
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.ids import new_uuid

NOBODYS = "application.invalid"
"""The domain of addresses to which nothing can be mailed."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Where news goes by default. None keeps what there is, "" takes it away; an address of another server takes away user and password."""

    url: str | None = None
    username: str | None = None
    password: str | None = None


class NewSystem(TypedDict, total=False):
    """Who is let in.

    `person` is whom a User bearer acts as. Without one, as with every other type, it acts as itself: an Admin as a district admin;
    an Application as one of the district, or, with `school_ids`, as an admin of these schools; a team (User) as the office of them,
    or of all. Its keys narrow that.
    """

    name: Required[str]
    bearer_type: Required[BearerType]
    person: Staff | None
    school_ids: Iterable[int] | None
    callback: Callback | None


def create_bearer(actor: Staff, **system: Unpack[NewSystem]) -> Bearer:
    """Let another system in, as yet without a key. Raises NotYoursToManage or CallbackUnusable."""
    _may_manage(actor)
    return let_in(actor.district_id, actor, **system)


def let_in(district_id: int, actor: Staff | None, **system: Unpack[NewSystem]) -> Bearer:
    """The same for whoever may do so anyway; without an `actor`, the operator at the terminal."""
    name, bearer_type, person = system["name"], system["bearer_type"], system.get("person")
    with transaction() as events:
        if person is not None and (bearer_type != BearerType.USER or person.district_id != district_id or not person.is_person):
            raise NotYoursToManage(_("Choose somebody of this district, for a key that acts as a person."))
        uuid = new_uuid()
        acts = person or _application(district_id, uuid, name, bearer_type, system.get("school_ids"))
        by = None if actor is None else actor.id
        bearer = Bearer(uuid=uuid, district_id=district_id, staff_id=acts.id, created_by_id=by, name=name.strip(), type=bearer_type)
        _take_callback(bearer, system.get("callback") or Callback())
        db.session.add(bearer)
        db.session.flush()
        events.append(BearerLetIn(district_id, bearer.id))
        audit("bearer.created", bearer, {"name": bearer.name, "type": str(bearer_type)}, by=actor)
    return bearer


def update_bearer(
    actor: Staff, bearer_id: int, *, name: str | None = None, bearer_type: BearerType | None = None, callback: Callback | None = None
) -> Bearer:
    """Change what is given; None keeps. Raises NotVisible, NotYoursToManage or CallbackUnusable.

    Its own row of the staff follows the name and, between program and Admin, the role.
    """
    with transaction():
        bearer = _managed(actor, bearer_id)
        return _changed(bearer, actor, name, bearer_type, callback)


def update_own_bearer(acting: Staff, bearer_id: int, *, name: str | None = None, callback: Callback | None = None) -> Bearer:
    """The same by the bearer itself, which never changes its type. `acting` is its own row, or the person it acts as."""
    with transaction():
        bearer = queries_access.bearer_of_district(acting.district_id, bearer_id)
        if bearer.staff_id != acting.id:
            raise NotYoursToManage(_("A key changes its own bearer alone."))
        return _changed(bearer, acting, name, None, callback)


def delete_bearer(actor: Staff, bearer_id: int) -> None:
    """Let it in no more: its keys open nothing, nothing is told to it, what it did stays. Raises NotVisible or NotYoursToManage."""
    with transaction() as events:
        bearer = _managed(actor, bearer_id)
        moment = now()
        bearer.deleted_at = moment
        _close_keys(bearer, moment)
        acts = db.session.get_one(Staff, bearer.staff_id)
        if not acts.is_person:
            close_account(acts)
        events.append(BearerRemoved(bearer.district_id, bearer.id))
        audit("bearer.deleted", bearer, {"name": bearer.name}, by=actor)


def begin_removal(actor: Staff, bearer_id: int) -> None:
    """From now on none of its keys opens anything, and no worker takes up what it asked for. Raises NotVisible or NotYoursToManage."""
    with transaction():
        bearer, moment = _managed(actor, bearer_id), now()
        bearer.ending_at = bearer.ending_at or moment
        _close_keys(bearer, moment)


def serve_through(actor: Staff, bearer_id: int, partner_id: int | None) -> None:
    """Let the keys of a partner open this customer as well, or, with None, no more. Raises NotVisible or NotYoursToManage."""
    with transaction():
        bearer = _managed(actor, bearer_id)
        partner = None if partner_id is None else _managed(actor, partner_id)
        if partner is not None and (partner.id == bearer.id or partner.partner_id is not None):
            raise NotYoursToManage(_("A partner serves customers; it cannot be one of its own, or be served itself."))
        bearer.partner_id = None if partner is None else partner.id
        audit("bearer.changed", bearer, {"name": bearer.name}, by=actor)


def set_test_mode(actor: Staff, bearer_id: int, *, is_test: bool) -> None:
    """Have nothing leave of what this customer sends by the batch face, or have it leave. Raises NotVisible or NotYoursToManage."""
    with transaction():
        bearer = _managed(actor, bearer_id)
        bearer.is_test = is_test
        audit("bearer.changed", bearer, {"name": bearer.name}, by=actor)


def change_system(actor: Staff, bearer_id: int, *, name: str, callback: Callback, partner_id: int | None, is_test: bool) -> None:
    """All that the page says of a system at once. Raises NotVisible, NotYoursToManage or CallbackUnusable."""
    with transaction():
        bearer = update_bearer(actor, bearer_id, name=name, callback=callback)
        if bearer.partner_id != partner_id:
            serve_through(actor, bearer_id, partner_id)
        if bearer.is_test != is_test:
            set_test_mode(actor, bearer_id, is_test=is_test)


def _close_keys(bearer: Bearer, moment: datetime) -> None:
    db.session.execute(update(ApiKey).where(ApiKey.bearer_id == bearer.id, ApiKey.revoked_at.is_(None)).values(revoked_at=moment))


def _changed(bearer: Bearer, actor: Staff, name: str | None, bearer_type: BearerType | None, callback: Callback | None) -> Bearer:
    acts = db.session.get_one(Staff, bearer.staff_id)
    if bearer_type is not None and bearer_type != bearer.type:
        if acts.is_person:
            raise NotYoursToManage(_("A key that acts as a person stays that. Make a new one for a program."))
        bearer.type = bearer_type
        _place(acts, bearer_type, acts.school_ids or None)
        open_events().append(StaffScopeChanged(acts.id))
    if name is not None and name.strip():
        bearer.name = name.strip()
        if not acts.is_person:
            acts.name = bearer.name[:200]
    _take_callback(bearer, callback or Callback())
    db.session.flush()
    audit("bearer.changed", bearer, {"name": bearer.name}, by=actor)
    return bearer


def _take_callback(bearer: Bearer, callback: Callback) -> None:
    if callback.url is not None:
        url = _usable(callback.url)
        if not is_same_origin(bearer.callback_url, url):  # what opened the old server is not for the new one
            bearer.callback_username, bearer.callback_password = None, None
        bearer.callback_url = url
    if callback.username is not None:
        bearer.callback_username = callback.username or None
    if callback.password is not None:
        bearer.callback_password = sealed(callback.password)
    if callback.password and not bearer.callback_url:
        raise CallbackUnusable(_("Type the address that this user and this password open, too. Without one they are said to nobody."))


def _usable(url: str) -> str | None:
    """Whether it may be reached is asked each time that something goes there; here only that it is an address of the web."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise CallbackUnusable
    return url


def _application(district_id: int, uuid: UUID, name: str, bearer_type: BearerType, school_ids: Iterable[int] | None) -> Staff:
    known = school_names(district_id)
    chosen = None if school_ids is None else sorted(set(school_ids))
    if chosen is not None and not set(chosen) <= set(known):
        raise NotYoursToManage(_("You can only give schools of your own."))
    staff = Staff(
        district_id=district_id, email=f"{uuid.hex}@{NOBODYS}", name=name.strip()[:200], kind=StaffKind.APPLICATION,
        status=StaffStatus.ACTIVE,
    )  # fmt: skip
    _place(staff, bearer_type, chosen)
    db.session.add(staff)
    db.session.flush()
    return staff


def _place(acts: Staff, bearer_type: BearerType, school_ids: Collection[int] | None) -> None:
    """Its role, and the schools that such a role has: those that were named, else all. Of the whole district needs none, and keeps them."""
    if bearer_type == BearerType.ADMIN or (bearer_type == BearerType.APPLICATION and school_ids is None):
        acts.role = Role.DISTRICT_ADMIN
        return
    acts.role = Role.OFFICE if bearer_type == BearerType.USER else Role.SCHOOL_ADMIN
    kept = {link.school_id: link for link in acts.school_links}
    works_at = sorted(school_ids if school_ids is not None else school_names(acts.district_id))
    acts.school_links = [kept.get(number) or StaffSchool(school_id=number) for number in works_at]


def _managed(actor: Staff, bearer_id: int) -> Bearer:
    _may_manage(actor)
    return queries_access.bearer_of_district(actor.district_id, bearer_id)


def _may_manage(actor: Staff) -> None:
    if not role_allows(actor.role, Permission.MANAGE_API):
        raise NotYoursToManage(_("Only a district admin can let other systems in."))
