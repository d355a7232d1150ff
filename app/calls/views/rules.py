"""The settings of calls."""

from http import HTTPStatus

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.current import asker
from app.accounts.navigation import Entry, add_settings_section
from app.accounts.permissions import Permission, requires
from app.calls import service
from app.calls.consent import NEVER, RULE
from app.calls.errors import NoSuchCountry
from app.calls.service.dialling import COUNTRIES
from app.calls.views.blueprint import pages
from app.core.database import db
from app.core.presentation import territory_name
from app.directory.models import District


def add_settings(app: Flask) -> None:
    """Beside the numbers."""
    add_settings_section(app, Entry("calls", "calls.rules", "phone-call", _l("Calls"), Permission.MANAGE_NUMBERS, order=35))


@pages.get("/settings")
@requires(Permission.MANAGE_NUMBERS)
def rules() -> ResponseReturnValue:
    """Which countries may be called, and whether calls may be recorded."""
    settings = db.session.get_one(District, asker().district_id).settings
    codes = settings.get(COUNTRIES, [])
    return _page(", ".join(codes), may_record=settings.get(RULE) != NEVER, names=[territory_name(code) for code in codes])


@pages.post("/settings")
@requires(Permission.MANAGE_NUMBERS)
def save_rules() -> ResponseReturnValue:
    """Keep them."""
    written, may_record = request.form.get("countries", "")[:400], request.form.get("may_record") is not None
    try:
        service.save_rules(asker(), written.replace(";", ",").split(","), may_record=may_record)
    except NoSuchCountry as refusal:
        return _page(written, may_record=may_record, names=[], error=refusal.advice), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved."))
    return redirect(url_for(".rules"), HTTPStatus.SEE_OTHER)


def _page(written: str, *, may_record: bool, names: list[str], error: str = "") -> str:
    return render_template("calls/rules.html", written=written, may_record=may_record, names=names, error=error)
