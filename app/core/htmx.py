"""One view, two answers: the whole page, or only the block that changed."""

from flask import Response, make_response, render_template, request
from jinja2_fragments.flask import render_block

from app.core.varying import vary_on

VARIES_ON = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Accept-Encoding", "Cookie")
"""What a page differs by; the last two are said once, here, for `compression` and the session, too."""


def comes_from_htmx() -> bool:
    """Whether a script asks, which can follow HX-Redirect and shows refusals above the page."""
    return _says("REQUEST")


def wants_block() -> bool:
    """Whether the browser will swap a piece into a page it already shows. A boosted link and Back want the whole page."""
    return comes_from_htmx() and not _says("BOOSTED") and not _says("HISTORY_RESTORE_REQUEST")


def _says(what: str) -> bool:
    """Straight from the environment: the headers' own way raises and catches an error for each that is missing."""
    said: str = request.environ.get(f"HTTP_HX_{what}", "")
    return said.lower() == "true"


def page_or_block(template: str, block: str, /, *, status: int = 200, **context: object) -> Response:
    """Render the whole template, or only `block` for an htmx swap; caches are told that the two differ."""
    html = render_block(template, block, **context) if wants_block() else render_template(template, **context)
    response = make_response(html, status)
    vary_on(response, *VARIES_ON)
    return response


def block(template: str, name: str, /, *, status: int = 200, **context: object) -> Response:
    """Only a block, whoever asks: for addresses that no person opens as a page."""
    return make_response(render_block(template, name, **context), status)
