"""A fax taken away: as PDF, as TIFF, or as it came."""

from pathlib import Path

from flask import Response, request
from werkzeug.wsgi import wrap_file

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.core.database import release_connection
from app.core.documents.problems import DocumentRefused
from app.core.downloads import name_download
from app.core.errors import NotVisible
from app.core.files import FileGone
from app.fax.binding import Kind, bound
from app.fax.errors import NoPagesYet
from app.fax.forward_job import name_of
from app.fax.models import Fax
from app.fax.problem_words import paper_problem
from app.fax.queries import fax_visible_to
from app.fax.queries_pages import pages_of
from app.fax.service import looking
from app.fax.views.blueprint import pages
from app.fax.views.files import KINDS, served

ENDINGS = {"application/pdf": "pdf", "image/tiff": "tif", "image/jpeg": "jpg", "image/png": "png"}
SECONDS_KEPT = 600


@pages.get("/<int:fax_id>/fax.<any(pdf, tiff):kind>")
@requires(Permission.READ_FAXES)
def whole(fax_id: int, kind: Kind) -> Response:
    """All pages, turned as they are shown. What is sent is given as the carrier gets it."""
    fax = fax_visible_to(asker(), fax_id)
    if kind == "pdf" and fax.document_key is not None:
        key, name = fax.document_key, name_of(fax, "pdf")
        _note(fax, kind)
        return _named(served(key), name)
    there = pages_of(fax)
    if not there:
        raise NoPagesYet(paper_problem(fax.problem))
    name, fine = name_of(fax, kind), fax.quality != "standard"
    _note(fax, kind)
    release_connection()
    try:
        return _named(_file(bound(there, kind, fine=fine), kind), name)
    except DocumentRefused as refusal:
        raise NoPagesYet(paper_problem(refusal.problem)) from refusal


@pages.get("/<int:fax_id>/original")
@requires(Permission.READ_FAXES)
def original(fax_id: int) -> Response:
    """What the carrier brought, byte by byte, also where it cannot be shown. Never opened in place: it may be made to harm."""
    fax = fax_visible_to(asker(), fax_id)
    if not fax.is_inbound:
        raise NotVisible
    if fax.source_key is None:
        raise FileGone
    key, name = fax.source_key, name_of(fax, ENDINGS.get(fax.source_type or "", "bin"))
    _note(fax, "original")
    return _named(served(key), name)


def _note(fax: Fax, kind: str) -> None:
    """Once for a download, of which browsers may ask for many parts."""
    first = request.range.ranges[0][0] if request.range is not None and request.range.ranges else 0
    if request.method == "GET":
        looking.note_downloaded(asker(), fax, kind, is_rest=first != 0)
    release_connection()


def _file(place: Path, kind: Kind) -> Response:
    length = place.stat().st_size
    response = Response(wrap_file(request.environ, place.open("rb")), mimetype=KINDS[kind], direct_passthrough=True)
    response.content_length = length
    response.set_etag(place.stem)
    response.cache_control.private = True
    response.cache_control.max_age = SECONDS_KEPT
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    return response


def _named(response: Response, name: str) -> Response:
    name_download(response, "attachment", name)
    return response
