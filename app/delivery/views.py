"""The page of undelivered texts: each with its reason and the next step, until somebody has dealt with it."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.current import current_staff, own_zone
from app.accounts.permissions import Permission, requires
from app.carrier.error_codes import explain
from app.core.errors import Conflict, NotVisible
from app.core.htmx import page_or_block
from app.delivery import queries, service
from app.delivery.models import DeliveryState
from app.delivery.service import Doubt

bp = Blueprint("delivery", __name__, url_prefix="/settings/undelivered")

PAGE = "settings/undelivered.html"
DECISIONS = {
    Doubt.ASK_AGAIN: _l("The carrier is asked again."),
    Doubt.SEND_AGAIN: _l("It is sent again."),
    Doubt.SENT: _l("It counts as sent."),
    Doubt.NOT_SENT: _l("It counts as not sent."),
}

Told = tuple[str, str]
"""A sentence, and the kind of flash that says it."""


@bp.get("")
@requires(Permission.TRIAGE)
def undelivered() -> ResponseReturnValue:
    """What did not arrive, newest first."""
    page = queries.undelivered(current_staff, request.args.get("cursor"))
    return page_or_block(PAGE, "lines", page=page, zone=own_zone())


@bp.post("/<int:delivery_id>/retry")
@requires(Permission.TRIAGE)
def retry(delivery_id: int) -> ResponseReturnValue:
    """Have it tried again."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)

    def act() -> Told:
        fresh = service.retry(delivery.id)
        if fresh.state == DeliveryState.BLOCKED:
            return str(explain(fresh.error_code).advice), "error"
        return str(_("It is tried again. You see here if it fails once more.")), "message"

    return _done(act)


@bp.post("/<int:delivery_id>/settle")
@requires(Permission.TRIAGE)
def settle(delivery_id: int) -> ResponseReturnValue:
    """Somebody dealt with it."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)

    def act() -> Told:
        service.settle(delivery.id)
        return str(_("Taken off the list.")), "message"

    return _done(act)


@bp.post("/<int:delivery_id>/decide")
@requires(Permission.TRIAGE)
def decide(delivery_id: int) -> ResponseReturnValue:
    """Say what is to become of a text of which nobody knows whether it left."""
    delivery = queries.delivery_visible_to(current_staff, delivery_id)
    decision = next((one for one in Doubt if one == request.form.get("decision")), None)
    if decision is None:
        raise NotVisible

    def act() -> Told:
        service.resolve_doubt(delivery.id, decision)
        return str(DECISIONS[decision]), "message"

    return _done(act)


def _done(act: Callable[[], Told]) -> ResponseReturnValue:
    """Do it, and say on the list what came of it."""
    try:
        flash(*act())
    except Conflict as refusal:
        flash(refusal.advice, "error")
    return redirect(url_for(".undelivered"), HTTPStatus.SEE_OTHER)
