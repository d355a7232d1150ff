"""What is done with a fax that goes out: taken back, sent at another time, corrected and tried again, sent to somebody else."""

from http import HTTPStatus
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.core.errors import HomeroomError, NotVisible
from app.core.ids import new_uuid
from app.core.presentation import gettext as _
from app.delivery.errors import CannotStop, CarrierSilent, NotOnTheLine
from app.fax.errors import NoPagesYet
from app.fax.errors_sending import NotFailed, NotSendable
from app.fax.queries import fax_visible_to
from app.fax.queries_sending import sent_visible_to, zone_of_fax
from app.fax.service import retrying, sending, sending_on, stopping
from app.fax.service.retrying import Correction
from app.fax.views.blueprint import pages
from app.fax.views.composing import moment_asked
from app.fax.views.listing import page_around
from app.fax.views.outgoing import rendered
from app.fax.views.shown import name_of

SENT, REFUSED = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/<int:fax_id>/recall")
@requires(Permission.WORK_FAXES)
def recall(fax_id: int) -> ResponseReturnValue:
    """Take back what has not left: it is a draft again."""
    sending.recall(asker(), fax_id)
    flash(_("Taken back. It is a draft again, with everything in it."), "ok")
    return redirect(url_for(".edit", fax_id=fax_id), SENT)


@pages.post("/<int:fax_id>/stop")
@requires(Permission.WORK_FAXES)
def stop(fax_id: int) -> ResponseReturnValue:
    """Have what is on the line called off."""
    try:
        stopping.stop(asker(), fax_id)
        flash(_("The carrier is stopping it. You see here how far it came."), "ok")
    except (NotOnTheLine, CannotStop, CarrierSilent) as refusal:
        flash(refusal.advice, "error")
    return redirect(f"/fax/{fax_id}?box=sent", SENT)


@pages.post("/<int:fax_id>/time")
@requires(Permission.WORK_FAXES)
def another_time(fax_id: int) -> ResponseReturnValue:
    """Have it go out at another time, or at once."""
    fax = sent_visible_to(asker(), fax_id)
    try:
        sending.reschedule(asker(), fax_id, moment_asked(zone_of_fax(fax)))
    except NotSendable as refusal:
        return _refused(fax_id, refusal)
    return redirect(f"/fax/{fax_id}?box=sent", SENT)


@pages.post("/<int:fax_id>/retry")
@requires(Permission.WORK_FAXES)
def retry(fax_id: int) -> ResponseReturnValue:
    """Correct what failed, and try again."""
    fax, form = sent_visible_to(asker(), fax_id), request.form
    try:
        wanted = Correction(
            number=form.get("number", "")[:60], name=form.get("name", ""), attention=form.get("attention", ""),
            only_missing=form.get("which") == "missing", at=moment_asked(zone_of_fax(fax)), is_patient=form.get("when") == "patient",
            is_fine=form.get("quality", fax.quality) == "fine",
        )  # fmt: skip
        retrying.retry(asker(), fax_id, wanted)
    except (NotVisible, NotFailed):
        raise
    except HomeroomError as refusal:
        if sent_visible_to(asker(), fax_id).status == "failed":
            return _refused(fax_id, refusal)
        flash(refusal.advice, "error")  # a draft by now: nothing of it is lost
        return redirect(url_for(".edit", fax_id=fax_id), SENT)
    return redirect(f"/fax/{fax_id}?box=sent", SENT)


@pages.post("/<int:fax_id>/reopen")
@requires(Permission.WORK_FAXES)
def reopen(fax_id: int) -> ResponseReturnValue:
    """Change the pages of what failed."""
    sent_visible_to(asker(), fax_id)
    retrying.reopen(asker(), fax_id)
    return redirect(url_for(".edit", fax_id=fax_id), SENT)


@pages.post("/<int:fax_id>/again")
@requires(Permission.WORK_FAXES)
def again(fax_id: int) -> ResponseReturnValue:
    """The same pages to another number."""
    sent_visible_to(asker(), fax_id)
    copy = retrying.copy_for_another(asker(), fax_id, uuid=_uuid())
    return redirect(url_for(".edit", fax_id=copy.id), SENT)


@pages.post("/<int:fax_id>/on")
@requires(Permission.WORK_FAXES)
def on(fax_id: int) -> ResponseReturnValue:
    """The pages of one that came to another number."""
    came = fax_visible_to(asker(), fax_id)
    try:
        draft = sending_on.send_on(asker(), fax_id, uuid=_uuid(), name=_("Fax from %(name)s", name=name_of(came)) + ".pdf")
    except (NoPagesYet, NotSendable) as refusal:
        flash(refusal.advice, "error")
        return redirect(f"/fax/{fax_id}", SENT)
    return redirect(url_for(".edit", fax_id=draft.id), SENT)


def _uuid() -> UUID:
    """Of the form; a new one where somebody took it away."""
    try:
        return UUID(request.form.get("uuid", ""))
    except ValueError:
        return new_uuid()


def _refused(fax_id: int, refusal: HomeroomError) -> Response:
    """The page again, with what was written and what is wrong with it."""
    staff = asker()
    fax = sent_visible_to(staff, fax_id)
    wrong = refusal.field if isinstance(refusal, NotSendable) else ""
    html = rendered(fax, staff, error=refusal.advice, wrong=wrong, given=request.form)
    return page_around(_("Fax to %(name)s", name=name_of(fax)), current=fax_id, one=html, status=REFUSED)
