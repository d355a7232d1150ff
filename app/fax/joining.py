"""The pages of a fax as the one document that the carrier gets."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.core.documents.problems import DocumentRefused
from app.core.files import StoredFile, chunks_of
from app.fax.binding import AT_ONCE, bind
from app.fax.desk import desk_of, on_the_desk
from app.fax.errors_sending import PagesBroken
from app.fax.models import FaxPage


def joined(pages: Sequence[FaxPage], *, is_fine: bool) -> StoredFile:
    """A PDF of them in the file store, black and white. Outside of any transaction. Raises PagesBroken, FileGone.

    Nothing but what one sees: words below a black bar of the file stay here.
    """
    release_connection()
    with AT_ONCE, tempfile.TemporaryDirectory(dir=desk_of(), prefix=on_the_desk(), ignore_cleanup_errors=True) as place:
        try:
            made = bind(pages, Path(place), "pdf", fine=is_fine, has_words=False)
        except DocumentRefused as refusal:
            raise PagesBroken from refusal
        with made.open("rb") as document:
            return file_store().save(chunks_of(document), extension=".pdf")
