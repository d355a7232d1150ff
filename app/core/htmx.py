"""One view, two answers: the whole page, or only the block that changed."""

from typing import cast

from flask import Flask, Response, make_response, render_template, request
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders
from jinja2_fragments.flask import render_block

from app.core.varying import vary_on

VARIES_ON = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "Accept-Encoding", "Cookie")
"""What a page differs by; the last two are said once, here, for `compression` and the session, too."""


def init_app(app: Flask) -> None:
    """Let requests know what htmx says of them. `strictness` does so for Homeroom itself."""
    app.request_class = HtmxAwareRequest


def comes_from_htmx() -> bool:
    """Whether a script asks, which can follow HX-Redirect and shows refusals above the page."""
    return _asked() is not None


def wants_block() -> bool:
    """Whether the browser will swap a piece into a page it already shows. A boosted link and Back want the whole page."""
    asked = _asked()
    return asked is not None and not asked.boosted and not asked.history_restore_request


def _asked() -> HtmxHeaders | None:
    """What htmx says of the request; None for anybody else, who is not asked header by header: each missing one costs an exception."""
    if "HTTP_HX_REQUEST" not in request.environ:
        return None
    htmx = cast("HtmxAwareRequest", request).htmx
    return htmx or None


def page_or_block(template: str, block: str, /, *, status: int = 200, **context: object) -> Response:
    """Render the whole template, or only `block` for an htmx swap; caches are told that the two differ."""
    html = render_block(template, block, **context) if wants_block() else render_template(template, **context)
    response = make_response(html, status)
    vary_on(response, *VARIES_ON)
    return response


def block(template: str, name: str, /, *, status: int = 200, **context: object) -> Response:
    """Only a block, whoever asks: for addresses that no person opens as a page."""
    return make_response(render_block(template, name, **context), status)
