"""Pictures of outgoing messages and sounds of calls: the carrier fetches each from us, by a signed address that works for a day."""

import json
from datetime import timedelta
from typing import Any, BinaryIO

from flask import current_app, url_for

from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.files import FileStore, LocalFileStore

PURPOSE = "carrier-media"
LIFETIME = timedelta(days=1)


def media_urls(media: list[dict[str, Any]], lifetime: timedelta = LIFETIME) -> tuple[str, ...]:
    """Where the carrier, or a program that may have it, fetches each of `media`, in their order."""
    settings: Settings = current_app.extensions["settings"]
    public_url, expires = settings.public_url.rstrip("/"), now() + lifetime
    urls = []
    for one in media:
        subject = json.dumps([one["key"], one["content_type"]])
        token = signed_links.sign(settings.secret_key, PURPOSE, subject, expires)
        with current_app.test_request_context():  # an address is wanted outside of any request
            urls.append(public_url + url_for("delivery_media.picture", token=token))
    return tuple(urls)


def open_media(token: str) -> tuple[BinaryIO, str, int]:
    """The file behind an address, its type and its length. Raises BadLink, ExpiredLink or FileGone."""
    settings: Settings = current_app.extensions["settings"]
    key, content_type = json.loads(signed_links.read(settings.secret_key, PURPOSE, token, now()))
    store: FileStore = current_app.extensions.get("files") or LocalFileStore(settings.data / "files")
    return store.open(key), content_type, store.size(key)
