"""The page of mailboxes: read the emails that families get, and follow their links."""

from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from app.simulator import mailboxes
from app.simulator.parts import simulator

pages = Blueprint("mailboxes", __name__, url_prefix="/mail")
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""Of an email as it was designed: it shows and links, and does nothing else."""


@pages.get("/")
def start() -> Answer | Response:
    """The mailbox with the newest email."""
    with simulator().storage.reading() as connection:
        found = mailboxes.mailboxes(_folder(), "", connection)
    if not found:
        return _page("", None)
    return redirect(url_for(".mailbox", address=found[0].address, view=request.args.get("view")))


@pages.get("/<address>")
def mailbox(address: str) -> Response:
    """One mailbox, with one of its emails open."""
    return _page(address, request.args.get("letter"))


def _page(address: str, name: str | None) -> Response:
    words = request.args.get("q", "")
    letters = mailboxes.letters(_folder(), address) if address else []
    opened = next((one for one in letters if one.name == name), None) or (mailboxes.letter(_folder(), address, name) if name else None)
    if name and opened is None:
        raise NotFound
    with simulator().storage.reading() as connection:
        found, owner = mailboxes.mailboxes(_folder(), words, connection), mailboxes.owner_of(connection, address)
    page = render_template(
        "simulator/mail.html", settings=simulator().settings, found=found, q=words, address=address, owner=owner,
        letters=letters, opened=opened or (letters[0] if letters else None), zone=simulator().settings.zone,
        view="list" if request.args.get("view") == "list" or not address else "detail",
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = PAGE_POLICY
    return answer


@pages.get("/<address>/<name>/designed")
def designed(address: str, name: str) -> Response:
    """An email as mail programs show it, for the frame in the page."""
    html = mailboxes.as_designed(_folder(), address, name)
    if html is None:
        raise NotFound
    answer = make_response(html.replace("<head>", '<head><base target="_blank">', 1))
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@pages.get("/<address>/<name>/files/<int:number>")
def file(address: str, name: str, number: int) -> Response:
    """A file of an email."""
    found = mailboxes.attachment(_folder(), address, name, number)
    if found is None:
        raise NotFound
    content, content_type, file_name = found
    answer = Response(content, mimetype=content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    return answer


def _folder() -> Path:
    folder = simulator().settings.mail_folder
    if folder is None:
        raise NotFound
    return folder
