"""The page behind a link to a fax: no account, and looking at it changes nothing. Only a pressed button opens the pages."""

import io
from http import HTTPStatus

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from PIL import Image
from werkzeug.wsgi import wrap_file

from app.accounts.permissions import public
from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.core.downloads import name_download
from app.core.local_clock import local_clock
from app.core.own_names import OWN_NAMES
from app.core.phone_numbers import for_people
from app.core.presentation import text_direction
from app.core.secret_pages import one_link, reader_language, secret_pages
from app.core.signed_links import BadLink
from app.extensions import csrf, limiter
from app.fax import forward_links
from app.fax.forward_job import name_of
from app.fax.forward_links import PATH, Visit
from app.fax.forward_words import WORDS, words_in
from app.fax.models import Fax, FaxPage
from app.fax.queries_pages import pages_of
from app.fax.views.files import KINDS

shared = secret_pages("fax_link", __name__, PATH, words_in)


@shared.after_request
def keep_nothing(response: Response) -> Response:
    """Neither the page nor the pictures on it stay in a browser."""
    response.headers["Cache-Control"] = "no-store"
    return response


@shared.get("/<token>")
@public
@limiter.limit("60 per minute", key_func=one_link)
def show(token: str) -> ResponseReturnValue:
    """Who sent what, and the button."""
    return _page(forward_links.visit(token), token, "")


@shared.post("/<token>")
@csrf.exempt  # whoever knows the address may; there is no cookie that another site could borrow
@public
@limiter.limit("30 per minute", key_func=one_link)
def press(token: str) -> ResponseReturnValue:
    """Open the pages, and write down that somebody did."""
    return redirect(url_for(".opened", token=token, pass_=forward_links.open_once(token)), HTTPStatus.SEE_OTHER)


@shared.get("/<token>/<pass_>")
@public
@limiter.limit("60 per minute", key_func=one_link)
def opened(token: str, pass_: str) -> ResponseReturnValue:
    """The pages, for an hour after the press."""
    return _page(forward_links.visit_with_pass(token, pass_), token, pass_)


@shared.get("/<token>/<pass_>/pages/<int:number>")
@public
@limiter.limit("900 per minute", key_func=one_link)
def picture(token: str, pass_: str, number: int) -> ResponseReturnValue:
    """One page, turned as staff turned it."""
    known = _pages(forward_links.visit_with_pass(token, pass_))
    if not 1 <= number <= len(known):
        raise BadLink
    page = known[number - 1]
    release_connection()
    if not page.turn:
        with file_store().open(page.screen_key) as file:
            return Response(file.read(), mimetype=KINDS.get(page.screen_key.rpartition(".")[2], "image/png"))
    turned = io.BytesIO()
    with file_store().open(page.screen_key) as file, Image.open(file) as image:
        image.rotate(-page.turn, expand=True).save(turned, "PNG")
    return Response(turned.getvalue(), mimetype="image/png")


@shared.get("/<token>/<pass_>/download")
@public
@limiter.limit("30 per minute", key_func=one_link)
def download(token: str, pass_: str) -> ResponseReturnValue:
    """The whole fax as a file."""
    found = forward_links.visit_with_pass(token, pass_)
    key = found.forward.document_key or ""
    name = name_of(
        found.fax if found.is_as_forwarded else Fax(name=found.sender, created_at=found.forward.created_at), key.rpartition(".")[2] or "pdf"
    )
    release_connection()
    store = file_store()
    length = store.size(key)
    forward_links.note_download(found)
    release_connection()
    response = Response(wrap_file({}, store.open(key)), mimetype="application/octet-stream", direct_passthrough=True)
    response.content_length = length
    name_download(response, "attachment", name)
    return response


def _pages(found: Visit) -> list[FaxPage]:
    """What can be looked at: none of a fax that was changed since, whose document can be downloaded as it was."""
    return pages_of(found.fax) if found.is_as_forwarded else []


def _page(found: Visit, token: str, pass_: str) -> Response:
    fax, language = found.fax, reader_language(found.forward.language)
    words, clock = words_in(language), local_clock(found.zone, language)
    number = for_people(fax.address) if fax.address else words["hidden"]
    html = render_template(
        "guardian/fax.html",
        token=token, pass_=pass_, fax=fax, sender=found.sender, language=language, direction=text_direction(language),
        words={**words, "sent_by": words["sent_by"].format(school=found.sender)},
        is_same=found.is_as_forwarded, who=f"{fax.name}, {number}" if fax.name else number, when=clock.full(fax.created_at),
        until=clock.full(found.forward.expires_at) if found.forward.expires_at else "", note=found.forward.words,
        pages=_pages(found) if pass_ else [], names={code: OWN_NAMES[code] for code in WORDS},
    )  # fmt: skip
    return make_response(html)
