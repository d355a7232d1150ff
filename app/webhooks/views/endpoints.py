"""Adding an endpoint, one endpoint with its log, and the callback addresses of other systems."""

from collections.abc import Collection
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, own_zone
from app.accounts.permissions import Permission, requires
from app.core.choices import choices_of
from app.core.clock import now
from app.core.errors import NotVisible
from app.core.htmx import page_or_block
from app.core.ids import new_uuid, uuid_or_none
from app.core.net_guard import UnsafeAddress
from app.core.presentation import gettext as _
from app.webhooks import queries, service
from app.webhooks.errors import NothingChosen, TooManyEndpoints
from app.webhooks.forms import EndpointForm, NewEndpointForm
from app.webhooks.kinds import KINDS, TEST
from app.webhooks.models import EventState, Face, WebhookEndpoint
from app.webhooks.signing_secrets import mark_of
from app.webhooks.views.blueprint import HOME, pages
from app.webhooks.views.section import hooks_of
from app.webhooks.words import FACES, STATES, next_try, outcome_of

NEW, ONE, DELETE, CALLBACKS = (f"settings/webhook_{name}.html" for name in ("new", "one", "delete", "callbacks"))
FAILED = HTTPStatus.UNPROCESSABLE_ENTITY
AWAITED = timedelta(seconds=30)


@pages.get("/new")
@requires(Permission.MANAGE_API)
def new() -> ResponseReturnValue:
    """The form."""
    return page_or_block(NEW, "settings", form=NewEndpointForm(once=str(new_uuid())), kinds=KINDS)


@pages.post("/new")
@requires(Permission.MANAGE_API)
def add() -> ResponseReturnValue:
    """Make it, and show its secret with this answer alone."""
    form = NewEndpointForm()
    once = uuid_or_none(form.once.data or "")
    if once is not None and queries.is_made(once):
        flash(_("This endpoint was added before, and its secret shown then. If nobody copied it, open it and press “New secret”."), "error")
        return redirect(HOME, HTTPStatus.SEE_OTHER)
    is_whole = form.validate_on_submit()
    if not form.kinds.data and not form.kinds.errors:  # said along with what is wrong with the address
        form.kinds.errors, is_whole = [NothingChosen().advice], False
    try:
        if is_whole:
            made = service.add_endpoint(
                asker(), form.url.data or "", name=form.name.data or "", kinds=form.kinds.data or [], with_words=form.with_words.data,
                uuid=once,
            )  # fmt: skip
            return show(made.endpoint, revealed=made, beside=queries.others_at(made.endpoint, asker()))
        if not form.url.errors:
            service.check_address(form.url.data or "")
    except UnsafeAddress as refusal:
        form.url.errors = [refusal.advice]
    except (NothingChosen, TooManyEndpoints) as refusal:
        form.kinds.errors = [refusal.advice]
    return page_or_block(NEW, "settings", status=FAILED, form=form, kinds=KINDS)


@pages.get("/<int:endpoint_id>")
@requires(Permission.MANAGE_API)
def one(endpoint_id: int) -> ResponseReturnValue:
    """How it stands, what it hears of, and its log."""
    return show(queries.endpoint_visible_to(asker(), endpoint_id))


@pages.post("/<int:endpoint_id>")
@requires(Permission.MANAGE_API)
def change(endpoint_id: int) -> ResponseReturnValue:
    """What it is called and hears of."""
    row = queries.endpoint_visible_to(asker(), endpoint_id)
    form = EndpointForm()
    if form.validate_on_submit():
        try:
            service.change_endpoint(
                asker(), endpoint_id, name=form.name.data or "", kinds=form.kinds.data or [], with_words=form.with_words.data
            )
        except NothingChosen as refusal:
            form.kinds.errors = [refusal.advice]
        else:
            return show(queries.endpoint_visible_to(asker(), endpoint_id), said=_("Saved."))
    return show(row, form=form)


@pages.get("/<int:endpoint_id>/delete")
@requires(Permission.MANAGE_API)
def ask_delete(endpoint_id: int) -> ResponseReturnValue:
    """What it means, before it is done."""
    row = queries.endpoint_visible_to(asker(), endpoint_id)
    return page_or_block(DELETE, "settings", endpoint=row)


@pages.get("/callbacks")
@requires(Permission.MANAGE_API)
def callbacks() -> ResponseReturnValue:
    """Addresses that other systems gave along with what they asked for."""
    page = queries.callback_addresses(asker(), request.args.get("cursor"))
    rows = [row[0] for row in page.rows]
    deleted = queries.deleted_callbacks(asker())
    systems = queries.systems_of([*rows, *deleted])
    return page_or_block(CALLBACKS, "settings", page=page, hooks=hooks_of(rows), deleted=deleted, systems=systems, faces=FACES)


def show(
    row: WebhookEndpoint, *, form: EndpointForm | None = None, revealed: service.Revealed | None = None, said: str = "",
    beside: Collection[str] = (),
) -> ResponseReturnValue:  # fmt: skip
    """The page of one endpoint. `beside` names others of the same address, of which whoever just added it may not know."""
    state, kind = _state(), request.args.get("kind") or None
    log = queries.log_of(row, state=state, kind=kind, cursor=request.args.get("cursor"))
    attempts = queries.last_attempts([event.id for event in log.rows])
    seen = {event.kind for event in log.rows} | {kind or TEST}
    names = [one.name for one in KINDS] if row.face == Face.HOMEROOM else sorted(seen - {TEST})
    [hook] = hooks_of([row])
    return page_or_block(
        ONE, "settings", status=FAILED if form is not None and form.errors else HTTPStatus.OK,
        hook=hook, endpoint=row, form=form or EndpointForm(name=row.name, kinds=row.kinds, with_words=row.with_words),
        revealed=revealed, said=said, beside=beside, kinds=KINDS, log=log, attempts=attempts, states=STATES, state=state, kind=kind,
        kind_choices=choices_of([("", _("All kinds")), *((name, name) for name in [*names, TEST])]),
        outcome_of=outcome_of, faces=FACES, systems=queries.systems_of([row]), zone=own_zone(), may_hurry=_may_hurry(row, hook[2].next_at),
        at=now(), mark=mark_of(row.secret),
        is_fresh=any(_is_awaited(event.state, event.created_at) for event in log.rows),
    )  # fmt: skip


def _may_hurry(row: WebhookEndpoint, due_at: datetime | None) -> bool:
    """Whether what waits would be tried later than now."""
    return due_at is not None and next_try(row, due_at) > now()


def _is_awaited(state: str, created_at: datetime) -> bool:
    """Whether somebody may sit and wait for what comes of it: the page looks again by itself."""
    return state == EventState.WAITING and now() - created_at < AWAITED


def _state() -> EventState | None:
    wanted = request.args.get("state", "")
    if not wanted:
        return None
    try:
        return EventState(wanted)
    except ValueError as error:
        raise NotVisible from error
