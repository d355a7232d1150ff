"""One view, two answers: the whole page with list, thread and family, or only the part that a script swaps."""

from flask import Response, make_response, render_template

from app.core.htmx import VARIES_ON, wants_block
from app.core.presentation import gettext as _

FRAME = "conversations/frame.html"


def page_or_part(part: str, *, status: int = 200, page: str = FRAME, **context: object) -> Response:
    """Render `page`, or only `part` for a swap; caches are told that the two differ."""
    html = render_template(part if wants_block() else page, **context)
    response = make_response(html, status)
    response.vary.update(VARIES_ON)
    return response


def part(template: str, *, status: int = 200, **context: object) -> Response:
    """Only a part, whoever asks: for addresses that no person opens as a page."""
    return make_response(render_template(template, **context), status)


def inbox_title(unread: int) -> str:
    """What the browser's tab says."""
    return str(_("Messages (%(num)s)", num=unread) if unread else _("Messages"))
