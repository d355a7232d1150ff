"""The buttons of a colleague's page, one act each."""

from http import HTTPStatus

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import service
from app.accounts.current import current_staff
from app.accounts.errors import LastAdmin
from app.accounts.permissions import Permission, requires
from app.accounts.views.blueprint import bp
from app.core import mail


@bp.post("/settings/staff/<int:staff_id>/deactivate")
@requires(Permission.MANAGE_STAFF)
def deactivate(staff_id: int) -> ResponseReturnValue:
    """Let them in no more."""
    try:
        staff = service.deactivate(current_staff, staff_id)
    except LastAdmin as refusal:
        flash(refusal.advice, "error")
    else:
        flash(_("%(name)s can’t sign in any more.", name=staff.name))
    return _back(staff_id)


@bp.post("/settings/staff/<int:staff_id>/reactivate")
@requires(Permission.MANAGE_STAFF)
def reactivate(staff_id: int) -> ResponseReturnValue:
    """Let them in again."""
    staff = service.reactivate(current_staff, staff_id)
    flash(_("%(name)s can sign in again.", name=staff.name))
    return _back(staff_id)


@bp.post("/settings/staff/<int:staff_id>/unlock")
@requires(Permission.MANAGE_STAFF)
def unlock_person(staff_id: int) -> ResponseReturnValue:
    """Let them try again at once."""
    staff = service.unlock(current_staff, staff_id)
    flash(_("%(name)s can try to sign in again.", name=staff.name))
    return _back(staff_id)


@bp.post("/settings/staff/<int:staff_id>/invitation")
@requires(Permission.MANAGE_STAFF)
def resend_invitation(staff_id: int) -> ResponseReturnValue:
    """A new invitation; the old link works no more."""
    service.resend_invitation(current_staff, staff_id)
    _tell_of_mail()
    return _back(staff_id)


@bp.post("/settings/staff/<int:staff_id>/reset")
@requires(Permission.MANAGE_STAFF)
def mail_reset(staff_id: int) -> ResponseReturnValue:
    """A link for a new password."""
    service.mail_reset_link(current_staff, staff_id)
    _tell_of_mail()
    return _back(staff_id)


@bp.post("/settings/staff/<int:staff_id>/sessions/end")
@requires(Permission.MANAGE_STAFF)
def end_sessions_of(staff_id: int) -> ResponseReturnValue:
    """Sign them out everywhere."""
    ended = service.end_sessions_of(current_staff, staff_id)
    flash(ngettext("Signed out of one device.", "Signed out of %(num)s devices.", ended))
    return _back(staff_id)


def _tell_of_mail() -> None:
    flash(
        _("The mail is on its way.")
        if mail.leaves_the_house()
        else _("This installation sends no mail. Copy the link below and pass it on.")
    )


def _back(staff_id: int) -> ResponseReturnValue:
    return redirect(url_for(".person", staff_id=staff_id), HTTPStatus.SEE_OTHER)
