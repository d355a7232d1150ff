"""Pages for families under a secret address: no account, and the address itself is the key."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request

from app.core.errors import HomeroomError
from app.core.own_names import OWN_NAMES
from app.core.presentation import text_direction
from app.core.signed_links import BadLink, ExpiredLink


def secret_pages(name: str, module: str, path: str, words_in: Callable[[str], Mapping[str, str]]) -> Blueprint:
    """A blueprint whose answers keep its addresses private, and which says in the browser's language that a link has ended.

    `words_in` gives a language's words, with "ended" and "ask" among them.
    """
    pages = Blueprint(name, module, url_prefix=path)
    pages.after_request(_keep_private)

    def ended(error: HomeroomError) -> Response:
        """Whatever the reason, the page is the same: nothing can be learned from it."""
        words = words_in(browser_language())
        return only_words(words["ended"], words["ask"], HTTPStatus.GONE if isinstance(error, ExpiredLink) else HTTPStatus.NOT_FOUND)

    pages.register_error_handler(BadLink, ended)
    pages.register_error_handler(ExpiredLink, ended)
    return pages


def _keep_private(response: Response) -> Response:
    """The address is a secret: it goes into no referrer, no cache and no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response


def only_words(title: str, text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page that says one thing, in the browser's language."""
    language = browser_language()
    words = {"ended": title, "ask": text}
    page = render_template("guardian/ended.html", words=words, language=language, direction=text_direction(language))
    return make_response(page, status)


def browser_language() -> str:
    """What the reader's browser asks for, where nobody knows better; ?lang= comes first."""
    return reader_language(request.accept_languages.best_match(list(OWN_NAMES)) or "en")


def reader_language(usual: str) -> str:
    """The language that the reader chose on the page, else her usual one, else English."""
    return next(code for code in (request.args.get("lang", ""), usual.partition("-")[0], usual, "en") if code in OWN_NAMES)


def one_link() -> str:
    """Limits that count by link: a school's families, or a mail provider's, may share an address on the net."""
    return str((request.view_args or {}).get("token", ""))
