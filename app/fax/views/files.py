"""Pictures of pages behind signed links: for who got the link, as long as they may see the fax."""

from http import HTTPStatus

from flask import Response, request
from werkzeug.wsgi import wrap_file

from app.accounts.current import asker
from app.accounts.permissions import Permission, requires
from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.fax.links import OPEN_FOR, read
from app.fax.queries import fax_visible_to
from app.fax.views.blueprint import pages

KINDS = {"png": "image/png", "webp": "image/webp", "jpg": "image/jpeg", "pdf": "application/pdf", "tif": "image/tiff", "tiff": "image/tiff"}


@pages.get("/files/<token>")
@requires(Permission.READ_FAXES)
def file(token: str) -> Response:
    """A picture of a page, or the part of it that was asked for."""
    opened = read(token, asker())
    is_restricted = fax_visible_to(asker(), opened.fax_id).is_restricted
    release_connection()
    response = served(opened.key)
    if is_restricted:  # whoever may no longer see it, sees nothing of it in the browser's memory either
        response.cache_control.max_age, response.cache_control.no_cache = None, True
    return response


def served(key: str) -> Response:
    """A stored file, in place; its key says what it is."""
    kind = KINDS.get(key.rpartition(".")[2], "application/octet-stream")
    store = file_store()
    length = store.size(key)
    if request.method == "HEAD":
        response = Response(status=HTTPStatus.OK, mimetype=kind)
    else:
        response = Response(wrap_file(request.environ, store.open(key)), mimetype=kind, direct_passthrough=True)
    response.content_length = length
    response.set_etag(key)
    response.cache_control.private = True
    response.cache_control.max_age = int(OPEN_FOR.total_seconds())
    response.make_conditional(request.environ, accept_ranges=True, complete_length=length)
    return response
