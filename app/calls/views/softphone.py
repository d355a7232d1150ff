"""The phone in the browser: a page of its own, so that a call outlives whatever else is read meanwhile."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, current_session
from app.accounts.permissions import Permission, requires, role_allows
from app.calls import queries, queries_history, queries_line, service
from app.calls.durations import clock
from app.calls.models import Outcome, Way
from app.calls.views.blueprint import pages
from app.calls.views.row_words import now_words
from app.carrier.error_codes import failure_words
from app.carrier.softphones import SoftphoneKind
from app.carrier.voice_choice import softphones_of
from app.core.errors import NotVisible
from app.core.ids import row_number
from app.core.presentation import gettext as _
from app.core.security_headers import csp_nonce, policy
from app.live import queries as live

TWILIO = ("https://*.twilio.com", "wss://*.twilio.com")
"""Whom Twilio's SDK talks to: signalling, edges and its event gateway."""
TWILIO_SOUNDS = ("https://sdk.twilio.com",)


@pages.get("/phone")
@requires(Permission.MAKE_CALLS)
def phone() -> ResponseReturnValue:
    """The phone, ready to ring; it takes the call out of the office's line whose button opened it: ours, and not a link elsewhere."""
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return _page(takes=request.args.get("take", type=row_number) if is_ours else None)


@pages.get("/phone/<int:call_id>")
@requires(Permission.MAKE_CALLS)
def phone_with(call_id: int) -> ResponseReturnValue:
    """The phone, about to place a call that was written down."""
    call = queries.call_visible_to(asker(), call_id)
    line = queries_line.own_line_of(asker(), call)
    wanted = "" if call.is_over or line.is_inbound or line.own_call_id is not None else call.uuid.hex
    return _page(call_id=call.id, dials=wanted, to=line.address, party=asdict(queries_line.party_visible_to(asker(), call_id)))


@pages.post("/phone/pass")
@requires(Permission.MAKE_CALLS)
def softphone_pass() -> ResponseReturnValue:
    """What this browser needs to be a phone; for an hour."""
    issued = softphones_of(current_app).issue(asker().uuid.hex)
    if issued is None:
        return {"error": "not_set_up"}, HTTPStatus.CONFLICT
    return jsonify(
        kind=issued.kind, identity=issued.identity, token=issued.token, address=issued.address, expires_at=issued.expires_at.isoformat()
    )  # fmt: skip


@pages.post("/phone/here")
@requires(Permission.MAKE_CALLS)
def here() -> ResponseReturnValue:
    """This browser is there, and takes calls."""
    service.here(asker(), current_session())
    return "", HTTPStatus.NO_CONTENT


@pages.post("/phone/gone")
@requires(Permission.MAKE_CALLS)
def gone() -> ResponseReturnValue:
    """It takes none any more."""
    service.gone(current_session())
    return "", HTTPStatus.NO_CONTENT


@pages.get("/phone/ringing")
@requires(Permission.MAKE_CALLS)
def ringing() -> ResponseReturnValue:
    """Who calls this person now."""
    return jsonify([asdict(one) for one in queries_line.who_rings(asker())])


@pages.get("/phone/who")
@requires(Permission.MAKE_CALLS)
def who() -> ResponseReturnValue:
    """Who is on the line in this browser: for a window that was loaded, or opened, after the call had begun."""
    party = queries_line.on_the_line_of(asker(), request.args.get("call", ""))
    return jsonify(asdict(party) if party else None)


@pages.get("/phone/now/<int:call_id>")
@requires(Permission.MAKE_CALLS)
def now(call_id: int) -> ResponseReturnValue:
    """How a call of this person stands."""
    row = queries_history.own_that_goes_on(asker(), call_id)
    row = row or queries_history.row_visible_to(asker(), call_id)
    if row is None:
        raise NotVisible
    said = _("Call ended") if row.is_over and row.outcome == Outcome.ANSWERED else now_words(row, asker().id)  # who answered sits before it
    is_unanswered = not row.is_inbound or row.outcome in {Outcome.MISSED, Outcome.NO_MESSAGE}
    ends_unmet = row.is_over and is_unanswered
    again = _("Call back") if row.is_inbound else _("Call again")
    return jsonify(
        is_over=row.is_over, words=said, why=str(failure_words(row.error_code)) if row.error_code else "",
        again=again if ends_unmet and row.point_id is not None else "",
        stranger=row.address if ends_unmet and row.point_id is None else "",
    )  # fmt: skip


@pages.get("/phone/line")
@requires(Permission.MAKE_CALLS)
def line() -> ResponseReturnValue:
    """Who waits for the office now."""
    return render_template("calls/_line.html", waiting=queries_line.line_visible_to(asker()), clock_words=clock, has_phone=True)


@pages.post("/line/<int:call_id>/take")
@requires(Permission.MAKE_CALLS)
def take(call_id: int) -> ResponseReturnValue:
    """Have a call that waits ring in this person's browser."""
    queries.call_visible_to(asker(), call_id)
    service.take_from_line(asker(), call_id, Way.BROWSER)
    return "", HTTPStatus.NO_CONTENT


def _page(takes: int | None = None, **about: Any) -> ResponseReturnValue:
    staff = asker()
    issued = softphones_of(current_app).issue(staff.uuid.hex)
    html = render_template(
        "calls/phone.html", live_from=live.newest_id(), kind=issued.kind if issued else "", waiting=queries_line.line_visible_to(staff),
        clock_words=clock, has_phone=True, answers_line=role_allows(staff.role, Permission.TRIAGE), takes=takes,
        practice=bool(issued and issued.kind is SoftphoneKind.SIMULATOR), about=about,
    )  # fmt: skip
    response = make_response(html)
    if issued is not None:
        own = [_origin(issued.address)] if issued.kind is SoftphoneKind.SIMULATOR else []
        connect, media = (own, []) if own else (list(TWILIO), list(TWILIO_SOUNDS))
        response.headers["Content-Security-Policy"] = policy(g.get("csp_nonce") or csp_nonce(), connect=connect, media=media)
    return response


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
