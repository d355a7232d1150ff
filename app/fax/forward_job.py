"""Puts together what is to be sent on: a worker, with no transaction open meanwhile."""

import tempfile
from pathlib import Path

import structlog

from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.documents.problems import DocumentRefused
from app.core.events import on
from app.core.files import FileGone, StoredFile, chunks_of
from app.core.jobs import job
from app.fax import binding
from app.fax.desk import desk_of, on_the_desk
from app.fax.events import ForwardWaiting
from app.fax.models import Fax, FaxPage
from app.fax.queries_pages import pages_of
from app.fax.service import preparing
from app.fax.service.preparing import Bound, Due

log = structlog.get_logger()
PDF = "application/pdf"


@job()
def prepare_due() -> None:
    """Whatever is due, until nothing is."""
    while (due := preparing.take_up()) is not None:
        release_connection()
        try:
            prepare(due)
        except FileGone:
            preparing.give_up(due.id, preparing.FILE_GONE)
        except Exception:
            log.exception("fax.not_prepared", forward_id=due.id)
            preparing.put_off(due)
        finally:
            db.session.remove()


def prepare(due: Due) -> None:
    """One of them. Raises FileGone."""
    bound = bind(due.fax_id)
    if not preparing.hand_over(due.id, bound) and bound.is_new:
        file_store().delete(bound.key)


def bind(fax_id: int) -> Bound:
    """The fax as one file: as it is sent, or came if that is a PDF and nobody turned a page; else a PDF of its pages. Raises FileGone."""
    fax = db.session.get_one(Fax, fax_id, populate_existing=True)
    key = fax.source_key if fax.is_inbound else fax.document_key
    if key is None:
        raise FileGone
    came = fax.is_inbound
    kind = (fax.source_type if came else None) or PDF
    pages = pages_of(fax)
    name, original, fine = name_of(fax, "pdf"), name_of(fax, key.rpartition(".")[2]), fax.quality != "standard"
    release_connection()
    if kind != PDF or (came and any(page.turn for page in pages)):
        try:
            made = joined(pages, fine=fine)
        except DocumentRefused as refusal:
            log.warning("fax.not_bound", fax_id=fax_id, problem=refusal.problem.value)  # what came is better than nothing
        else:
            return Bound(made.key, key, PDF, name, made.size, is_new=True)
    if came:
        return Bound(key, key, kind, original, file_store().size(key))
    made = copied(key)  # whoever takes it back to change it throws that one away
    return Bound(made.key, key, kind, original, made.size, is_new=True)


def joined(pages: list[FaxPage], *, fine: bool) -> StoredFile:
    """A new PDF of pages, turned as staff turned them, with the words on them. Raises DocumentRefused, FileGone."""
    desk = tempfile.TemporaryDirectory(dir=desk_of(), prefix=on_the_desk(), ignore_cleanup_errors=True)
    with desk as folder, binding.bind(pages, Path(folder), "pdf", fine=fine).open("rb") as made:
        return file_store().save(chunks_of(made), extension=".pdf")


def copied(key: str) -> StoredFile:
    """A stored file once more. Raises FileGone."""
    store = file_store()
    with store.open(key) as source:
        return store.save(chunks_of(source), extension=f".{key.rpartition('.')[2]}")


def name_of(fax: Fax, ending: str) -> str:
    """Such as "Fax Cascade Pediatrics 2026-11-18.pdf": whatever a name holds that no file name may becomes a space."""
    words = "".join(character if character.isalnum() or character in " -.,&'" else " " for character in fax.name or fax.address)
    return f"Fax {' '.join(words.split())} {fax.created_at:%Y-%m-%d}.{ending}".replace("  ", " ")


@on(ForwardWaiting)
def wake(_fact: ForwardWaiting) -> None:
    """At once."""
    prepare_due.send()
