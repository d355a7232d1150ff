"""How a key and a system end, and what becomes of what they asked for."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries_access, service
from app.accounts.current import current_staff
from app.accounts.errors import MoreToCallOff
from app.accounts.permissions import Permission, requires
from app.accounts.unsent import Kind, listed, unsent_of
from app.accounts.views.blueprint import bp
from app.core.htmx import page_or_block

REVOKE, REMOVE, UNSENT = "settings/api_revoke.html", "settings/api_remove.html", "settings/api_unsent.html"


@bp.get("/settings/api/keys/<int:key_id>/revoke")
@requires(Permission.MANAGE_API)
def ask_revoke(key_id: int) -> ResponseReturnValue:
    """What it means, before it is done."""
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    others = len(queries_access.keys_of(current_staff.district_id, bearer_id=key.bearer_id)) - 1
    return page_or_block(REVOKE, "settings", key=key, others=others, pile=unsent_of(key.bearer))


@bp.post("/settings/api/keys/<int:key_id>/revoke")
@requires(Permission.MANAGE_API)
def revoke_key(key_id: int) -> ResponseReturnValue:
    """Have it open nothing any more and, as the button says, nothing leave of what it asked for."""
    key = queries_access.key_of_district(current_staff.district_id, key_id)
    calls_off = "calls_off" in request.form
    counts = service.revoke_key(current_staff, key_id, calls_off=calls_off)
    flash(_("The key of %(name)s opens nothing any more.", name=key.name))
    _tell(counts)
    if calls_off and _is_more(key.bearer_id):
        return redirect(url_for(".unsent", bearer_id=key.bearer_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".api"), HTTPStatus.SEE_OTHER)


@bp.get("/settings/api/systems/<int:bearer_id>/remove")
@requires(Permission.MANAGE_API)
def ask_remove(bearer_id: int) -> ResponseReturnValue:
    """What it means, before it is done."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    keys = queries_access.keys_of(bearer.district_id, bearer_id=bearer_id)
    return page_or_block(REMOVE, "settings", bearer=bearer, keys=keys, pile=unsent_of(bearer))


@bp.post("/settings/api/systems/<int:bearer_id>/remove")
@requires(Permission.MANAGE_API)
def remove_system(bearer_id: int) -> ResponseReturnValue:
    """Let it in no more."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    try:
        counts = service.remove_system(current_staff, bearer_id)
    except MoreToCallOff as refusal:
        _tell(refusal.counts)
        flash(refusal.advice, "error")
        return redirect(url_for(".ask_remove", bearer_id=bearer_id), HTTPStatus.SEE_OTHER)
    flash(_("%(name)s has no access any more.", name=bearer.name))
    _tell(counts)
    if left := unsent_of(bearer).counts:
        flash(_("Not called off, because it is under legal hold or leaving at this moment: %(what)s.", what=listed(left)), "error")
    return redirect(url_for(".api"), HTTPStatus.SEE_OTHER)


@bp.get("/settings/api/systems/<int:bearer_id>/unsent")
@requires(Permission.MANAGE_API)
def unsent(bearer_id: int) -> ResponseReturnValue:
    """What it asked for and what has not left yet."""
    bearer = queries_access.bearer_of_district(current_staff.district_id, bearer_id)
    return page_or_block(UNSENT, "settings", bearer=bearer, pile=unsent_of(bearer))


@bp.post("/settings/api/systems/<int:bearer_id>/unsent")
@requires(Permission.MANAGE_API)
def call_off(bearer_id: int) -> ResponseReturnValue:
    """Have nothing of it leave; its keys go on."""
    counts = service.call_off(current_staff, bearer_id)
    if counts:
        _tell(counts)
        _is_more(bearer_id)
    else:
        flash(_("There was nothing left to call off."))
    return redirect(url_for(".unsent", bearer_id=bearer_id), HTTPStatus.SEE_OTHER)


def _tell(counts: dict[Kind, int]) -> None:
    if counts:
        flash(_("Called off: %(what)s.", what=listed(counts)))


def _is_more(bearer_id: int) -> bool:
    """Whether anything is left, which is said."""
    left = unsent_of(queries_access.bearer_of_district(current_staff.district_id, bearer_id)).number
    if left:
        flash(_("Some of it is still there: it was too much at once, or is leaving at this moment. Call it off again."), "error")
    return bool(left)
