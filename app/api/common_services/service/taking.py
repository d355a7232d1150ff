"""What was written down becomes messages of threads, by the same service as the pages': in order for each receiver, and once."""

import tempfile
import time
from datetime import timedelta
from typing import BinaryIO

from flask import current_app
from sqlalchemy import select

from app.accounts.models import Staff
from app.api.common_services.errors import NoPhone
from app.api.common_services.models import (
    FILES_TO_BE_TAKEN,
    WORDS_TO_BE_TAKEN,
    ClientConversation,
    ClientMessage,
    ClientParticipant,
    Taking,
)
from app.api.common_services.ours import sender_id
from app.api.common_services.service import lines
from app.api.common_services.service.conversations import contact
from app.api.common_services.webhooks import tell_message
from app.api.work_queue import WorkQueue
from app.config import Settings
from app.conversations import service as threads
from app.conversations.models import Participant
from app.core import guarded_fetch
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import HomeroomError
from app.core.phone_numbers import parse_or_none
from app.delivery.models import Priority
from app.directory.models import PhoneNumber
from app.webhooks.addresses import allowed_origins

FETCHING_SECONDS = 150.0
"""For all files of a message together: well within the lease."""


def _take(number: int, staff: Staff) -> None:
    row = db.session.get_one(ClientMessage, number, populate_existing=True)
    address = parse_or_none(row.receiver)
    if address is None:
        raise NoPhone
    _hand_over(row, staff, address)


def _hand_over(row: ClientMessage, staff: Staff, address: str) -> None:
    talk = db.session.get_one(ClientConversation, row.conversation_id)
    ours = sender_id(staff, row.sender)
    member = contact(staff, talk, address, sender_id=ours, pool_id=row.messaging_service_id)
    thread_id, urls = member.thread_id or 0, list(row.media_urls or ())
    until = time.monotonic() + FETCHING_SECONDS
    _send(row, staff, thread_id, [_fetch(staff, thread_id, url, until) for url in urls])


def _send(row: ClientMessage, staff: Staff, thread_id: int, files: list[int]) -> None:
    priority = Priority.HIGH if row.is_high else Priority.DEFAULT
    with transaction():
        if not lines.end(ClientMessage.id == row.id, state=Taking.TAKEN):
            return  # called off, or another worker was quicker
        message = threads.send(
            staff, thread_id, row.body, uuid=row.uuid, attachment_ids=files, as_mms=row.is_mms, hold=timedelta(), priority=priority
        )
        db.session.refresh(row)
        row.message_id, row.body, row.sender = message.id, "", _speaks(row) or row.sender
        row.has_told_media = bool(files)
        db.session.flush()
        if files:
            tell_message(row.id, media=True)


def _speaks(row: ClientMessage) -> str | None:
    """Which number of ours the thread goes over."""
    return db.session.scalar(
        select(PhoneNumber.address)
        .join(Participant, Participant.phone_number_id == PhoneNumber.id)
        .join(ClientParticipant, ClientParticipant.participant_id == Participant.id)
        .where(ClientParticipant.conversation_id == row.conversation_id, ClientParticipant.number == row.receiver)
    )


def _fetch(staff: Staff, thread_id: int, url: str, until: float) -> int:
    """Bring a file beside the words, as a browser would. Raises NotFetched, UnsafeAddress, UploadRefused, FileTooLarge."""
    settings: Settings = current_app.extensions["settings"]
    release_connection()
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as file:
        into: BinaryIO = file  # type: ignore[assignment]  # the standard library's own gap
        seconds = min(guarded_fetch.WHOLE_SECONDS, until - time.monotonic())
        guarded_fetch.fetch(url, into, most_bytes=settings.max_upload_bytes, allowed_origins=allowed_origins(), seconds=seconds)
        file.seek(0)
        return threads.attach(staff, thread_id, into, filename=None, claimed_mime=None).id


def fail(number: int, why: HomeroomError) -> None:
    """It will not leave. Who asked for it is told why."""
    with transaction():
        words = {"error_code": why.code[:40], "error_words": str(why.advice)[:500], "failed_at": now()}
        if lines.end(ClientMessage.id == number, state=Taking.FAILED, **words):
            tell_message(number)


words = WorkQueue(ClientMessage, ClientMessage.id, WORDS_TO_BE_TAKEN, _take, fail, lines=lines.LINES)
"""Nothing in it waits for anybody's server."""
with_files = WorkQueue(
    ClientMessage, ClientMessage.id, FILES_TO_BE_TAKEN, _take, fail, lines=lines.LINES, batch=1, lease=timedelta(minutes=5), threads=2
)
"""Files come from other servers as slowly as those like: never in all threads of a worker."""
