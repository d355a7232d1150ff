"""Puts together what is to be sent on: a worker, with no transaction open meanwhile."""

import structlog

from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.documents.problems import DocumentRefused
from app.core.events import on
from app.core.files import FileGone
from app.core.jobs import job
from app.fax.events import ForwardWaiting
from app.fax.models import Fax
from app.fax.service import preparing
from app.fax.service.preparing import Bound, Due

log = structlog.get_logger()


@job()
def prepare_due() -> None:
    """Whatever is due, until nothing is."""
    while (due := preparing.take_up()) is not None:
        release_connection()
        try:
            prepare(due)
        except FileGone:
            preparing.give_up(due.id, preparing.FILE_GONE)
        except DocumentRefused as refusal:
            log.warning("fax.not_bound", fax_id=due.fax_id, problem=refusal.problem.value)
            preparing.put_off(due)
        except Exception:
            log.exception("fax.not_prepared", forward_id=due.id)
            preparing.put_off(due)
        finally:
            db.session.remove()


def prepare(due: Due) -> None:
    """One of them. Raises FileGone, DocumentRefused."""
    bound = bind(due.fax_id)
    if not preparing.hand_over(due.id, bound) and bound.is_new:
        file_store().delete(bound.key)


def bind(fax_id: int) -> Bound:
    """The fax as one file. Raises FileGone."""
    fax = db.session.get_one(Fax, fax_id, populate_existing=True)
    key = fax.source_key if fax.is_inbound else fax.document_key
    if key is None:
        raise FileGone
    kind = (fax.source_type if fax.is_inbound else None) or "application/pdf"
    name = name_of(fax, "pdf" if kind == "application/pdf" else "tif")
    release_connection()
    return Bound(key, kind, name, file_store().size(key))


def name_of(fax: Fax, ending: str) -> str:
    """Such as "Fax Cascade Pediatrics 2026-11-18.pdf": whatever a name holds that no file name may becomes a space."""
    words = "".join(character if character.isalnum() or character in " -.,&'" else " " for character in fax.name or fax.address)
    return f"Fax {' '.join(words.split())} {fax.created_at:%Y-%m-%d}.{ending}".replace("  ", " ")


@on(ForwardWaiting)
def wake(_fact: ForwardWaiting) -> None:
    """At once."""
    prepare_due.send()
