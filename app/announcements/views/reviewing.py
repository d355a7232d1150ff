"""The question before many people get something, and its answer: yes, no, or give it back."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.behind import author_named
from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.permissions import Permission, requires, role_allows
from app.announcements import service
from app.announcements.errors import Changed, NotADraft, NotReady, TypeTheName
from app.announcements.models import Announcement, AnnouncementState, Category
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.asked import closed_since, opens_again
from app.announcements.service.planning import HOLD
from app.announcements.views import correction_shown
from app.announcements.views.blueprint import pages
from app.announcements.views.question_shown import first_said, question
from app.announcements.views.texts_shown import texts_of
from app.announcements.views.words import zone_of
from app.core.clock import now
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.presentation import gettext as _

PAGE = "announcements/review.html"


@pages.get("/announcements/<int:announcement_id>/review")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def review(announcement_id: int) -> ResponseReturnValue:
    """Ask. Nothing is written: what was counted when somebody pressed Review is shown again, or counted anew."""
    return _ask(announcement_id)


@pages.post("/announcements/<int:announcement_id>/review")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def count_and_ask(announcement_id: int) -> ResponseReturnValue:
    """Count once more, keep it to be confirmed, and ask."""
    announcement = announcement_visible_to(asker(), announcement_id)
    try:
        service.plan(asker(), announcement_id, version=announcement.version, hold=HOLD)
    except (Changed, NotADraft):
        raise
    except NotReady as refusal:
        return _ask(announcement_id, troubles=refusal.troubles)
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice)
    return _ask(announcement_id)


@pages.post("/announcements/<int:announcement_id>/send")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def send(announcement_id: int) -> ResponseReturnValue:
    """Yes: send it, or ask for approval."""
    announcement = announcement_visible_to(asker(), announcement_id, with_texts=False)
    if "sure" not in request.form or (announcement.category == Category.EMERGENCY and "sure_emergency" not in request.form):
        return _ask(announcement_id, error=_("Tick that you have read it, then send."), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        service.accept_this(
            asker(), _with_plan(announcement), version=request.form.get("version", 0, type=row_number),
            fingerprint=request.form.get("fingerprint", ""), typed_name=request.form.get("typed_name"),
            as_they_are=request.form.get("as_it_is", "").split(","),
            reopens="reopens" in request.form if "may_reopen" in request.form else None,
            scheduled_for=announcement.scheduled_for or (now() + HOLD if _sends() else None),
        )  # fmt: skip
    except TypeTheName:
        return _ask(announcement_id, wrong_name=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice, status=refusal.status)
    return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/approve")
@requires(Permission.APPROVE_ANNOUNCEMENTS)
def approve(announcement_id: int) -> ResponseReturnValue:
    """Let go what a colleague wrote."""
    announcement = announcement_visible_to(asker(), announcement_id)
    try:
        _with_plan(announcement)
        service.approve(
            asker(), announcement_id, version=request.form.get("version", 0, type=row_number),
            fingerprint=request.form.get("fingerprint", ""), typed_name=request.form.get("typed_name"),
            as_they_are=request.form.get("as_it_is", "").split(","), hold=HOLD,
        )  # fmt: skip
    except TypeTheName:
        return _ask(announcement_id, wrong_name=True, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except HomeroomError as refusal:
        return _ask(announcement_id, error=refusal.advice, status=refusal.status)
    return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)


@pages.post("/announcements/<int:announcement_id>/refuse")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def refuse(announcement_id: int) -> ResponseReturnValue:
    """Give it back with a word, or take one's own back."""
    announcement = service.refuse(
        asker(), announcement_id, version=request.form.get("version", 0, type=row_number), because=request.form.get("because", "")
    )
    if announcement.author_id == asker().id:
        return redirect(url_for(".edit", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    return redirect(url_for(".listing", show="approvals"), HTTPStatus.SEE_OTHER)


def _with_plan(announcement: Announcement) -> Announcement:
    """The page that asked may have counted without writing: count again, so that it is compared with what was shown."""
    version = request.form.get("version", 0, type=row_number)
    if announcement.version != version or announcement.state not in service.PLANNABLE or service.is_planned(announcement):
        return announcement
    service.plan(asker(), announcement.id, version=version, hold=HOLD)
    return announcement_visible_to(asker(), announcement.id, with_texts=False)


def _ask(
    announcement_id: int, *, error: str | None = None, troubles: Sequence[str] = (), wrong_name: bool = False, status: int = 200
) -> ResponseReturnValue:
    """The question. What was ticked and typed in a refused answer stays. `troubles`: all that stands in its way."""
    announcement = announcement_visible_to(asker(), announcement_id)
    mine = announcement.author_id == asker().id
    approves = (
        announcement.state == AnnouncementState.AWAITING_APPROVAL
        and role_allows(asker().role, Permission.APPROVE_ANNOUNCEMENTS)
        and not mine
    )
    if announcement.state != AnnouncementState.DRAFT and not approves:
        if error is not None or wrong_name:
            flash(_("Somebody was quicker: this is how it stands now. Nothing goes out twice."), "error")
        return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    context: dict[str, Any] = {"announcement": announcement, "error": error, "approves": approves, "question": None}
    context |= {"given": request.form, "wrong_name": wrong_name, "troubles": troubles}
    try:
        plan = service.look(asker(), announcement_id, hold=HOLD)
    except (Changed, NotADraft):
        raise
    except NotReady as refusal:
        context["troubles"] = refusal.troubles
    except HomeroomError as refusal:
        context["error"] = error or refusal.advice
    else:
        context |= {
            "plan": plan,
            "question": question(announcement, plan, asker()),
            "said": first_said(announcement),
            "brake": service.brake_for(asker(), announcement, plan.people_reached),
            "author": author_named(db.session.get_one(Staff, announcement.author_id), announcement.bearer_id),
            "closed": closed_words(announcement),
            "opens_again": opens_again(announcement),
            "texts": texts_of(announcement),
            "sends": _sends(),
            "correction": correction_shown.correction(announcement, plan),
        }
    return page_or_block(PAGE, "dialog", status=status, **context)


def closed_words(announcement: Announcement) -> str:
    """Since when the question is closed that it asks once more."""
    since = closed_since(announcement)
    return local_clock(zone_of(announcement)).full(since) if since is not None else ""


def _sends() -> bool:
    """Whether it goes out without anybody else's word."""
    return role_allows(asker().role, Permission.SEND_ANNOUNCEMENTS)
