"""The people behind a number: who gets it, and who does not and why. From here one drops somebody."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.channel_words import channel_name
from app.announcements.forms import add, take_away
from app.announcements.models import AnnouncementState, SkipReason
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.audience import GETS, PEOPLE, READS
from app.announcements.queries.audience import people as people_of
from app.announcements.views.blueprint import pages
from app.announcements.views.words import skip_words
from app.core.errors import NotVisible
from app.core.htmx import page_or_block
from app.core.ids import row_number
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.presentation import is_language, language_name

PAGE = "announcements/people.html"


@pages.get("/announcements/<int:announcement_id>/people")
@requires(Permission.READ_ANNOUNCEMENTS)
def people(announcement_id: int) -> ResponseReturnValue:
    """Names, some at a time."""
    announcement = announcement_visible_to(asker(), announcement_id)
    channel = request.args.get("channel") or next(iter(announcement.channels), "")
    if channel not in announcement.channels:
        raise NotVisible
    asked = request.args.get("reason")
    own = (asked or "").removeprefix(READS) if (asked or "").startswith(READS) and is_language((asked or "").removeprefix(READS)) else None
    reason = asked if asked == GETS or asked in set(SkipReason) or own else None
    words, after = request.args.get("q", "")[:100], _place(request.args.get("after", ""))
    found = people_of(asker(), announcement_id, channel=channel, reason=reason, words=words, after=after)
    more = f"{found[-1].source}-{found[-1].person_id}" if len(found) == PEOPLE else None
    return page_or_block(
        PAGE,
        "results",
        announcement=announcement,
        found=found,
        channel=channel,
        reasons=[("", _("Everybody")), (GETS, _("Gets it")), *_reads(own), *((str(each), skip_words(each)) for each in SkipReason)],
        reason=reason or "",
        words=words,
        channels=[(name, channel_name(name)) for name in announcement.channels],
        why={str(each): skip_words(each) for each in SkipReason},
        shown_address=lambda address: for_people(address) if address and address.startswith("+") else address or "",
        older=url_for(".people", announcement_id=announcement_id, channel=channel, reason=reason, q=words or None, after=more)
        if more
        else None,
        may_drop=announcement.author_id == asker().id and announcement.state == AnnouncementState.DRAFT,
        left_out=set(announcement.audience.get("without_guardians", [])),
    )


@pages.post("/announcements/<int:announcement_id>/people")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def drop(announcement_id: int) -> ResponseReturnValue:
    """Leave one person out, or take them in again."""
    announcement = service.authored_by(asker(), announcement_id)
    draft = service.draft_of(announcement)
    document = {name: list(value) if isinstance(value, list) else value for name, value in draft.audience.items()}
    key = f"guardian:{request.form.get('guardian', 0, type=row_number)}"
    if request.form.get("act") == "back":
        document = take_away(document, key, left_out=True)
    else:
        add(document, key, leave_out=True)
    version = request.form.get("version", 0, type=row_number)
    service.save(asker(), announcement_id, replace(draft, audience=document), version=version)
    known: dict[str, Any] = {name: request.args[name] for name in ("channel", "reason", "q", "after") if name in request.args}
    return redirect(url_for(".people", announcement_id=announcement_id, **known), HTTPStatus.SEE_OTHER)


def _reads(own: str | None) -> list[tuple[str, str]]:
    """Offered only where somebody came to see them."""
    return [(f"{READS}{own}", _("Reads %(language)s, gets another language", language=language_name(own)))] if own else []


def _place(text: str) -> tuple[int, int] | None:
    source, _sep, person = text.partition("-")
    try:
        return row_number(source), row_number(person)
    except ValueError:
        return None
