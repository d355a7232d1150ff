"""What is done from the row of a family: write to somebody, leave them alone, or no longer."""

from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.queries import announcement_visible_to
from app.announcements.views.blueprint import pages
from app.conversations.service import start_direct
from app.core.errors import HomeroomError, NotVisible
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _


@pages.post("/announcements/<int:announcement_id>/write/<int:point_id>")
@requires(Permission.WRITE_THREADS)
def write(announcement_id: int, point_id: int) -> ResponseReturnValue:
    """Open one's own conversation with a guardian, or begin it."""
    announcement_visible_to(asker(), announcement_id)
    try:
        conversation = start_direct(asker(), point_id)
    except NotVisible:
        raise
    except HomeroomError as refusal:
        flash(refusal.advice)
        return _back(announcement_id)
    return redirect(f"/conversations/{conversation.id}", HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/block/<int:point_id>")
@requires(Permission.EDIT_PEOPLE)
def block(announcement_id: int, point_id: int) -> ResponseReturnValue:
    """Leave an address alone."""
    announcement = announcement_visible_to(asker(), announcement_id)
    wording = _("Blocked in the report of “%(title)s”", title=announcement.title or announcement_id)
    point = service.block(asker(), announcement_id, point_id, wording=str(wording))
    flash(_("%(address)s gets no more announcements from these senders.", address=_shown(point.address)))
    return _back(announcement_id)


@pages.post("/announcements/<int:announcement_id>/unblock/<int:point_id>")
@requires(Permission.EDIT_PEOPLE)
def unblock(announcement_id: int, point_id: int) -> ResponseReturnValue:
    """No longer, unless they said STOP themselves."""
    announcement = announcement_visible_to(asker(), announcement_id)
    wording = _("Unblocked in the report of “%(title)s”", title=announcement.title or announcement_id)
    try:
        point = service.unblock(asker(), announcement_id, point_id, wording=str(wording))
    except NotVisible:
        raise
    except HomeroomError as refusal:
        flash(refusal.advice)
    else:
        flash(_("%(address)s gets announcements again.", address=_shown(point.address)))
    return _back(announcement_id)


def _shown(address: str) -> str:
    return for_people(address) if address.startswith("+") else address


def _back(announcement_id: int) -> ResponseReturnValue:
    """To the table as it was narrowed."""
    show, words = request.form.get("show") or None, request.form.get("q") or None
    return redirect(url_for(".show", announcement_id=announcement_id, show=show, q=words, _anchor="families"), HTTPStatus.SEE_OTHER)
