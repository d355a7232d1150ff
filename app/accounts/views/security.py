"""One's own password, and where one is signed in."""

from http import HTTPStatus

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import service, sessions
from app.accounts.current import current_session, current_staff
from app.accounts.devices import device_name
from app.accounts.errors import LockedOut, WeakPassword, WrongCurrentPassword
from app.accounts.forms import ChangePasswordForm, typed
from app.accounts.permissions import Permission, requires
from app.accounts.views.blueprint import bp
from app.core.errors import NotVisible
from app.core.htmx import page_or_block
from app.extensions import limiter

PAGE = "settings/profile_security.html"


@bp.get("/settings/security")
@requires(Permission.SIGNED_IN)
def security() -> ResponseReturnValue:
    """The page."""
    return _page(ChangePasswordForm())


@bp.post("/settings/security/password")
@limiter.limit("20 per hour")
@requires(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """A new password signs every other browser out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            ended = service.change_password(current_staff, typed(form.current), typed(form.password), session_id=current_session().id)
        except WeakPassword as refusal:
            form.password.errors = [refusal.advice]
        except (WrongCurrentPassword, LockedOut) as refusal:
            form.current.errors = [refusal.advice]
        else:
            others = ngettext("One other device was signed out.", "%(num)s other devices were signed out.", ended) if ended else ""
            flash(f"{_('Your new password works from now on.')} {others}".strip())
            return redirect(url_for(".security"), HTTPStatus.SEE_OTHER)
    return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.post("/settings/security/sessions/<int:session_id>/end")
@requires(Permission.SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    if not service.end_own_sessions(current_staff, only=session_id):
        raise NotVisible
    flash(_("That device is signed out."))
    return _after(session_id)


@bp.post("/settings/security/sessions/end")
@requires(Permission.SIGNED_IN)
def end_sessions() -> ResponseReturnValue:
    """Sign all others out, or with `everywhere` this browser too."""
    here = current_session().id
    everywhere = request.form.get("everywhere") == "1"
    ended = service.end_own_sessions(current_staff, keep=None if everywhere else here)
    if everywhere:
        session.clear()
        return redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER)
    flash(ngettext("One other device was signed out.", "%(num)s other devices were signed out.", ended))
    return redirect(url_for(".security"), HTTPStatus.SEE_OTHER)


def _after(ended_id: int) -> ResponseReturnValue:
    if ended_id == current_session().id:
        session.clear()
        return redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".security"), HTTPStatus.SEE_OTHER)


def _page(form: ChangePasswordForm, status: HTTPStatus = HTTPStatus.OK) -> ResponseReturnValue:
    here = current_session().id
    devices = [(row, device_name(row.user_agent)) for row in sessions.sessions_of(current_staff)]
    return page_or_block(PAGE, "settings", status=status, form=form, devices=devices, here=here)
