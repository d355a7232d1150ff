"""Showing that one's phone is one's own, before tests of announcements go to it."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.service import own_phone
from app.announcements.views.blueprint import pages
from app.core.errors import HomeroomError
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.extensions import limiter

PAGE = "announcements/own_phone.html"


def whoever_asks() -> str:
    """Limits count by person."""
    return f"own-phone:{asker().id}"


@pages.get("/announcements/<int:announcement_id>/phone")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def show_phone(announcement_id: int) -> ResponseReturnValue:
    """The phone on the profile, and where its code is told."""
    return _page(announcement_id)


@pages.post("/announcements/<int:announcement_id>/phone/code")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
@limiter.limit("10 per hour", key_func=whoever_asks)
def text_code(announcement_id: int) -> ResponseReturnValue:
    """Text one."""
    try:
        own_phone.send_code(asker(), announcement_id)
    except HomeroomError as refusal:
        return _page(announcement_id, trouble=refusal)
    return redirect(url_for(".show_phone", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/phone")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
@limiter.limit("30 per hour", key_func=whoever_asks)
def tell_code(announcement_id: int) -> ResponseReturnValue:
    """Believe it, and go back to what is written."""
    try:
        own_phone.confirm(asker(), request.form.get("code", "")[:20])
    except HomeroomError as refusal:
        return _page(announcement_id, trouble=refusal)
    flash(_("This phone is yours. Tests come to it from now on."))
    return redirect(url_for(".edit", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


def _page(announcement_id: int, *, trouble: HomeroomError | None = None) -> ResponseReturnValue:
    announcement = service.authored_by(asker(), announcement_id)
    shown = render_template(
        PAGE, announcement=announcement, phone=for_people(asker().phone) if asker().phone else None,
        is_confirmed=own_phone.is_confirmed(asker()), awaits=own_phone.awaits_code(asker()), error=trouble.advice if trouble else None,
    )  # fmt: skip
    return shown, trouble.status if trouble else HTTPStatus.OK
