"""What mailed links open. The secret leaves the address bar at once: it moves into the cookie, and the page has a plain address."""

from http import HTTPStatus

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts import service
from app.accounts.errors import LinkUnusable, WeakPassword
from app.accounts.forms import ForgotForm, NewPasswordForm, typed
from app.accounts.models import TokenPurpose
from app.accounts.permissions import public
from app.accounts.service.links import person_of
from app.accounts.views.blueprint import bp
from app.accounts.views.signing_in import enter, typed_email
from app.core.htmx import page_or_block
from app.extensions import limiter

LINK = "link"
FORGOT_PAGE, NEW_PAGE, UNLOCK_PAGE, DEAD_PAGE = (f"accounts/{name}.html" for name in ("forgot", "new_password", "unlock", "link_unusable"))
PER_ADDRESS = "30 per 10 minutes"


@bp.get("/password/forgot")
@public
def forgot() -> ResponseReturnValue:
    """Ask for a link."""
    return render_template(FORGOT_PAGE, form=ForgotForm(email=request.args.get("email", "")), asked=None)


@bp.post("/password/forgot")
@limiter.limit(PER_ADDRESS)
@limiter.limit("4 per hour", key_func=typed_email)
@public
def do_forgot() -> ResponseReturnValue:
    """Mail a link if there is an account, and say the same if there is none."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return page_or_block(FORGOT_PAGE, "form", status=HTTPStatus.UNPROCESSABLE_ENTITY, form=form, asked=None)
    service.request_reset(typed(form.email))
    return page_or_block(FORGOT_PAGE, "form", form=form, asked=form.email.data)


@bp.get("/invitation/<token>", defaults={"purpose": TokenPurpose.INVITATION})
@bp.get("/password/reset/<token>", defaults={"purpose": TokenPurpose.RESET})
@bp.get("/unlock/<token>", defaults={"purpose": TokenPurpose.UNLOCK})
@limiter.limit(PER_ADDRESS)
@public
def open_link(token: str, purpose: TokenPurpose) -> ResponseReturnValue:
    """Take the secret out of the address, and go to the page of the link's kind."""
    try:
        person_of(purpose, token)
    except LinkUnusable as refusal:
        return render_template(DEAD_PAGE, purpose=purpose, advice=refusal.advice), HTTPStatus.GONE
    session[LINK] = [str(purpose), token]
    endpoints = {TokenPurpose.INVITATION: ".welcome", TokenPurpose.RESET: ".new_password", TokenPurpose.UNLOCK: ".unlock"}
    return redirect(url_for(endpoints[purpose]), HTTPStatus.SEE_OTHER)


@bp.route("/welcome", methods=["GET", "POST"])
@limiter.limit(PER_ADDRESS, methods=["POST"])
@public
def welcome() -> ResponseReturnValue:
    """An invited person chooses a password, and is in."""
    try:
        token = _token(TokenPurpose.INVITATION)
        staff, form = person_of(TokenPurpose.INVITATION, token), NewPasswordForm()
        if form.validate_on_submit():
            try:
                entered = service.accept_invitation(
                    token, typed(form.password), user_agent=request.user_agent.string, address=request.remote_addr or ""
                )
            except WeakPassword as refusal:
                form.password.errors = [refusal.advice]
            else:
                enter(entered)
                return redirect("/", HTTPStatus.SEE_OTHER)
    except LinkUnusable as refusal:
        return render_template(DEAD_PAGE, purpose=TokenPurpose.INVITATION, advice=refusal.advice), HTTPStatus.GONE
    return _form_page(form, staff_name=staff.name, email=staff.email, purpose=TokenPurpose.INVITATION)


@bp.route("/password/new", methods=["GET", "POST"])
@limiter.limit(PER_ADDRESS, methods=["POST"])
@public
def new_password() -> ResponseReturnValue:
    """Somebody with a reset link chooses a new password, and signs in with it."""
    try:
        token = _token(TokenPurpose.RESET)
        staff, form = person_of(TokenPurpose.RESET, token), NewPasswordForm()
        if form.validate_on_submit():
            try:
                service.reset_password(token, typed(form.password))
            except WeakPassword as refusal:
                form.password.errors = [refusal.advice]
            else:
                session.clear()
                return redirect(url_for(".sign_in", done="password"), HTTPStatus.SEE_OTHER)
    except LinkUnusable as refusal:
        return render_template(DEAD_PAGE, purpose=TokenPurpose.RESET, advice=refusal.advice), HTTPStatus.GONE
    return _form_page(form, staff_name=staff.name, email=staff.email, purpose=TokenPurpose.RESET)


@bp.route("/unlock", methods=["GET", "POST"])
@public
def unlock() -> ResponseReturnValue:
    """The owner of the mailbox may try again. A button, because mail scanners open links."""
    try:
        token = _token(TokenPurpose.UNLOCK)
        staff = person_of(TokenPurpose.UNLOCK, token)
        if request.method == "POST":
            service.unlock_by_link(token)
            session.pop(LINK, None)
            return redirect(url_for(".sign_in", done="unlocked"), HTTPStatus.SEE_OTHER)
    except LinkUnusable as refusal:
        return render_template(DEAD_PAGE, purpose=TokenPurpose.UNLOCK, advice=refusal.advice), HTTPStatus.GONE
    return render_template(UNLOCK_PAGE, staff_name=staff.name)


def _token(purpose: TokenPurpose) -> str:
    kind, token = session.get(LINK) or (None, None)
    if kind != purpose or not isinstance(token, str):
        raise LinkUnusable
    return token


def _form_page(form: NewPasswordForm, **words: object) -> ResponseReturnValue:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page_or_block(NEW_PAGE, "form", status=status, form=form, **words)
