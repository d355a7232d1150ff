"""Emails to one family or one colleague: by the outbox, so consent, dead addresses and quiet hours count as in every email."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff, StaffStatus, are_people
from app.accounts.permissions import Permission
from app.api.courier.models import EmailStatus, Upload, UploadKind, UserEmail
from app.api.courier.permissions import need
from app.api.courier.queries.unsent import OWNER
from app.api.refusals import Refused, Why
from app.conversations.queries_reach import contact_point_within_reach
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.html_as_text import as_text
from app.delivery.events import DeliveryChanged
from app.delivery.models import DeliveryState
from app.delivery.service import Letter, LetterRequest, Mailbox, enqueue_letter
from app.directory.models import ContactKind, ContactPoint
from app.directory.queries import may_be_contacted

LONGEST_SUBJECT = 250
LONGEST_BODY = 50_000
MOST_BYTES = 15 * 1024 * 1024
_FAILED = {DeliveryState.FAILED, DeliveryState.BLOCKED, DeliveryState.CANCELLED}
_LEFT = {DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.SENDING}


@dataclass(frozen=True, slots=True)
class NewEmail:
    """What is written, to whom, in whose name."""

    address: str
    subject: str
    message: str | None
    message_html: str | None
    school_id: int | None


def write(author: Staff, by: Staff, wanted: NewEmail) -> UserEmail:
    """Keep an email. Raises Refused for an address that the district does not know, or whose family may not be written to."""
    need(author, Permission.WRITE_THREADS)
    subject = " ".join(wanted.subject.split())
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Refused(
            Why.RULE, f"A subject has at most {LONGEST_SUBJECT} characters, and one at least.", field="body/data/attributes/subject"
        )
    text = text_of(wanted.message, wanted.message_html)
    if not 0 < len(text) <= LONGEST_BODY:
        raise Refused(Why.RULE, f"An email says something, in at most {LONGEST_BODY:,} characters.", field="body/data/attributes/message")
    point = _reader(author, wanted.address)
    with transaction():
        email = UserEmail(
            district_id=author.district_id, staff_id=author.id, created_by_id=by.id, school_id=wanted.school_id, subject=subject,
            address=point.address if point else wanted.address, contact_point_id=point.id if point else None,
            message=wanted.message, message_html=wanted.message_html,
        )  # fmt: skip
        db.session.add(email)
        db.session.flush()
    return email


def send(author: Staff, email: UserEmail) -> UserEmail:
    """Put it into the outbox, once. Raises Refused for what was sent, and for files that are not ready."""
    point = _reader(author, email.address)
    with transaction():
        held = db.session.scalars(
            select(UserEmail).where(UserEmail.id == email.id).with_for_update().execution_options(populate_existing=True)
        ).one()
        if held.status != EmailStatus.DRAFT:
            raise Refused(Why.STATE, "This email was sent already.", code="posted")
        letter = Letter(
            held.subject, text_of(held.message, held.message_html), "en", held.school_id, media=_files_of(held),
            reply_to=author.mailbox, is_for_offices=point is None,
        )  # fmt: skip
        held.status, held.changed_at, held.bearer_id = EmailStatus.QUEUED, now(), bearer_behind()
        db.session.flush()
        mailbox = Mailbox(held.address, point.id if point else None)
        (delivery,) = enqueue_letter(LetterRequest(held.district_id, OWNER, held.id, letter, (mailbox,), is_reply=point is None))
        held.delivery_uuid = delivery.uuid
    return held


def follow(fact: DeliveryChanged) -> None:
    """What became of it. Belongs into the transaction in which its delivery moved."""
    email = db.session.get(UserEmail, fact.owner_id)
    if email is None:
        return
    state = DeliveryState(fact.state)
    if state in _FAILED:
        email.status, email.result = EmailStatus.FAILED, fact.error_code or state.value
    elif state in _LEFT:
        email.status, email.result = EmailStatus.SENT, state.value
    elif fact.is_held:
        email.result = "held for the night"
    email.changed_at = now()


def text_of(message: str | None, html: str | None) -> str:
    """The words of an email: those that were written plainly, else what its HTML says."""
    return message.strip() if message and message.strip() else as_text(html or "")


def _reader(author: Staff, address: str) -> ContactPoint | None:
    """A family's address within the author's reach, or None for a colleague's. Raises Refused."""
    found = select(ContactPoint.id).where(
        ContactPoint.district_id == author.district_id,
        func.lower(ContactPoint.address) == address.lower(),
        ContactPoint.kind == ContactKind.EMAIL,
        ContactPoint.is_active.is_(True),
    )
    for number in db.session.scalars(found.order_by(ContactPoint.id)):
        try:
            point = contact_point_within_reach(author, number)
        except NotVisible:
            continue
        if not may_be_contacted(point.guardian_id):
            sentence = f"The school's records say not to write to {point.guardian.full_name}. Ask the office."
            raise Refused(Why.RULE, sentence, code="contact_not_permitted", field="body/data/attributes/to")
        return point
    colleague = select(Staff.id).where(
        Staff.district_id == author.district_id, Staff.email == address.lower(), Staff.status == StaffStatus.ACTIVE, are_people()
    )
    if db.session.scalar(colleague) is None:
        sentence = "Nobody whom you may write to has this address. Add it on the family's page first."
        raise Refused(Why.RULE, sentence, code="unknown_address", field="body/data/attributes/to")
    return None


def _files_of(email: UserEmail) -> tuple[dict[str, str], ...]:
    files = list(
        db.session.scalars(select(Upload).where(Upload.kind == UploadKind.EMAIL, Upload.owner_uuid == email.uuid).order_by(Upload.id))
    )
    ready = [each for each in files if each.file_key is not None]
    if len(ready) < sum(each.raw_key is not None or each.file_key is not None for each in files):
        raise Refused(Why.STATE, "A file of this email has not been processed yet.", code="upload_pending")
    if sum(each.size for each in ready) > MOST_BYTES:
        raise Refused(Why.RULE, "The files of an email have at most 15 MB together.", code="too_many_files")
    return tuple({"key": each.file_key or "", "content_type": each.content_type, "name": each.name} for each in ready)
