"""A system that was let in, whether or not one of its keys still opens anything."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries_access, service
from app.accounts.api_forms import NAME_TAKEN, BearerForm
from app.accounts.current import current_staff
from app.accounts.errors import CallbackUnusable, NotYoursToManage
from app.accounts.forms import typed
from app.accounts.models import Bearer
from app.accounts.permissions import Permission, requires
from app.accounts.views.blueprint import bp
from app.core.choices import choices_of
from app.core.htmx import page_or_block
from app.core.ids import new_uuid

ONE = "settings/api_system.html"


@bp.get("/settings/api/systems/<int:bearer_id>")
@requires(Permission.MANAGE_API)
def api_system(bearer_id: int) -> ResponseReturnValue:
    """Its keys, and what is known of it."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    return _one(bearer, filled(bearer))


@bp.post("/settings/api/systems/<int:bearer_id>")
@requires(Permission.MANAGE_API)
def change_system(bearer_id: int) -> ResponseReturnValue:
    """Change what is known of it."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    form = with_partners(BearerForm(), bearer)
    if not saved(form, bearer):
        return _one(bearer, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(url_for(".api_system", bearer_id=bearer_id), HTTPStatus.SEE_OTHER)


def filled(bearer: Bearer) -> BearerForm:
    """The form as things stand."""
    return with_partners(
        BearerForm(
            name=bearer.name, callback_url=bearer.callback_url, callback_username=bearer.callback_username,
            partner=bearer.partner_id or 0, is_test=bearer.is_test,
        ),
        bearer,
    )  # fmt: skip


def with_partners(form: BearerForm, bearer: Bearer) -> BearerForm:
    """The form with those through whom the system may work."""
    others = [one for one in queries_access.bearers_of(bearer.district_id) if one.id != bearer.id and one.partner_id is None]
    form.partner.choices = choices_of([(0, _("None")), *((one.id, f"{one.name} ({one.customer_number})") for one in others)])
    return form


def saved(form: BearerForm, bearer: Bearer) -> bool:
    """Whether what was typed is kept, which is said; if not, the form says why."""
    if not form.validate_on_submit():
        return False
    name = typed(form.name)
    if name != bearer.name and queries_access.is_named(bearer.district_id, name, but=bearer.id):
        form.name.errors = [NAME_TAKEN]
        return False
    callback = service.Callback(
        (form.callback_url.data or "").strip(), form.callback_username.data or "", form.callback_password.data or None
    )
    try:
        service.change_system(
            current_staff, bearer.id, name=name, callback=callback,
            partner_id=form.partner.data or None, is_test=form.is_test.data,
        )  # fmt: skip
    except CallbackUnusable as refusal:
        form.callback_url.errors = [refusal.advice]
    except NotYoursToManage as refusal:
        form.partner.errors = [refusal.advice]
    else:
        flash(_("Saved."))
        return True
    return False


def _one(bearer: Bearer, form: BearerForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    keys = queries_access.keys_of(bearer.district_id, bearer_id=bearer.id)
    return page_or_block(ONE, "settings", status=status, bearer=bearer, form=form, keys=keys, once=new_uuid)
