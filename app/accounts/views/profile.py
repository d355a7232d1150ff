"""My profile."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts import hours, service
from app.accounts.current import current_staff
from app.accounts.forms import ProfileForm
from app.accounts.permissions import Permission, requires
from app.accounts.views.blueprint import bp
from app.core import phone_numbers
from app.core.htmx import page_or_block

PAGE = "settings/profile.html"


@bp.get("/settings")
@requires(Permission.SIGNED_IN)
def settings() -> ResponseReturnValue:
    """The settings begin with oneself."""
    return redirect(url_for(".profile"), HTTPStatus.SEE_OTHER)


@bp.get("/settings/profile")
@requires(Permission.SIGNED_IN)
def profile() -> ResponseReturnValue:
    """The page."""
    form = ProfileForm(obj=current_staff)
    if form.phone.data:
        form.phone.data = phone_numbers.for_people(form.phone.data)
    return page_or_block(
        PAGE, "settings", form=form, week=hours.week_of(current_staff.office_hours), own=current_staff.office_hours is not None
    )


@bp.post("/settings/profile")
@requires(Permission.SIGNED_IN)
def change_profile() -> ResponseReturnValue:
    """Keep it, and say so in the language that was chosen."""
    form, own = ProfileForm(), request.form.get("own-hours") == "1"
    week = hours.week_from(request.form) if own else hours.week_of(None)
    fits = form.validate_on_submit()
    if not fits or any(day.error for day in week):
        return page_or_block(PAGE, "settings", status=HTTPStatus.UNPROCESSABLE_ENTITY, form=form, week=week, own=own)
    service.change_profile(
        current_staff,
        service.Profile(
            formal_name=(form.formal_name.data or "").strip() or None,
            phone=form.phone.data,
            language=form.language.data,
            theme=form.theme.data,
            single_key_shortcuts=form.single_key_shortcuts.data,
            enter_sends=form.enter_sends.data,
            private_receipts=form.private_receipts.data,
            office_hours=hours.kept(week, current_staff.office_hours) if own else None,
        ),
    )
    with force_locale(form.language.data):
        flash(_("Saved."))
    return redirect(url_for(".profile"), HTTPStatus.SEE_OTHER)
