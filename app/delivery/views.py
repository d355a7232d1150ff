"""The page of undelivered texts: each with its reason and the next step, until somebody has dealt with it."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts import service as accounts
from app.accounts.current import current_staff, workplace
from app.accounts.permissions import Permission, requires
from app.core import phone_numbers
from app.core.database import transaction
from app.core.errors import Conflict, NotVisible
from app.core.htmx import page_or_block
from app.delivery import queries, service
from app.delivery.models import Delivery
from app.delivery.service import Doubt

bp = Blueprint("delivery", __name__, url_prefix="/settings/undelivered")

PAGE = "settings/undelivered.html"
DECISIONS = {
    Doubt.ASK_AGAIN: _l("The carrier is asked again."),
    Doubt.SEND_AGAIN: _l("The text is sent again."),
    Doubt.SENT: _l("The text counts as sent."),
    Doubt.NOT_SENT: _l("The text counts as not sent."),
}


@bp.get("")
@requires(Permission.TRIAGE)
def undelivered() -> ResponseReturnValue:
    """What did not arrive, newest first."""
    place = workplace()
    page = queries.undelivered(current_staff, request.args.get("cursor"))
    return page_or_block(PAGE, "lines", page=page, zone=place.time_zone if place is not None else "UTC")


@bp.post("/<int:delivery_id>/retry")
@requires(Permission.TRIAGE)
def retry(delivery_id: int) -> ResponseReturnValue:
    """Have it tried again."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)
    try:
        with transaction():
            service.retry(delivery.id)
            accounts.audit("delivery.retried", delivery, {"to": _masked(delivery)})
    except Conflict as refusal:
        flash(refusal.advice, "error")
    else:
        flash(_("It is tried again. You see here if it fails once more."))
    return _back()


@bp.post("/<int:delivery_id>/settle")
@requires(Permission.TRIAGE)
def settle(delivery_id: int) -> ResponseReturnValue:
    """Somebody dealt with it."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)
    try:
        with transaction():
            service.settle(delivery.id)
            accounts.audit("delivery.settled", delivery, {"to": _masked(delivery)})
    except Conflict as refusal:
        flash(refusal.advice, "error")
    else:
        flash(_("Taken off the list."))
    return _back()


@bp.post("/<int:delivery_id>/decide")
@requires(Permission.TRIAGE)
def decide(delivery_id: int) -> ResponseReturnValue:
    """Say what is to become of a text of which nobody knows whether it left."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)
    decision = next((one for one in Doubt if one == request.form.get("decision")), None)
    if decision is None:
        raise NotVisible
    try:
        with transaction():
            service.resolve_doubt(delivery.id, decision)
            accounts.audit("delivery.decided", delivery, {"to": _masked(delivery), "decision": decision})
    except Conflict as refusal:
        flash(refusal.advice, "error")
    else:
        flash(str(DECISIONS[decision]))
    return _back()


def _masked(delivery: Delivery) -> str:
    return phone_numbers.mask(delivery.address)


def _back() -> ResponseReturnValue:
    return redirect(url_for(".undelivered"), HTTPStatus.SEE_OTHER)
