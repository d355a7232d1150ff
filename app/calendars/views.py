"""The page of one's own calendar and of the connected ones, and the two addresses to which providers send people back."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.calendars import queries, service
from app.calendars.errors import NotGranted
from app.calendars.own import address_for
from app.calendars.providers import TITLES, Which, configured
from app.config import Settings
from app.core.errors import HomeroomError, NotVisible

SECTION = "calendars"
pages = Blueprint("connected_calendars", __name__, url_prefix="/settings/calendars")


@pages.get("")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """All of one's own."""
    return _page()


@pages.get("/google")
@requires(Permission.SIGNED_IN)
def back_from_google() -> ResponseReturnValue:
    """The registered redirect address of Google."""
    return _back(Which.GOOGLE)


@pages.get("/outlook")
@requires(Permission.SIGNED_IN)
def back_from_outlook() -> ResponseReturnValue:
    """The same for Microsoft."""
    return _back(Which.OUTLOOK)


@pages.post("/address")
@requires(Permission.SIGNED_IN)
def renew() -> ResponseReturnValue:
    """Another one; the former ends."""
    service.renew_address(asker())
    flash(_("Your calendar has a new address. The old one shows nothing any more."))
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


@pages.post("/disconnect")
@requires(Permission.SIGNED_IN)
def disconnect() -> ResponseReturnValue:
    """Give one back."""
    given, account = request.form.get("provider", ""), request.form.get("account", "")
    if given not in set(Which):
        raise NotVisible
    try:
        was_withdrawn = service.withdraw(asker(), Which(given), account)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        return _page(refusal.advice, refusal.status)
    if was_withdrawn:
        flash(_("The calendar is disconnected, and Google was told."))
    else:
        flash(_("The calendar is forgotten here. To end the permission there, too, open the apps of your Microsoft account."))
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _back(which: Which) -> ResponseReturnValue:
    """The code is used once and leaves the address bar, whatever came of it."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    try:
        service.finish(asker(), which, state=state, code="" if "error" in request.args else code)
    except NotGranted as refusal:
        return _page(refusal.advice, HTTPStatus.FORBIDDEN)
    except HomeroomError as refusal:
        return _page(refusal.advice, refusal.status)
    flash(_("Your %(provider)s calendar is connected. You can close this page.", provider=TITLES[which]))
    return redirect(url_for(".show"), HTTPStatus.SEE_OTHER)


def _page(problem: str = "", status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    page = render_template(
        "settings/calendars.html", section=SECTION, address=address_for(asker()), grants=queries.grants_of(asker()), titles=TITLES,
        can_connect=bool(configured(settings)), problem=problem,
    )  # fmt: skip
    return page, status
