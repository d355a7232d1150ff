"""Keys of other systems: the list, making one, and what can be done with each."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts import api_page, queries_access, service
from app.accounts.api_forms import DISTRICT, NAME_TAKEN, PERSON, SCHOOLS, BearerForm, NewKeyForm
from app.accounts.api_page import Paper
from app.accounts.current import current_staff, own_zone
from app.accounts.errors import KeyUnusable
from app.accounts.forms import typed
from app.accounts.models import ApiKey, BearerType, Staff, are_people
from app.accounts.permissions import Permission, requires
from app.accounts.sandbox import SANDBOX_TOKEN, has_sandbox
from app.accounts.scope_words import SCOPE_WORDS, badges_of
from app.accounts.scopes import Scope
from app.accounts.service.signing_in import normal_email
from app.accounts.tenancy import school_names
from app.accounts.views.api_systems import filled, saved, with_partners
from app.accounts.views.blueprint import bp
from app.config import Settings
from app.core.choices import choices_of
from app.core.database import db
from app.core.htmx import page_or_block
from app.core.ids import new_uuid, uuid_or_none

PAGE, NEW, ONE = "settings/api.html", "settings/api_new.html", "settings/api_key.html"


@bp.get("/settings/api")
@requires(Permission.MANAGE_API)
def api() -> ResponseReturnValue:
    """Every key that opens something, and below it what other rooms show here."""
    return _list()


@bp.get("/settings/api/keys/new")
@requires(Permission.MANAGE_API)
def new_key() -> ResponseReturnValue:
    """The form."""
    return _new(NewKeyForm(once=str(new_uuid())))


@bp.post("/settings/api/keys/new")
@requires(Permission.MANAGE_API)
def make_key() -> ResponseReturnValue:
    """Make it, and show its token with this answer alone: it is kept nowhere, so there is no page to go on to."""
    form = _offered(NewKeyForm())
    if not form.validate_on_submit():
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    once = _uuid(form.once.data)
    if _is_made(once):
        return _shown_before()
    person = _person(form) if form.acts.data == PERSON else None
    if queries_access.is_named(current_staff.district_id, typed(form.name)):
        form.name.errors = [NAME_TAKEN]
    if form.email.errors or form.name.errors:
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    scopes = [Scope(one) for one in form.may.data or []]
    kind = BearerType.USER if person is not None else BearerType.ADMIN if Scope.MANAGE in scopes else BearerType.APPLICATION
    try:
        new = service.let_in_with_key(
            current_staff,
            service.NewSystem(typed(form.name), kind, person, form.schools.data if form.acts.data == SCHOOLS else None),
            scopes=scopes, expires_at=form.ends_at(own_zone()), uuid=once,
        )  # fmt: skip
    except KeyUnusable as refusal:
        (form.expires if form.expires.data is not None else form.may).errors = [refusal.advice]
        return _new(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _list(new, api_page.papers_for(queries_access.bearer_of_district(current_staff.district_id, new.key.bearer_id)))


@bp.get("/settings/api/keys/<int:key_id>")
@requires(Permission.MANAGE_API)
def api_key(key_id: int) -> ResponseReturnValue:
    """One key, and whose it is; of one that was revoked, whose it was."""
    ended = queries_access.system_of_revoked_key(current_staff.district_id, key_id)
    if ended is not None:
        flash(_("This key opens nothing any more. Here is whose it was."))
        return redirect(url_for(".api_system", bearer_id=ended), HTTPStatus.SEE_OTHER)
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    return _one(key, filled(key.bearer))


@bp.post("/settings/api/keys/<int:key_id>")
@requires(Permission.MANAGE_API)
def change_bearer(key_id: int) -> ResponseReturnValue:
    """Change whose it is."""
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    form = with_partners(BearerForm(), key.bearer)
    if not saved(form, key.bearer):
        return _one(key, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for(".api_key", key_id=key_id), HTTPStatus.SEE_OTHER)


@bp.post("/settings/api/keys/<int:key_id>/replace")
@requires(Permission.MANAGE_API)
def replace_key(key_id: int) -> ResponseReturnValue:
    """A new token; the old one goes on for a week."""
    once = _uuid(request.form.get("once"))
    return _shown_before() if _is_made(once) else _list(service.replace_key(current_staff, key_id, once))


@bp.post("/settings/api/keys/<int:key_id>/partner")
@requires(Permission.MANAGE_API)
def make_partner_key(key_id: int) -> ResponseReturnValue:
    """A key of the same system in the form that batches of several customers ask for."""
    once = _uuid(request.form.get("once"))
    if _is_made(once):
        return _shown_before()
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    return _list(service.create_key(current_staff, key.bearer_id, name=key.name, scopes=key.scopes, for_partners=True, uuid=once))


@bp.post("/settings/api/systems/<int:bearer_id>/keys")
@requires(Permission.MANAGE_API)
def make_further_key(bearer_id: int) -> ResponseReturnValue:
    """A key for a system that has none any more, with what its kind may do."""
    once = _uuid(request.form.get("once"))
    return _shown_before() if _is_made(once) else _list(service.create_key(current_staff, bearer_id, uuid=once))


@bp.get("/settings/api/keys/<int:key_id>/replace")
@bp.get("/settings/api/keys/<int:key_id>/partner")
@requires(Permission.MANAGE_API)
def key_again(key_id: int) -> ResponseReturnValue:
    """Whoever opens the address of an answer that showed a key: it was shown once, so here is whose key it is."""
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    return redirect(url_for(".api_key", key_id=key.id), HTTPStatus.SEE_OTHER)


@bp.get("/settings/api/systems/<int:bearer_id>/keys")
@requires(Permission.MANAGE_API)
def further_key_again(bearer_id: int) -> ResponseReturnValue:
    """The same for a key of a system that had none."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    return redirect(url_for(".api_system", bearer_id=bearer.id), HTTPStatus.SEE_OTHER)


def _is_made(once: UUID) -> bool:
    """Whether the form was sent before, as by a page that is loaded anew."""
    return db.session.scalar(select(ApiKey.id).where(ApiKey.uuid == once)) is not None


def _shown_before() -> ResponseReturnValue:
    flash(_("This key was made before, and shown then. If nobody copied it, replace it."), "error")
    return redirect(url_for(".api"), HTTPStatus.SEE_OTHER)


def _list(new: service.NewKey | None = None, papers: Sequence[Paper] = ()) -> ResponseReturnValue:
    district = current_staff.district_id
    settings: Settings = current_app.extensions["settings"]
    templates, told = api_page.sections_for(current_staff)
    keys = queries_access.keys_of(district)
    makers = {one.created_by_id for one in keys if one.created_by_id is not None}
    names = {row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(makers)))} if makers else {}
    sandbox = SANDBOX_TOKEN if settings.demo and has_sandbox(district) else None
    return page_or_block(
        PAGE, "settings", **told, keys=keys, keyless=queries_access.bearers_without_key(district), makers=names, new=new, papers=papers,
        sandbox=sandbox, badges_of=badges_of, sections=templates, once=new_uuid,
    )  # fmt: skip


def _new(form: NewKeyForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    _offered(form)
    return page_or_block(NEW, "settings", status=status, form=form, words=SCOPE_WORDS, acts=(DISTRICT, SCHOOLS, PERSON))


def _one(key: ApiKey, form: BearerForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    bearer = key.bearer
    served = [one for one in queries_access.bearers_of(bearer.district_id) if one.partner_id == bearer.id]
    return page_or_block(
        ONE, "settings", status=status, key=key, bearer=bearer, form=form, scope_words=SCOPE_WORDS, served=served,
        school_names=school_names(bearer.district_id), once=new_uuid,
    )  # fmt: skip


def _offered(form: NewKeyForm) -> NewKeyForm:
    form.schools.choices = choices_of(school_names(current_staff.district_id).items())
    return form


def _person(form: NewKeyForm) -> Staff | None:
    if not (form.email.data or "").strip():
        form.email.errors = [_("Type the school email of the person it acts as.")]
        return None
    wanted = select(Staff).where(Staff.email == normal_email(form.email.data or ""), Staff.district_id == current_staff.district_id)
    person = db.session.scalar(wanted.where(are_people()))
    if person is None or not person.is_active:
        form.email.errors = [_("Nobody active in this district has this email. Look under Staff and roles.")]
    return person


def _uuid(text: str | None) -> UUID:
    return uuid_or_none(text or "") or new_uuid()
