"""Settings of faxes: where they go by themselves, how long they are kept, and what a legal hold keeps."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.accounts.current import asker, own_zone
from app.accounts.models import Staff
from app.accounts.navigation import Entry, add_settings_section
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations.views.answers import done
from app.core.clock import now
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import row_number_or_none
from app.core.local_clock import local_clock
from app.core.presentation import gettext as _
from app.directory.models import District
from app.fax.errors import FaxesWouldGo
from app.fax.estimate import CENTS_PER_PAGE, MOST_CENTS, price_in, read_price
from app.fax.models import ForwardWay
from app.fax.queries_destinations import numbers_managed_by, offered_by
from app.fax.queries_retention import held_faxes, retention_of
from app.fax.retention import MOST_DAYS, MOST_YEARS, Retention
from app.fax.service import destinations, keeping, pricing
from app.fax.views.blueprint import pages

PAGE = "/fax/settings"


def add_settings(app: Flask) -> None:
    """Beside the calls."""
    add_settings_section(app, Entry("fax", "fax.settings", "printer", _l("Fax"), Permission.MANAGE_FAXES, order=36))


@pages.get("/settings")
@requires(Permission.MANAGE_FAXES)
def settings() -> Response:
    """All of it."""
    return _page()


@pages.post("/settings/destinations")
@requires(Permission.MANAGE_FAXES)
def add_destination() -> ResponseReturnValue:
    """For what arrives at a number, or to be offered when somebody forwards a fax."""
    form = request.form
    number_id = row_number_or_none(form.get("number"))
    way = ForwardWay.ATTACHED if form.get("way") == ForwardWay.ATTACHED else ForwardWay.LINK
    try:
        row = destinations.add_destination(asker(), number_id, address=form.get("address", ""), name=form.get("name", ""), way=way)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _page(refusal, {"number": number_id, "address": form.get("address", ""), "name": form.get("name", ""), "way": way})
    if number_id is None:
        return done(_("%(address)s is offered from now on.", address=row.address), PAGE)
    return done(_("Faxes go to %(address)s from now on.", address=row.address), PAGE)


@pages.post("/settings/destinations/<int:destination_id>")
@requires(Permission.MANAGE_FAXES)
def act_on_destination(destination_id: int) -> ResponseReturnValue:
    """Switch it on or off, or forget it."""
    wanted = request.form.get("act", "")
    if wanted in {"on", "off"}:
        destinations.set_active(asker(), destination_id, active=wanted == "on")
        return done(_("Faxes go there again.") if wanted == "on" else _("No fax goes there any more."), PAGE)
    if wanted == "remove":
        destinations.remove_destination(asker(), destination_id)
        return done(_("Removed."), PAGE)
    raise NotVisible


@pages.post("/settings/keeping")
@requires(Permission.KEEP_FAXES)
def save_keeping() -> ResponseReturnValue:
    """How long faxes are kept, for the whole district."""
    years, days = (row_number_or_none(request.form.get(name)) or 0 for name in ("years", "days"))
    errors = {}
    if not 1 <= years <= MOST_YEARS:
        errors["years"] = _("From 1 to %(most)s years.", most=MOST_YEARS)
    if not 1 <= days <= MOST_DAYS:
        errors["days"] = _("From 1 to %(most)s days.", most=MOST_DAYS)
    if errors:
        return _page(typed={"years": request.form.get("years", ""), "days": request.form.get("days", "")}, errors=errors)
    rule, agreed = Retention(years, days, request.form.get("hold") is not None), row_number_or_none(request.form.get("agreed")) or 0
    try:
        keeping.save_retention(asker(), rule, agreed=agreed)
    except FaxesWouldGo as refusal:
        return _page(typed={"years": str(years), "days": str(days)}, wanted=rule, going=refusal.many)
    return done(_("Saved."), PAGE)


@pages.post("/settings/price")
@requires(Permission.KEEP_FAXES)
def save_price() -> ResponseReturnValue:
    """What a page costs, for the whole district."""
    typed = request.form.get("cents", "")
    try:
        cents = read_price(typed)
    except ValueError:
        return _page(typed={"cents": typed}, errors={"cents": _("From 0 to %(most)s cents, such as 2.5.", most=MOST_CENTS)})
    pricing.save_price(asker(), cents)
    return done(_("Saved."), PAGE)


@pages.post("/<int:fax_id>/hold")
@requires(Permission.KEEP_FAXES)
def hold_fax(fax_id: int) -> ResponseReturnValue:
    """Keep one fax whatever else would delete it, or no longer."""
    back = PAGE if request.form.get("back") == "settings" else f"/fax/{fax_id}"
    if request.form.get("act") == "lift":
        keeping.lift_hold(asker(), fax_id)
        return done(_("The hold is lifted. The fax is kept as long as every other."), back)
    keeping.hold_fax(asker(), fax_id)
    return done(_("Kept until somebody lifts the hold."), back)


def _page(
    refusal: HomeroomError | None = None,
    given: dict[str, Any] | None = None,
    *,
    typed: dict[str, str] | None = None,
    errors: Any = None,
    wanted: Retention | None = None,
    going: int = 0,
) -> Response:
    staff = asker()
    may_keep = role_allows(staff.role, Permission.KEEP_FAXES)
    rule = retention_of(staff.district_id)
    html = render_template(
        "fax/settings.html", is_held_wanted=(wanted or rule).is_held, going=going, goes_at=now() + keeping.NOTICE,
        begins=rule.begins if rule.begins is not None and rule.begins > now() else None,
        numbers=numbers_managed_by(staff), offered=offered_by(staff.district_id), rule=rule, may_keep=may_keep,
        held=held_faxes(staff) if may_keep else [], clock=local_clock(own_zone(), staff.language),
        refused=refusal.advice if refusal else "", given=given or {}, errors=errors or {},
        written={"years": rule.years, "days": rule.deleted_days, "cents": _price_of(staff)} | (typed or {}), usual_price=CENTS_PER_PAGE,
        may_number=role_allows(staff.role, Permission.MANAGE_NUMBERS),
    )  # fmt: skip
    return make_response(html, HTTPStatus.UNPROCESSABLE_ENTITY if refusal or errors or going else HTTPStatus.OK)


def _price_of(staff: Staff) -> str:
    """For the field: as it was typed; empty where the usual one counts."""
    price = price_in(db.session.get_one(District, staff.district_id).settings)
    return "" if price is None else f"{price.normalize():f}"
