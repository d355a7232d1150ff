"""The composer as a page: a draft, what sending it would do, and what was looked for."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from babel.dates import get_timezone_name
from flask import Response, make_response, render_template, request

from app.accounts.current import asker, current_staff, own_zone
from app.announcements.kept_counts import OfDraft
from app.announcements.models import Announcement
from app.announcements.queries import choosing as queries_choosing
from app.announcements.queries.choosing import Chip
from app.announcements.service import Draft
from app.announcements.service.sounds import LONGEST_SOUND, as_clock
from app.announcements.speakers import Opening
from app.announcements.views import (
    asking_shown,
    composer_shown,
    correction_shown,
    escalation_shown,
    files_shown,
    replies_shown,
    texts_shown,
)
from app.announcements.views.given_back import given_back
from app.announcements.views.speaking import speaks_words
from app.announcements.views.times import closed_words
from app.announcements.views.words import again_words, speaker_of, zone_of
from app.core.clock import now
from app.core.errors import HomeroomError
from app.core.ids import new_uuid, row_number_or_none
from app.core.local_clock import local_clock
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import language_name

PAGE = "announcements/compose.html"
LARGE = 5_000
"""Students. To count the adults of more takes longer than a page may: it opens without, and asks for the counts itself."""
LONGEST_SEARCH = 100


def page(
    announcement: Announcement | None,
    draft: Draft,
    *,
    error: str | None = None,
    status: int = 200,
    version: int | None = None,
    later: bool = False,
) -> Response:
    """The whole page; `version` is what the form says it changes."""
    context = context_of(announcement, draft, is_opened=True)
    looked_for, chosen = request.args.get("side"), [chip.key for chip in context["included"] + context["left_out"]]
    page = render_template(
        PAGE,
        error=error,
        looked_for=looked_for,
        found=looked_up(looked_for, chosen) if looked_for in {"include", "exclude", replies_shown.SIDE} else None,
        words=request.args.get("q", ""),
        page_key=new_uuid().hex,
        is_older=status == HTTPStatus.CONFLICT,
        version=version or (announcement.version if announcement else 0),
        is_later=later or draft.scheduled_for is not None,
        returned=given_back(announcement, local_clock(zone_of(announcement))) if announcement else None,
        **context,
    )
    return make_response(page, status)


def looked_up(side: str | None, chosen: Iterable[str]) -> list[Chip]:
    """What the words in the address find for a search field: for the audience besides what is `chosen`, or who reads the answers."""
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    if side == replies_shown.SIDE:
        return replies_shown.found_repliers(asker(), words)
    return queries_choosing.find(asker(), words, leaving_out=side == "exclude", besides=chosen)


def wanted() -> composer_shown.Wanted:
    """Whose phone the preview shows."""
    return composer_shown.Wanted(
        request.args.get("in"), row_number_or_none(request.args.get("as", "")), request.args.get("who", "")[:LONGEST_SEARCH].strip()
    )


def context_of(announcement: Announcement | None, draft: Draft, *, is_opened: bool = False) -> dict[str, Any]:
    """Everything that the page and its live part show. One that `is_opened` counts anew, or leaves many people for later."""
    home = texts_shown.home_language(current_staff.district_id)
    zone = zone_of(announcement) if announcement is not None else own_zone()
    clock = local_clock(zone)
    counted, problem = None, None
    files, parts = files_shown.shown(announcement), composer_shown.static_parts(asker(), draft)
    counts_later = announcement is not None and is_opened and _is_large(parts["included"]) and request.args.get("count") != "now"
    if announcement is not None and not counts_later:
        try:
            counted = composer_shown.counted(
                announcement, clock, wanted(), files, OfDraft(announcement, is_anew=is_opened or "opened" in request.args)
            )
        except HomeroomError as refusal:
            problem = refusal.advice
    shown = texts_shown.panels(draft, counted.read if counted else {}, home, request.args.get("language"))
    moment, opening = draft.scheduled_for, Opening(draft.opening, draft.school_id, current_staff.district_id)
    written = dict.fromkeys(text.language for text in draft.texts if text.channel in draft.channels)
    return {
        "announcement": announcement,
        "draft": draft,
        "counted": counted,
        "counts_later": counts_later,
        "test_languages": [("", _("As the preview shows it")), *((code, language_name(code)) for code in written)],
        "papers": [file for file in files if file.is_paper],
        "sounds": {file.key: file for file in files if not file.is_paper},
        "longest_sound": as_clock(LONGEST_SOUND),
        "replies_value": replies_shown.replies_value(draft),
        "of_time": closed_words(moment, clock, draft.school_id, current_staff.district_id) if moment else "",
        "own_phone": for_people(current_staff.phone) if current_staff.phone else "",
        "preview_words": request.args.get("who", "")[:LONGEST_SEARCH],
        "plan_problem": problem,
        "panels": shown,
        "feet": {foot.key: foot for foot in texts_shown.feet(announcement, draft, home, opening)},
        "correction": correction_shown.correction(
            announcement, counted.plan if counted else None, counted.preview.key if counted and counted.preview else ""
        ),
        "more_languages": texts_shown.more_languages(shown),
        "saved": clock.time(announcement.updated_at) if announcement else None,
        "clock_now": clock.time(now()),
        "at": clock.local(moment).strftime("%Y-%m-%dT%H:%M") if moment else "",
        "zone_name": get_timezone_name(clock.zone, zone_variant="generic", locale=clock.reader),
        "speaker": speaker_of(draft.school_id, current_staff.district_id),
        "opening": opening.words,
        "speaks": speaks_words(asker(), draft, announcement),
        "again_words": again_words(draft.audience, announcement),
        "goes_on": escalation_shown.compose_parts(draft.escalation, draft.channels),
        **asking_shown.shown(announcement, draft, shown, home, clock),
        **parts,
    }


def _is_large(included: list[Chip]) -> bool:
    return sum(chip.students or 0 for chip in included) > LARGE
