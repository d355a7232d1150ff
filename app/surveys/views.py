"""The answers to a question: numbers that move while it is open, who said what, who said nothing, and a file of it all."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires, role_allows
from app.announcements.local_times import local_moment
from app.announcements.views.words import zone_of
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.local_clock import zone_of as zone_named
from app.core.presentation import gettext as _
from app.core.presentation import language_name
from app.core.spreadsheets import csv_lines
from app.live import queries as live
from app.surveys import queries, service
from app.surveys.errors import ClosesTooLate, SurveyMoved
from app.surveys.queries import NOBODY, UNCOUNTED, AnswerRow, Asking
from app.surveys.shown import answer_words, channel_words, head, other_answers, row_shown

results = Blueprint("surveys", __name__)
PAGE = "surveys/answers.html"
WROTE = "uncounted"
"""In place of a choice in an address."""


@results.get("/announcements/<int:announcement_id>/answers")
@requires(Permission.READ_ANNOUNCEMENTS)
def show(announcement_id: int) -> ResponseReturnValue:
    """The results, and who stands behind them. A reminder's are those of the question that it repeats."""
    one = queries.asking_visible_to(asker(), announcement_id)
    if one.announcement.id != announcement_id:
        return redirect(url_for(".show", announcement_id=one.announcement.id), HTTPStatus.SEE_OTHER)
    live_from = live.newest_id()  # asked first: what comes while the page is read is told again rather than never
    return page_or_block(PAGE, "people", live_from=live_from, **head(one), **_may(one), **_people(one))


@results.get("/announcements/<int:announcement_id>/answers/numbers")
@requires(Permission.READ_ANNOUNCEMENTS)
def numbers(announcement_id: int) -> ResponseReturnValue:
    """The numbers as they are now, for a page that is open."""
    return render_template("surveys/_numbers.html", **head(queries.asking_visible_to(asker(), announcement_id)))


@results.get("/announcements/<int:announcement_id>/answers.csv")
@requires(Permission.READ_ANNOUNCEMENTS)
def export(announcement_id: int) -> ResponseReturnValue:
    """Everybody who was asked, for a spreadsheet; who takes it along is written down."""
    one = queries.asking_visible_to(asker(), announcement_id)
    service.note_export(asker(), one.announcement.id)
    one = queries.asking_visible_to(asker(), announcement_id)
    clock, choices = local_clock(zone_of(one.announcement)), one.wording.choices
    heads = [
        _("Student"), _("Adult"), _("School"), _("Language"), _("Their answer"), _("Answered by"), _("When"),
        _("Who answered otherwise"), _("Answer that does not count"),
    ]  # fmt: skip
    lines = (
        (
            each.student, each.name, each.school or "", language_name(each.language or "en"),
            answer_words(each.choice, choices), channel_words(each.channel),
            clock.full(each.answered_at) if each.answered_at else "",
            *_differing(each, choices),
        )
        for each in queries.everybody(one)
    )  # fmt: skip
    response = Response(stream_with_context(csv_lines(heads, lines)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="answers-{one.announcement.id}.csv"'
    return response


@results.post("/announcements/<int:announcement_id>/answers/close")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def close(announcement_id: int) -> ResponseReturnValue:
    """Take no more answers."""
    one = queries.asking_visible_to(asker(), announcement_id)
    service.close(asker(), one.announcement.id, closes_at=_as_shown())
    return redirect(url_for(".show", announcement_id=one.announcement.id), HTTPStatus.SEE_OTHER)


@results.post("/announcements/<int:announcement_id>/answers/keep-open")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def keep_open(announcement_id: int) -> ResponseReturnValue:
    """Take answers until another day."""
    one = queries.asking_visible_to(asker(), announcement_id)
    until = local_moment(request.form.get("until", ""), zone_named(zone_of(one.announcement)))
    if until is None:
        raise ClosesTooLate
    service.keep_open(asker(), one.announcement.id, closes_at=_as_shown(), until=until)
    return redirect(url_for(".show", announcement_id=one.announcement.id), HTTPStatus.SEE_OTHER)


def _differing(each: AnswerRow, choices: tuple[str, ...]) -> tuple[str, str]:
    """Those who answered otherwise, and their answers in the same order."""
    others = other_answers(each, choices)
    return "; ".join(name for name, _said in others), "; ".join(said for _name, said in others)


def _as_shown() -> datetime:
    """When it would have closed, as the page said."""
    try:
        shown = datetime.fromisoformat(request.form.get("closes_at", ""))
        return shown.replace(tzinfo=shown.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SurveyMoved from error


def _may(one: Asking) -> dict[str, bool]:
    staff = asker()
    return {
        "may_draft": role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS),
        "may_write": role_allows(staff.role, Permission.WRITE_THREADS),
        "mine": one.announcement.author_id == staff.id,
    }


def _people(one: Asking) -> dict[str, Any]:
    asked = request.args.get("choice", "")
    choice = UNCOUNTED if asked == WROTE else request.args.get("choice", type=row_number)
    choices = one.wording.choices
    if choice is not None and choice > len(choices):
        choice = None
    page = queries.rows(one, choice, request.args.get("at"))
    number = one.announcement.id
    clock = local_clock(zone_of(one.announcement))
    names = [(None, _("Who answered")), *enumerate(choices, start=1), (NOBODY, _("No answer")), (UNCOUNTED, _("Not counted"))]
    return {
        "rows": [row_shown(each, choices, clock) for each in page.rows],
        "filters": [
            (text, url_for(".show", announcement_id=number, choice=WROTE if key == UNCOUNTED else key), key == choice, None)
            for key, text in names
        ],
        "newer": url_for(".show", announcement_id=number, choice=asked or None, at=page.previous_cursor) if page.previous_cursor else None,
        "older": url_for(".show", announcement_id=number, choice=asked or None, at=page.next_cursor) if page.next_cursor else None,
    }
