"""A test: what one reader would get, to the author's own phone and mailbox. It takes the same way out and counts nowhere."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, union, update

from app.accounts.models import Staff
from app.accounts.service import audit
from app.announcements.channels import adapter
from app.announcements.errors import TooManyTests
from app.announcements.models import Announcement, AnnouncementText, Channel
from app.announcements.queries.readers import Named, find_reader
from app.announcements.service import own_phone
from app.announcements.service.files import own_draft
from app.announcements.tokens import Reader, Values
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import within
from app.core.merge_fields import render
from app.core.presentation import gettext as _
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState, Priority
from app.delivery.service import EnqueueRequest, Letter, LetterRequest, Mailbox, Recipient, enqueue, enqueue_letter
from app.directory.models import District, School

OWNER = "announce_test"
MOST, WITHIN = 30, timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tried:
    """One channel of a test. `problem` says why nothing went out over it, and what to do."""

    channel: str
    address: str | None
    problem: str = ""
    is_to_confirm: bool = False
    """Nobody has shown yet that the phone is the author's."""


def send_test(staff: Staff, announcement_id: int, *, language: str | None = None, reader_id: int | None = None) -> list[Tried]:
    """Send what the reader of the preview would get over each channel, marked as a test, to whoever asks.

    Raises NotADraft, NotVisible, TooManyTests.
    """
    announcement = own_draft(staff, announcement_id)
    if _recently(staff) >= MOST:
        raise TooManyTests
    with transaction():
        tried = [_try(staff, announcement, channel, language, reader_id) for channel in announcement.channels]
        if any(not one.problem for one in tried):
            audit("announcement.tested", announcement, {"title": announcement.title}, by=staff)
    return tried


def _recently(staff: Staff) -> int:
    """How many this person sent lately: of all drafts there are, and to their own addresses of drafts that are gone."""
    drafts = select(Announcement.id).where(Announcement.author_id == staff.id)
    sent = Delivery.owner_kind == OWNER, Delivery.created_at > now() - WITHIN
    of_mine = select(Delivery.id).where(*sent, Delivery.owner_id.in_(drafts))
    own = [address for address in (staff.phone, staff.email) if address]
    to_me = select(Delivery.id).where(*sent, Delivery.district_id == staff.district_id, Delivery.address.in_(own))
    return db.session.scalar(select(func.count()).select_from(union(of_mine, to_me).subquery())) or 0


def _try(staff: Staff, announcement: Announcement, channel: str, language: str | None, reader_id: int | None) -> Tried:
    texts = {text.language: text for text in announcement.texts if text.channel == channel and (text.body.strip() or text.media)}
    reader = find_reader(announcement, staff, channel, reader_id)
    if language is None and reader is not None:
        language = reader.language
    text = texts.get(language or "") or texts.get(announcement.fallback_language or "") or next(iter(texts.values()), None)
    if text is None:
        return Tried(channel, None, _("Nothing is written for it yet."))
    address = staff.mailbox if channel == Channel.EMAIL else staff.phone
    if not address:
        return Tried(channel, None, _("Your profile has no phone of your own. Add it under Settings, then test again."))
    if channel != Channel.EMAIL and not own_phone.is_confirmed(staff):
        return Tried(channel, None, _("Show first that the phone on your profile is yours: a code is texted to it."), is_to_confirm=True)
    reader = reader or Named(0, None, staff.id, None, None, text.language, staff.name)
    values = Reader(announcement, staff).values([reader])[reader.id]
    if channel == Channel.EMAIL:
        _post(staff, announcement, text, values)
        return Tried(channel, address)
    pool = adapter(channel).pool(announcement)
    if pool is None or not pool.number_ids:
        return Tried(channel, None, _("No number for announcements is in use. Ask your admin to add one under Numbers."))
    _send(announcement, text, values, Recipient(address, pool.number_ids[0]))
    return Tried(channel, address)


def _send(announcement: Announcement, text: AnnouncementText, values: Values, recipient: Recipient) -> None:
    words = render(text.sent, values).text
    details = adapter(text.channel).details(announcement, text, "")
    if text.channel == Channel.VOICE:
        # A sound cannot be marked, so whoever speaks says it.
        details["speaker"] = _("%(school)s, as a test", school=details.get("speaker") or _speaker(announcement))
    else:
        words = _("[Test] %(words)s", words=words)
    channel = "mms" if text.media and text.channel == Channel.SMS else text.channel
    enqueue(
        EnqueueRequest(
            announcement.district_id, OWNER, announcement.id, words, (recipient,), tuple(text.media), details, channel, Priority.HIGH,
            is_reply=True,
        )
    )  # fmt: skip


def _post(staff: Staff, announcement: Announcement, text: AnnouncementText, values: Values) -> None:
    details = adapter(Channel.EMAIL).details(announcement, text, render(text.subject, values).text)
    notice = _("This is a test of an announcement. Families have not got it.")
    body = f"{notice}\n\n{render(text.sent, values).text}"
    subject = _("[Test] %(words)s", words=details["subject"])
    letter = Letter(subject, body, text.language, announcement.school_id, details["reply_to"], tuple(text.media), details.get("buttons"))
    enqueue_letter(
        LetterRequest(
            announcement.district_id, OWNER, announcement.id, letter, (Mailbox(staff.email),), Priority.HIGH, is_reply=True
        )
    )  # fmt: skip


def _speaker(announcement: Announcement) -> str:
    if announcement.school_id is not None:
        return db.session.get_one(School, announcement.school_id).name
    return db.session.get_one(District, announcement.district_id).name


@within(DeliveryChanged)
def settle(fact: DeliveryChanged) -> None:
    """A test or a code that failed is shown to who asked for it; it is no family that the office must look after."""
    if fact.owner_kind in {OWNER, own_phone.OWNER} and fact.state == DeliveryState.FAILED:
        db.session.execute(update(Delivery).where(Delivery.id == fact.delivery_id).values(settled_at=now()))


def tests_of(staff: Staff, announcement_id: int) -> list[Delivery]:
    """The newest test over each channel, for who wrote the draft. Raises NotADraft, NotVisible."""
    own_draft(staff, announcement_id)
    newest = (
        select(func.max(Delivery.id))
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == announcement_id, Delivery.created_at > now() - WITHIN)
        .group_by(Delivery.address, Delivery.channel)
    )
    return list(db.session.scalars(select(Delivery).where(Delivery.id.in_(newest)).order_by(Delivery.id)))
