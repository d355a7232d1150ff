"""The front door: sign in, sign in again over an open page, sign out."""

import json
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from app.accounts import languages, service
from app.accounts.board import todays_board
from app.accounts.current import current_session
from app.accounts.errors import LockedOut, SignInRefused
from app.accounts.forms import SignInForm, typed
from app.accounts.next_page import safe_next
from app.accounts.permissions import Permission, public, requires
from app.accounts.service.signing_in import normal_email
from app.accounts.sessions import staff_of_session
from app.accounts.throttle import email_key
from app.accounts.views.blueprint import bp
from app.core.htmx import wants_block
from app.extensions import limiter

PAGE = "accounts/sign_in.html"
DIALOG = "accounts/sign_in_dialog.html"
FROM_ONE_ADDRESS = "40 per 5 minutes; 200 per hour"
"""Failures only: a whole school may sign in through one address at eight o'clock."""
FOR_ONE_EMAIL = "20 per hour"


def failed(response: Response) -> bool:
    """Whether an answer tells of a failed try; only those are counted."""
    return response.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}


def typed_email() -> str:
    """What the limit per account counts by."""
    return email_key(normal_email(request.form.get("email", "")))


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """The form beside today's board; somebody who is in already goes on."""
    wanted = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(wanted, HTTPStatus.SEE_OTHER)
    if request.args.get("lang") in languages.OFFERED:
        session[languages.CHOSEN] = request.args["lang"]
    return _page(SignInForm(next=wanted))


@bp.get("/sign-in/again")
@public
def sign_in_again() -> ResponseReturnValue:
    """The same form as a dialog, for a page whose session ended while somebody was writing."""
    return render_template(DIALOG, form=SignInForm())


@bp.post("/sign-in")
@limiter.limit(FROM_ONE_ADDRESS, deduct_when=failed)
@limiter.limit(FOR_ONE_EMAIL, key_func=typed_email, deduct_when=failed)
@public
def do_sign_in() -> ResponseReturnValue:
    """Check the pair. Every refusal reads the same whether or not the email exists."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        token = service.sign_in(
            typed(form.email),
            typed(form.password),
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
            shared=form.shared.data,
        )
    except LockedOut as refusal:
        form.password.errors = [refusal.advice]
        return _page(form, HTTPStatus.TOO_MANY_REQUESTS)
    except SignInRefused as refusal:
        form.password.errors = [refusal.advice]
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    enter(token, shared=form.shared.data)
    if wants_block():
        return _tell_the_page(token)
    return redirect(safe_next(form.next.data), HTTPStatus.SEE_OTHER)


@bp.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this browser's session; a shared computer also forgets what it kept."""
    ended = current_session()
    service.sign_out(ended)
    session.clear()
    response = make_response(redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER))
    if ended.is_shared:
        response.headers["Clear-Site-Data"] = '"storage"'  # drafts kept on the device; on one's own they may wait there
    return response


def enter(token: str, *, shared: bool = False) -> None:
    """Put a session into the browser's cookie. What the cookie held before goes, so nobody can have planted it."""
    session.clear()
    session["_user_id"] = token
    session["_fresh"] = True
    session.permanent = not shared


def _page(form: SignInForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    if wants_block():
        return render_template(DIALOG, form=form), min(status, HTTPStatus.UNPROCESSABLE_ENTITY)
    return render_template(PAGE, form=form, board=todays_board(), languages=languages.NAMES), status


def _tell_the_page(token: str) -> Response:
    """Nothing to show: the page closes its dialog, takes the new CSRF token, and reloads if somebody else signed in."""
    staff = staff_of_session(token)
    news = {"homeroom:signed-in": {"csrf": generate_csrf(), "staff": staff.id if staff else None, "message": _("You’re signed in again.")}}
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers["HX-Trigger"] = json.dumps(news)
    return response
