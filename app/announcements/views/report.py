"""The report: families reached first, why the others were not, what can be done for them, and each family by name."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires, role_allows
from app.announcements import escalation as escalations
from app.announcements import service
from app.announcements.channels import offered
from app.announcements.errors import BadTime, NoStepLeft
from app.announcements.forms import escalation_from
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import announcement_visible_to
from app.announcements.queries import families as queries_families
from app.announcements.views import report_rows, report_shown
from app.announcements.views.blueprint import pages
from app.announcements.views.words import zone_of
from app.core.errors import HomeroomError, NotVisible
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.local_clock import zone_of as zone_named
from app.core.presentation import gettext as _
from app.core.wall_clock import read_wall, trouble_words
from app.live import queries as live

PAGE = "announcements/report.html"
DRAFTED: dict[str, Callable[..., Announcement]] = {
    "duplicate": service.duplicate, "correct": service.correct, "resend": service.resend_to_failed, "follow-up": service.follow_up,
    "left-out": service.reach_left_out,
}  # fmt: skip
"""Over all channels of the first."""
OVER_ANOTHER: dict[str, Callable[..., Announcement]] = {
    "rest": service.reach_the_rest, "unconfirmed": service.make_sure, "resend": service.resend_to_failed,
}  # fmt: skip
"""Over one channel, for whom it did not come so far over any."""
MOVED = {"pause": service.pause, "resume": service.resume, "halt": service.halt, "cancel": service.cancel}


@pages.get("/announcements/<int:announcement_id>")
@requires(Permission.READ_ANNOUNCEMENTS)
def show(announcement_id: int) -> ResponseReturnValue:
    """Where an announcement stands: the composer for one's own draft, the report for what is on its way or over."""
    announcement = announcement_visible_to(asker(), announcement_id, with_texts=False)
    writes = announcement.author_id == asker().id and role_allows(asker().role, Permission.DRAFT_ANNOUNCEMENTS)
    if announcement.state == AnnouncementState.DRAFT and writes and not announcement.is_template:
        return redirect(url_for(".edit", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    return _page(announcement)


def _page(announcement: Announcement, *, refused: str | None = None, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    """The whole report; `refused` says why what somebody asked of it was not done."""
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    head = report_shown.head(asker(), announcement.id)
    families = _families(announcement, can_count=head["can_count"], of_people=head["of_people"])
    return page_or_block(PAGE, "families", status=status, live_from=live_from, refused=refused, **head, **families)


@pages.get("/announcements/<int:announcement_id>/progress")
@requires(Permission.READ_ANNOUNCEMENTS)
def progress(announcement_id: int) -> ResponseReturnValue:
    """The numbers as they are now, for a page that is open."""
    return render_template("announcements/_progress.html", **report_shown.head(asker(), announcement_id))


@pages.post("/announcements/<int:announcement_id>/acts/<what>")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def act(announcement_id: int, what: str) -> ResponseReturnValue:
    """Pause, go on, stop; or begin another one for some of the same people."""
    announcement = announcement_visible_to(asker(), announcement_id)
    try:
        return _act(announcement, what)
    except HomeroomError as refusal:
        if refusal.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
            raise
        return _page(announcement_visible_to(asker(), announcement_id), refused=refusal.advice, status=refusal.status)


def _act(announcement: Announcement, what: str) -> ResponseReturnValue:
    announcement_id = announcement.id
    if what in MOVED:
        MOVED[what](asker(), announcement_id)
        return redirect(url_for(".show", announcement_id=announcement_id), HTTPStatus.SEE_OTHER)
    ours = {
        "hurry": _hurry,
        "escalate": _escalate,
        "stay": _stay,
        "reschedule": _reschedule,
        "discard": _discard,
        "template": _keep_as_template,
    }
    if what in ours:
        return ours[what](announcement)
    over = request.form.get("over")
    if what in OVER_ANOTHER and over in offered():
        return _to_draft(OVER_ANOTHER[what](asker(), announcement_id, over=over))
    if what not in DRAFTED or over:
        raise NotVisible
    return _to_draft(DRAFTED[what](asker(), announcement_id))


def _escalate(announcement: Announcement) -> ResponseReturnValue:
    wanted = escalations.read(escalation_from(request.form))
    if wanted is None:
        raise NoStepLeft
    service.escalate(asker(), announcement.id, wanted)
    return redirect(url_for(".show", announcement_id=announcement.id), HTTPStatus.SEE_OTHER)


def _stay(announcement: Announcement) -> ResponseReturnValue:
    service.stay(asker(), announcement.id)
    return redirect(url_for(".show", announcement_id=announcement.id), HTTPStatus.SEE_OTHER)


def _hurry(announcement: Announcement) -> ResponseReturnValue:
    draft = service.hurry(asker(), announcement.id)
    return redirect(url_for(".edit", announcement_id=draft.id, _anchor="emergency_reason"), HTTPStatus.SEE_OTHER)


def _discard(announcement: Announcement) -> ResponseReturnValue:
    service.discard(asker(), announcement.id)
    return redirect(url_for(".listing", show="templates"), HTTPStatus.SEE_OTHER)


def _keep_as_template(announcement: Announcement) -> ResponseReturnValue:
    service.keep_as_template(asker(), announcement.id)
    flash(_("Kept as a template. Everybody who works for this school finds it under Templates."))
    return redirect(url_for(".show", announcement_id=announcement.id), HTTPStatus.SEE_OTHER)


def _reschedule(announcement: Announcement) -> ResponseReturnValue:
    wall = read_wall(request.form.get("at", ""), zone_named(zone_of(announcement)))
    if wall.trouble is not None:
        raise BadTime(trouble_words(wall.trouble))
    version = request.form.get("version", 0, type=row_number)
    service.reschedule(asker(), announcement.id, version=version, scheduled_for=wall.moment)
    return redirect(url_for(".show", announcement_id=announcement.id), HTTPStatus.SEE_OTHER)


def _to_draft(draft: Announcement) -> ResponseReturnValue:
    return redirect(url_for(".edit", announcement_id=draft.id), HTTPStatus.SEE_OTHER)


def _families(announcement: Announcement, *, can_count: bool, of_people: bool) -> dict[str, Any]:
    shown = report_rows.shown_of(*(request.args.get(name) for name in ("show", "reason", "q", "channel")), of_people=of_people)
    page = queries_families.rows(
        asker(), announcement.id, outcome=shown.outcome, reason=shown.reason, fate=shown.fate, words=shown.words, chosen=shown.chosen,
        channel=shown.channel, cursor=request.args.get("at"),
    )  # fmt: skip
    known: dict[str, Any] = {"show": shown.key or None, "reason": shown.reason, "q": shown.words or None, "channel": shown.channel}
    narrowed = queries_families.Narrowed(shown.outcome, shown.reason, shown.channel, shown.fate, shown.words, shown.chosen)
    address = url_for(".show", announcement_id=announcement.id)
    return {
        "shown": shown,
        "how_many": queries_families.how_many(asker(), announcement, narrowed) if can_count and (shown.key or shown.words) else None,
        "rows": report_rows.rows(page.rows, local_clock(zone_of(announcement))),
        "filters": [
            (text, url_for(".show", announcement_id=announcement.id, show=key or None, q=shown.words or None), key == shown.key, None)
            for key, text in report_rows.filters(can_count=can_count, of_people=of_people)
        ],
        "newer": url_for(".show", announcement_id=announcement.id, at=page.previous_cursor, **known) if page.previous_cursor else None,
        "older": url_for(".show", announcement_id=announcement.id, at=page.next_cursor, **known) if page.next_cursor else None,
        "address": address,
        "may_write": role_allows(asker().role, Permission.WRITE_THREADS),
        "may_block": role_allows(asker().role, Permission.EDIT_PEOPLE),
    }
