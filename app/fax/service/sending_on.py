"""What came is faxed on: a draft that has its pages, as staff turned them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.content_types import PDF
from app.core.database import db, release_connection, transaction
from app.core.documents.problems import DocumentRefused
from app.core.errors import NotVisible
from app.core.files import chunks_of
from app.fax.binding import bound
from app.fax.errors import NoPagesYet
from app.fax.errors_sending import NoFaxNumber
from app.fax.events import PaperWaiting
from app.fax.models import Direction, Fax, FaxPart, FaxStatus, Paper
from app.fax.queries import fax_visible_to
from app.fax.queries_pages import pages_of
from app.fax.queries_sending import senders_of
from app.fax.service.looks import index_words, touch
from app.fax.service.parts import throw_away


def send_on(staff: Staff, fax_id: int, *, uuid: UUID, name: str) -> Fax:
    """Begin a draft with the pages of a received fax as the file `name`. The same `uuid` (from the form) is the same draft.

    Raises NoPagesYet, NoFaxNumber, FileGone, NotVisible.
    """
    came = fax_visible_to(staff, fax_id)
    if (begun := _begun(staff, uuid)) is not None:
        return begun
    if not came.is_inbound:
        raise NotVisible
    pages, mine = pages_of(came), senders_of(staff)
    if not pages or came.paper == Paper.WAITING:
        raise NoPagesYet
    if not mine:
        raise NoFaxNumber
    sender = next((one for one in mine if one.number.id == came.phone_number_id), mine[0])
    columns = {
        "school_id": sender.number.school_id, "phone_number_id": sender.number.id, "own_name": sender.name, "subject": came.subject,
        "quality": came.quality, "emails": [*filter(None, [staff.mailbox])], "is_restricted": came.is_restricted, "copy_of_id": fax_id,
    }  # fmt: skip
    release_connection()
    try:
        file = bound(pages, "pdf", fine=columns["quality"] != "standard")
    except DocumentRefused as refusal:
        raise NoPagesYet from refusal
    with file.open("rb") as document:
        kept = file_store().save(chunks_of(document), extension=".pdf")
    try:
        with transaction() as events:
            draft = Fax(
                uuid=uuid, district_id=staff.district_id, direction=Direction.OUT, status=FaxStatus.DRAFT, author_id=staff.id,
                paper=Paper.READY, created_at=now(), **columns,
            )  # fmt: skip
            db.session.add(draft)
            db.session.flush()
            part = FaxPart(
                fax_id=draft.id, position=1, name=name[:200], source_key=kept.key, source_type=PDF.mime, size=kept.size,
                paper=Paper.WAITING, paper_due_at=now(), created_at=now(),
            )  # fmt: skip
            db.session.add(part)
            audit("fax.sent_on", came, {"fax": came.name or came.address}, by=staff)
            index_words(draft)
            touch(draft)
            events.append(PaperWaiting())
    except BaseException as problem:
        throw_away([kept.key])
        if isinstance(problem, IntegrityError) and (begun := _begun(staff, uuid)) is not None:
            return begun  # the same form at the same moment
        raise
    return draft


def _begun(staff: Staff, uuid: UUID) -> Fax | None:
    return db.session.scalar(select(Fax).where(Fax.uuid == uuid, Fax.author_id == staff.id))
