"""What was written down becomes messages of threads, by the same service as the pages': in order for each receiver, and once."""

import tempfile
import time
from datetime import timedelta
from typing import BinaryIO

import structlog
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from app.accounts.behind import acting_for
from app.accounts.models import Staff
from app.accounts.queries_access import still_acting
from app.api.common_services.models import ClientConversation, ClientMessage, ClientParticipant, Taking
from app.api.common_services.ours import sender_id
from app.api.common_services.service.conversations import contact
from app.api.common_services.webhooks import tell_message
from app.config import Settings
from app.conversations import service as threads
from app.conversations.models import Participant
from app.core import guarded_fetch
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import HomeroomError
from app.core.guarded_fetch import NotFetched
from app.core.phone_numbers import parse_or_none
from app.delivery.models import Priority
from app.directory.models import PhoneNumber
from app.webhooks.addresses import allowed_origins

log = structlog.get_logger()
LEASE = timedelta(minutes=5)
"""After so long a message counts as left lying by a worker that died."""
FETCHING_SECONDS = 150.0
"""For all files of a message together: well within the lease."""
AGAIN_AFTER = timedelta(seconds=30)
MOST_TRIES = 5
"""After so many a server that does not give a file is believed to have none, and what keeps going wrong here is given up."""
NOT_A_NUMBER, OUR_FAULT = "not_a_phone", "internal"


def take_due(limit: int = 200, *, with_files: bool | None = None) -> int:
    """Take up what is due, oldest first; returns how many there were. `with_files` says of which kind; None, of both."""
    taken = 0
    while taken < limit and (number := _claim(with_files=with_files)) is not None:
        taken += 1
        try:
            _take(number)
        except HomeroomError as refusal:
            fail(number, refusal.code, str(refusal.advice))
        except Exception:
            log.exception("client_message.failed", client_message=number)
            _put_off(number, OUR_FAULT, "Something went wrong on our side. Send it again later.")
    return taken


def _claim(*, with_files: bool | None) -> int | None:
    """The next that nobody has and before which nothing waits for the same receiver."""
    moment, before = now(), aliased(ClientMessage)
    is_first = ~(
        select(before.id)
        .where(
            before.conversation_id == ClientMessage.conversation_id,
            before.receiver == ClientMessage.receiver,
            before.state == Taking.WAITING,
            before.send_at.is_(None),
            before.id < ClientMessage.id,
        )
        .exists()
    )
    due = [ClientMessage.state == Taking.WAITING, ClientMessage.due_at <= moment]
    if with_files is not None:
        due.append(ClientMessage.media_urls.is_not(None) if with_files else ClientMessage.media_urls.is_(None))
    with transaction():
        found = select(ClientMessage.id).where(*due, is_first).order_by(ClientMessage.due_at, ClientMessage.id).limit(1)
        number = db.session.scalar(found.with_for_update(skip_locked=True, of=ClientMessage))
        if number is None:
            return None
        claimed = update(ClientMessage).where(ClientMessage.id == number, *due)
        claimed = claimed.values(due_at=moment + LEASE, tries=ClientMessage.tries + 1).returning(ClientMessage.id)
        return db.session.scalar(claimed.execution_options(synchronize_session=False))


def _take(number: int) -> None:
    row = db.session.get_one(ClientMessage, number, populate_existing=True)
    bearer, staff = still_acting(row.bearer_id)
    address = parse_or_none(row.receiver)
    if address is None:
        fail(number, NOT_A_NUMBER, "The receiver is no phone number. Write it in E.164, such as +15035550142.")
        return
    with acting_for(bearer, staff):
        _hand_over(row, staff, address)


def _hand_over(row: ClientMessage, staff: Staff, address: str) -> None:
    talk = db.session.get_one(ClientConversation, row.conversation_id)
    ours = sender_id(staff, row.sender)
    member = contact(staff, talk, address, sender_id=ours, pool_id=row.messaging_service_id)
    thread_id, urls = member.thread_id or 0, list(row.media_urls or ())
    try:
        until = time.monotonic() + FETCHING_SECONDS
        files = [_fetch(staff, thread_id, url, until) for url in urls]
    except NotFetched as refusal:
        if not refusal.may_work_later:
            raise
        _put_off(row.id, refusal.code, str(refusal.advice))
        return
    _send(row, staff, thread_id, files)


def _send(row: ClientMessage, staff: Staff, thread_id: int, files: list[int]) -> None:
    priority = Priority.HIGH if row.is_high else Priority.DEFAULT
    with transaction():
        mine = update(ClientMessage).where(ClientMessage.id == row.id, ClientMessage.state == Taking.WAITING).values(state=Taking.TAKEN)
        if db.session.scalar(mine.returning(ClientMessage.id).execution_options(synchronize_session=False)) is None:
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


def fail(number: int, code: str, words: str) -> None:
    """It will not leave. Who asked for it is told why."""
    with transaction():
        failed = update(ClientMessage).where(ClientMessage.id == number, ClientMessage.state == Taking.WAITING)
        failed = failed.values(state=Taking.FAILED, error_code=code[:40], error_words=words[:500], failed_at=now())
        if db.session.scalar(failed.returning(ClientMessage.id).execution_options(synchronize_session=False)) is not None:
            tell_message(number)


def _put_off(number: int, code: str, words: str) -> None:
    """Try again, a few times."""
    db.session.rollback()
    tries = db.session.scalar(select(ClientMessage.tries).where(ClientMessage.id == number)) or 0
    if tries >= MOST_TRIES:
        fail(number, code, words)
        return
    with transaction():
        again = update(ClientMessage).where(ClientMessage.id == number, ClientMessage.state == Taking.WAITING)
        db.session.execute(again.values(due_at=now() + AGAIN_AFTER * 2 ** (tries - 1)).execution_options(synchronize_session=False))
