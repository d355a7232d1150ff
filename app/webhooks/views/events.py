"""One event: what it says, each attempt, and sending a dead letter again."""

import json
from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.core.clock import now
from app.core.htmx import page_or_block
from app.core.presentation import gettext as _
from app.webhooks import queries, service
from app.webhooks.models import EndpointState, EventState
from app.webhooks.views.blueprint import pages
from app.webhooks.words import STATES, next_try, outcome_of

PAGE = "settings/webhook_event.html"


@pages.get("/events/<int:event_id>")
@requires(Permission.MANAGE_API)
def event(event_id: int) -> ResponseReturnValue:
    """All of it."""
    found, endpoint = service.note_read(asker(), event_id)
    next_at = next_try(endpoint, found.due_at)
    return page_or_block(
        PAGE, "settings", event=found, endpoint=endpoint, attempts=queries.attempts_of(found), states=STATES, outcome_of=outcome_of,
        payload=json.dumps(json.loads(found.body), indent=2, ensure_ascii=False), zone=own_zone(),
        may_send_again=found.state == EventState.DEAD and endpoint.state != "deleted", is_deleted=endpoint.state == "deleted",
        next_at=next_at, may_hurry=found.state == EventState.WAITING and endpoint.state == EndpointState.ACTIVE and next_at > now(),
    )  # fmt: skip


@pages.post("/events/<int:event_id>/again")
@requires(Permission.MANAGE_API)
def send_again(event_id: int) -> ResponseReturnValue:
    """One dead letter once more."""
    if service.send_again(asker(), event_id):
        flash(_("It is sent again, for another day at most."), "ok")
    else:
        flash(_("This is no dead letter any more. Look at it again."), "error")
    return redirect(url_for("webhooks.event", event_id=event_id), HTTPStatus.SEE_OTHER)
