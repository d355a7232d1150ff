"""The pages of a fax as the one document that the carrier gets."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from app.conversations.service.attachments import file_store
from app.core.database import release_connection
from app.core.documents.pages import PageFile
from app.core.documents.problems import DocumentRefused
from app.core.documents.rendering import join
from app.core.files import StoredFile, chunks_of
from app.fax.errors_sending import PagesBroken
from app.fax.models import FaxPage


def joined(pages: Sequence[FaxPage], *, is_fine: bool) -> StoredFile:
    """A PDF of them in the file store, black and white. Outside of any transaction. Raises PagesBroken, FileGone."""
    wanted = [(page.image_key, page.turn) for page in pages]
    release_connection()
    store = file_store()
    with tempfile.TemporaryDirectory() as place:
        folder, files = Path(place), []
        for number, (key, turn) in enumerate(wanted):
            file = folder / f"{number:04}.{key.rpartition('.')[2]}"
            with store.open(key) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)
            files.append(PageFile(file, turn))
        try:
            made = join(files, folder / "fax.pdf", fine=is_fine)
        except DocumentRefused as refusal:
            raise PagesBroken from refusal
        with made.open("rb") as document:
            return store.save(chunks_of(document), extension=".pdf")
