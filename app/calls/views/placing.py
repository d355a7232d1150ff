"""The form that calls one phone of a family: from this browser, or by ringing one's own phone first."""

from http import HTTPStatus
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires, role_allows
from app.calls import service
from app.calls.models import Way
from app.calls.service import DirectPlan
from app.calls.views.blueprint import pages
from app.calls.views.starting import surroundings
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import wants_block
from app.core.ids import new_uuid, row_number_or_none

PAGE = "calls/direct.html"


@pages.get("/direct/new")
@requires(Permission.MAKE_CALLS)
def new_direct() -> ResponseReturnValue:
    """Which phone, and how."""
    return _form(surroundings(), {}, new_uuid().hex)


@pages.post("/direct/new")
@requires(Permission.MAKE_CALLS)
def place() -> ResponseReturnValue:
    """Call it. A script that asks learns where the phone is, or why not: no window is opened for a refusal."""
    about, form = surroundings(), request.form
    wants_address = request.accept_mimetypes.best == "application/json"
    point = row_number_or_none(form.get("point"))
    if point not in {choice.point_id for choice in about["choices"]}:
        raise NotVisible
    plan = DirectPlan(
        request_key=form.get("request_key", "")[:64] or new_uuid().hex,
        point_id=point or 0,
        way=Way.PHONE if form.get("way") == Way.PHONE else Way.BROWSER,
        own_phone=form.get("own_phone", ""),
        conversation_id=about["conversation_id"],
        is_emergency=form.get("emergency") is not None,
    )
    try:
        call = service.start_direct(asker(), plan)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        if wants_address:
            raise
        return _form(about, form, plan.request_key, error=refusal.advice), HTTPStatus.UNPROCESSABLE_ENTITY
    where = ".phone_with" if plan.way is Way.BROWSER else ".one"
    address = url_for(where, call_id=call.id)
    return {"address": address} if wants_address else redirect(address, HTTPStatus.SEE_OTHER)


def _form(about: dict[str, Any], given: Any, request_key: str, *, error: str = "") -> str:
    in_dialog = wants_block()
    return render_template(
        "calls/_direct.html" if in_dialog else PAGE, **about, given=given, error=error, request_key=request_key, in_dialog=in_dialog,
        may_declare_emergency=role_allows(asker().role, Permission.SEND_EMERGENCY),
    )  # fmt: skip
