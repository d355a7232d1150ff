"""Letters on paper: asking for them, fetching the files, and saying that they were handed out."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.announcements import service
from app.announcements.errors import TooManyForLetters
from app.announcements.models import Announcement, AnnouncementLetters, LettersFor, LettersState
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.fates import Fates
from app.announcements.queries.steps import letters_ordered
from app.announcements.service.letters import MAY_PRINT, holds_others, is_too_large
from app.announcements.views.blueprint import pages
from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.core.downloads import name_download
from app.core.errors import NotVisible
from app.core.files import human_size
from app.core.ids import row_number
from app.core.local_clock import LocalClock
from app.core.presentation import gettext as _
from app.core.presentation import language_name, ngettext


@pages.post("/announcements/<int:announcement_id>/letters")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def order(announcement_id: int) -> ResponseReturnValue:
    """Have them made."""
    announcement_visible_to(asker(), announcement_id)
    which = request.form.get("which", "")
    if which not in set(LettersFor):
        raise NotVisible
    service.order_letters(asker(), announcement_id, LettersFor(which))
    return redirect(url_for(".show", announcement_id=announcement_id, _anchor="letters"), HTTPStatus.SEE_OTHER)


@pages.get("/announcements/<int:announcement_id>/letters/<int:letters_id>/<int:part>.pdf")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def file(announcement_id: int, letters_id: int, part: int) -> ResponseReturnValue:
    """One file of an order; who fetched it is written down."""
    letters = service.letters_visible_to(asker(), announcement_id, letters_id)
    if not 0 < part <= len(letters.files):
        raise NotVisible
    key = letters.files[part - 1]["key"]
    announcement = announcement_visible_to(asker(), announcement_id)
    name = f"{announcement.title or announcement_id} {part}.pdf"
    if request.method != "HEAD":
        service.note_letters(asker(), announcement_id)
    release_connection()
    store = file_store()
    response = Response(wrap_file(request.environ, store.open(key)), mimetype="application/pdf", direct_passthrough=True)
    response.content_length = store.size(key)
    name_download(response, "attachment", name)
    response.cache_control.no_store = True
    return response


@pages.post("/announcements/<int:announcement_id>/letters/handed-out")
@requires(Permission.DRAFT_ANNOUNCEMENTS)
def handed_out(announcement_id: int) -> ResponseReturnValue:
    """They were: all of an order, or one family's."""
    letters, family = request.form.get("letters", type=row_number), request.form.get("family", type=int)
    service.hand_out(asker(), announcement_id, letters_id=letters, family_key=family)
    show = "letter" if family is not None else None
    anchor = "families" if family is not None else "letters"
    return redirect(url_for(".show", announcement_id=announcement_id, show=show, _anchor=anchor), HTTPStatus.SEE_OTHER)


@dataclass(frozen=True, slots=True)
class Order:
    """One order on the page."""

    id: int
    says: str
    is_ready: bool
    files: list[tuple[str, str]]
    """Address and words."""
    left: int
    """Not said to be handed out."""


def shown(announcement: Announcement, clock: LocalClock, fates: Fates | None) -> dict[str, Any] | None:
    """The card; None before anything was sent, and where everybody is known to be reached, or no family is among them."""
    if announcement.state not in MAY_PRINT:
        return None
    orders = [_order(announcement, one, left, clock) for one, left in letters_ordered(announcement.id)]
    without = int((announcement.plan or {}).get("students_without_contact", 0))
    if fates is not None and not orders and not without and (fates.of_people or fates.reached == fates.families):
        return None
    return {
        "orders": orders,
        "without": without,
        "other": _other_language(announcement),
        "too_large": TooManyForLetters.advice if fates is None and is_too_large(announcement) else "",
        "is_making": any(not one.is_ready for one in orders),
        "kinds": [
            (LettersFor.UNREACHED, _("every family that nobody reached")),
            (LettersFor.NOWHERE, _("only families without any phone or email")),
            (LettersFor.UNCONFIRMED, _("also where it is not confirmed that it arrived")),
        ],
    }


def _other_language(announcement: Announcement) -> str:
    """In which language letters are for whose own nothing is written; empty where there is nobody like that."""
    channels = (announcement.plan or {}).get("channels", {})
    is_unread = any(one.get("unread") for one in channels.values())
    return language_name(announcement.fallback_language) if is_unread and announcement.fallback_language else ""


def _order(announcement: Announcement, letters: AnnouncementLetters, left: int, clock: LocalClock) -> Order:
    files = []
    for part, one in enumerate(letters.files, start=1):
        if holds_others(asker(), announcement, letters.id):
            break
        address = url_for(".file", announcement_id=letters.announcement_id, letters_id=letters.id, part=part)
        words = ngettext("%(num)s letter", "%(num)s letters", one["letters"])
        files.append((address, f"{words}, {human_size(one['size'])}"))
    when = clock.full(letters.created_at)
    if letters.state != LettersState.READY:
        says = _("%(when)s: being made, %(made)s of %(total)s", when=when, made=letters.made, total=letters.total or "…")
    elif letters.total:
        words = ngettext("%(num)s letter", "%(num)s letters", letters.total)
        says = _("%(when)s: %(letters)s", when=when, letters=words)
    else:
        says = _("%(when)s: nobody needed one", when=when)
    return Order(letters.id, str(says), letters.state == LettersState.READY, files, left)
