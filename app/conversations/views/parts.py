"""One view, two answers: the whole page with list, thread and family, or only the part that a script swaps."""

from flask import Response, make_response, render_template, session
from markupsafe import Markup

from app.accounts.current import asker
from app.accounts.models import Staff
from app.accounts.navigation import shell_inputs
from app.conversations.views.list_shown import ListShown, counts
from app.core.frames import Html, frame
from app.core.htmx import VARIES_ON, wants_block
from app.core.presentation import gettext as _
from app.core.varying import vary_on

FRAME = "conversations/frame.html"

MOST_SHOWN = 99


def page_around(pane: ListShown, *, title: str, view: str, thread: Html | None = None, status: int = 200) -> Response:
    """The page with the list and, if there is one, a thread beside it; for a swap only the list or the thread."""
    if wants_block():
        return differing(pane.pane if thread is None else thread, status)
    staff: Staff = asker()
    shell = frame(FRAME, view=view, has_thread=thread is not None, may_write=pane.head.may_write, **shell_inputs(staff))
    html = shell.filled(
        title=title,
        live_from=str(counts(staff).live_from),
        list=pane.pane,
        thread=thread or [],
        toasts=printed_toasts(),
    )
    return differing(html, status)


def differing(html: Html, status: int) -> Response:
    """An answer of which caches are told that page and swap differ."""
    response = make_response(b"".join(html), status)
    vary_on(response, *VARIES_ON)
    return response


def printed_toasts() -> Markup:
    """What the answer before this one had to say; mostly nothing."""
    return Markup(render_template("components/toasts.html")) if "_flashes" in session else Markup()  # noqa: S704  # an escaping template


def page_or_part(part: str, *, page: str, status: int = 200, **context: object) -> Response:
    """Render `page`, or only `part` for a swap; caches are told that the two differ."""
    html = render_template(part if wants_block() else page, **context)
    return differing([html.encode()], status)


def part(template: str, *, status: int = 200, **context: object) -> Response:
    """Only a part, whoever asks: for addresses that no person opens as a page."""
    return make_response(render_template(template, **context), status)


def inbox_title(unread: int) -> str:
    """What the browser's tab says; js/conversations/tab_title.js keeps the number true."""
    count = "99+" if unread > MOST_SHOWN else str(unread)
    return f"({count}) {_('Messages')}" if unread else str(_("Messages"))
