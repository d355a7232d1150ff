"""What an admin does with an endpoint by one press."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.accounts.queries_access import bearer_of_district
from app.core.clock import now
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.presentation import gettext as _
from app.webhooks import queries, service
from app.webhooks.errors import EndpointPaused, RenewedBefore
from app.webhooks.signing_secrets import mark_of
from app.webhooks.views.blueprint import HOME, pages
from app.webhooks.views.endpoints import show
from app.webhooks.views.section import hooks_of
from app.webhooks.words import FACES


@pages.post("/<int:endpoint_id>/test")
@requires(Permission.MANAGE_API)
def test(endpoint_id: int) -> ResponseReturnValue:
    """Send a test."""
    try:
        service.send_test(asker(), endpoint_id)
    except EndpointPaused as refusal:
        flash(refusal.advice, "error")
    else:
        flash(_("The test is on its way. Its outcome stands in the log in a moment."), "ok")
    return _back(endpoint_id)


@pages.post("/<int:endpoint_id>/pause")
@requires(Permission.MANAGE_API)
def pause(endpoint_id: int) -> ResponseReturnValue:
    """Hand nothing over."""
    service.pause(asker(), endpoint_id)
    flash(_("Paused. What happens meanwhile waits here, for 30 days at most."), "ok")
    return _back(endpoint_id)


@pages.post("/<int:endpoint_id>/resume")
@requires(Permission.MANAGE_API)
def resume(endpoint_id: int) -> ResponseReturnValue:
    """Hand over again."""
    service.resume(asker(), endpoint_id)
    flash(_("Resumed. What waits is handed over now."), "ok")
    return _back(endpoint_id)


@pages.post("/<int:endpoint_id>/now")
@requires(Permission.MANAGE_API)
def try_now(endpoint_id: int) -> ResponseReturnValue:
    """Wait no longer for the next try."""
    service.try_now(asker(), endpoint_id)
    flash(_("What waits is tried now."), "ok")
    return _back(endpoint_id)


@pages.post("/<int:endpoint_id>/again")
@requires(Permission.MANAGE_API)
def send_all_again(endpoint_id: int) -> ResponseReturnValue:
    """All dead letters once more."""
    many = service.send_all_again(asker(), endpoint_id)
    flash(ngettext("One dead letter is sent again.", "%(num)s dead letters are sent again.", many), "ok")
    return _back(endpoint_id)


@pages.post("/<int:endpoint_id>/secret")
@requires(Permission.MANAGE_API)
def rotate(endpoint_id: int) -> ResponseReturnValue:
    """A new secret, shown with this answer alone. A callback address shares that of its system, where it is made."""
    row = queries.endpoint_visible_to(asker(), endpoint_id)
    if row.bearer_id is not None:
        return redirect(url_for("webhooks.system", bearer_id=row.bearer_id), HTTPStatus.SEE_OTHER)
    try:
        made = service.rotate_secret(asker(), endpoint_id, request.form.get("seen", ""))
    except RenewedBefore as refusal:
        flash(refusal.advice, "error")
        return _back(endpoint_id)
    return show(made.endpoint, revealed=made)


@pages.get("/<int:endpoint_id>/secret")
@requires(Permission.MANAGE_API)
def rotated(endpoint_id: int) -> ResponseReturnValue:
    """Whoever opens the address of an answer that showed a secret: it was shown once."""
    row = queries.endpoint_visible_to(asker(), endpoint_id)
    return redirect(url_for("webhooks.one", endpoint_id=row.id), HTTPStatus.SEE_OTHER)


@pages.get("/systems/<int:bearer_id>/secret")
@requires(Permission.MANAGE_API)
def renewed(bearer_id: int) -> ResponseReturnValue:
    """The same for that of a system."""
    bearer = bearer_of_district(asker().district_id, bearer_id)
    return redirect(url_for("webhooks.system", bearer_id=bearer.id), HTTPStatus.SEE_OTHER)


@pages.get("/systems/<int:bearer_id>")
@requires(Permission.MANAGE_API)
def system(bearer_id: int) -> ResponseReturnValue:
    """The callback addresses of one system, and what is signed with there."""
    return _system(bearer_id)


@pages.post("/systems/<int:bearer_id>/secret")
@requires(Permission.MANAGE_API)
def renew(bearer_id: int) -> ResponseReturnValue:
    """A new secret for all of them, shown with this answer alone."""
    try:
        return _system(bearer_id, service.renew_secret(asker(), bearer_id, request.form.get("seen", "")))
    except RenewedBefore as refusal:
        flash(refusal.advice, "error")
        return redirect(url_for("webhooks.system", bearer_id=bearer_id), HTTPStatus.SEE_OTHER)


@pages.post("/<int:endpoint_id>/delete")
@requires(Permission.MANAGE_API)
def delete(endpoint_id: int) -> ResponseReturnValue:
    """For good; a callback address until it is allowed again."""
    row = queries.endpoint_visible_to(asker(), endpoint_id)
    service.delete(asker(), endpoint_id)
    flash(_("Nothing is sent to %(url)s any more.", url=row.url), "ok")
    return redirect(HOME if row.bearer_id is None else url_for("webhooks.callbacks"), HTTPStatus.SEE_OTHER)


@pages.post("/<int:endpoint_id>/allow")
@requires(Permission.MANAGE_API)
def allow_again(endpoint_id: int) -> ResponseReturnValue:
    """A deleted callback address."""
    service.allow_again(asker(), endpoint_id)
    flash(_("This address is called again, from the next event on."), "ok")
    return redirect(url_for("webhooks.callbacks"), HTTPStatus.SEE_OTHER)


def _system(bearer_id: int, revealed: str = "") -> ResponseReturnValue:
    bearer = bearer_of_district(asker().district_id, bearer_id)
    page = queries.callback_addresses(asker(), request.args.get("cursor"), bearer_id=bearer_id)
    held = queries.secret_of_callbacks(bearer_id)
    return page_or_block(
        "settings/webhook_system.html", "settings", bearer=bearer, revealed=revealed, page=page,
        hooks=hooks_of([row[0] for row in page.rows]), faces=FACES, held=held,
        mark=mark_of(held.secret) if held else "", at=now(), zone=own_zone(),
    )  # fmt: skip


def _back(endpoint_id: int) -> ResponseReturnValue:
    """To where the button stood."""
    if request.form.get("back") == "list":
        return redirect(HOME, HTTPStatus.SEE_OTHER)
    if (event_id := request.form.get("event", type=row_number)) is not None:
        return redirect(url_for("webhooks.event", event_id=event_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for("webhooks.one", endpoint_id=endpoint_id), HTTPStatus.SEE_OTHER)
