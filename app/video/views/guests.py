"""The guests' side: a secret link from a text, or a token from another system, and the room. No account is asked for.

A token that another system hands on is long, and may be anybody's link for hours: it stands behind the # of the address, where no
server and no log sees it, and the page's script sends it as a form.
"""

from http import HTTPStatus

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.accounts.permissions import public
from app.core.presentation import text_direction
from app.core.secret_pages import browser_language, one_link, only_words, reader_language, secret_pages
from app.core.signed_links import BadLink, ExpiredLink
from app.directory.queries import may_be_contacted
from app.extensions import limiter
from app.video import queries
from app.video.models import Provider
from app.video.room_page import room_page
from app.video.tokens import seat_of
from app.video.words import words_in

guests = secret_pages("video_guests", __name__, "/v", words_in)


@guests.errorhandler(TooManyRequests)
def too_often(_error: TooManyRequests) -> ResponseReturnValue:
    """The link may be anybody's guess, so it is not opened: the language is the browser's."""
    words = words_in(browser_language())
    return only_words(words["title"], words["often"], HTTPStatus.TOO_MANY_REQUESTS)


@guests.get("/<token>")
@public
@limiter.limit("60 per minute", key_func=one_link)
@limiter.limit("120 per minute")
def by_link(token: str) -> ResponseReturnValue:
    """The waiting page, and the room behind it. Programs that only look at links join nothing: that takes a button."""
    call, who = queries.seat_by_link(token)
    if who.guardian_id is not None and not may_be_contacted(who.guardian_id):
        raise ExpiredLink
    return room_page(call, who, reader_language(who.language))


@guests.get("/")
@public
def doorstep() -> ResponseReturnValue:
    """Where a token behind the # becomes a form."""
    language = browser_language()
    page = render_template("video/doorstep.html", words=words_in(language), language=language, direction=text_direction(language))
    return make_response(page)


@guests.post("/")
@public
@limiter.limit("60 per minute")
def by_token() -> ResponseReturnValue:
    """The room, for who holds a token of the programming interface."""
    seat = seat_of(request.form.get("token", ""))
    found = queries.seat(seat) if seat is not None else None
    if seat is None or found is None or found[0].provider != Provider.EMBEDDED:
        raise BadLink
    call, who = found
    if call.is_over or who.removed_at is not None:
        raise ExpiredLink
    return room_page(call, who, reader_language(browser_language()), bearer_id=seat.bearer_id)
