"""Announcements to numbers, by the room of announcements: its planner, its brake of roles and pace, and its opt-outs."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

import structlog
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.announcements import service as room
from app.announcements.errors import NotADraft
from app.announcements.models import Announcement, AnnouncementState, Channel, SendTo
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.files import files_of
from app.announcements.speakers import usual_school
from app.api.common_services.errors import BrokenOff, NotAnnouncing, NotToCome, SaidAloud
from app.api.common_services.events import AnnouncementTakenIn
from app.api.common_services.models import TO_BE_TAKEN, ClientAnnouncement, Taking
from app.api.common_services.ours import announces_for, check_customer, service_id
from app.api.common_services.service.messages import LATEST
from app.api.common_services.sight import is_own
from app.api.work_queue import WorkQueue
from app.config import Settings
from app.core import guarded_fetch
from app.core.beginnings import beginning
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.errors import HomeroomError, NotVisible
from app.directory.models import District
from app.webhooks.addresses import allowed_origins, check_form

log = structlog.get_logger()
LEASE = timedelta(minutes=10)
LONGEST_TITLE = 60
NOT_BEGUN = (AnnouncementState.SCHEDULED, AnnouncementState.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class Wish:
    """An announcement as a program asks for it."""

    is_voice: bool
    body: str
    numbers: Sequence[str]
    customer: str
    media_urls: Sequence[str] = field(default=())
    sid: str | None = None
    callback_url: str | None = None
    send_at: datetime | None = None


def create(caller: Caller, wish: Wish) -> int:
    """Plan and send it, or have its pictures fetched first. Returns its id.

    Raises NotToCome, SaidAloud, NoSuchCustomer, NoSuchService, NotAnnouncing, UnsafeAddress, and what stands in the way of sending it.
    """
    pool = _check(caller, wish)
    staff = caller.staff
    channel = Channel.VOICE if wish.is_voice else Channel.SMS
    language = db.session.get_one(District, caller.district_id).language
    with transaction() as events:
        numbers = room.keep_numbers(staff, wish.numbers)
        draft = room.Draft(
            title=beginning(wish.body, LONGEST_TITLE), school_id=usual_school(staff), send_to=SendTo.PERSON,
            channels=(channel,),
            audience={"list_id": numbers.id}, texts=(room.DraftText(channel, language, wish.body),), fallback_language=language,
            scheduled_for=wish.send_at, sender_scope=f"service:{pool}" if pool else None,
        )  # fmt: skip
        announcement = room.create(staff, draft)
        db.session.add(
            ClientAnnouncement(
                announcement_id=announcement.id, district_id=caller.district_id, bearer_id=caller.bearer.id, list_id=numbers.id,
                callback_url=wish.callback_url, media_urls=list(wish.media_urls) or None, state=Taking.WAITING,
                due_at=now() if wish.media_urls else now() + LEASE,
            )
        )  # fmt: skip
        if wish.media_urls:
            events.append(AnnouncementTakenIn(announcement.id))
    if not wish.media_urls:
        try:
            _send(staff, announcement.id)
        except Exception:
            db.session.rollback()
            if _is_taken_back(staff, announcement.id):
                raise
    return announcement.id


def _is_taken_back(staff: Staff, announcement_id: int) -> bool:
    """Whether it does not leave. What broke off behind its acceptance does, and is answered as what it is."""
    try:
        room.discard(staff, announcement_id)
    except NotADraft:
        return False
    except SQLAlchemyError:
        log.warning("api.announcement_left_behind")  # the database is away still: `_take` ends it when it is back
    return True


def cancel(caller: Caller, uuid: UUID) -> None:
    """Call it off while nobody was written to. Raises NotVisible, NotMoving, MayNotSend."""
    found = db.session.execute(
        select(ClientAnnouncement, Announcement.id)
        .join(Announcement, Announcement.id == ClientAnnouncement.announcement_id)
        .where(Announcement.uuid == uuid, is_own(caller, ClientAnnouncement))
    ).first()
    if found is None:
        raise NotVisible
    with transaction():
        if _move(found[1], Taking.CANCELLED):
            room.withdraw(found[1])
        else:
            room.cancel(caller.staff, found[1])


def _check(caller: Caller, wish: Wish) -> int | None:
    """Returns the messaging service that is to speak."""
    check_customer(caller, wish.customer)
    pool = service_id(caller, wish.sid)
    if pool is not None and not announces_for(usual_school(caller.staff), pool):
        raise NotAnnouncing
    if wish.is_voice and wish.media_urls:
        raise SaidAloud
    if wish.send_at is not None and not now() < wish.send_at <= now() + LATEST:
        raise NotToCome
    for url in (*wish.media_urls, *([wish.callback_url] if wish.callback_url is not None else [])):
        check_form(url)
    return pool


def _send(staff: Staff, announcement_id: int) -> None:
    """What the pages ask people to confirm is confirmed by the call itself; for roles without the right it waits for approval."""
    announcement = announcement_visible_to(staff, announcement_id)
    version = announcement.version
    planned = room.plan(staff, announcement_id, version=version)
    brake = room.brake_for(staff, announcement_visible_to(staff, announcement_id))
    with transaction():
        if _move(announcement_id, Taking.TAKEN):
            room.accept(
                staff, announcement_id, version=version, fingerprint=planned.fingerprint, typed_name=brake.name,
                scheduled_for=announcement.scheduled_for,
            )  # fmt: skip


def _take(number: int, staff: Staff) -> None:
    """Fetch its pictures, and send what then is whole.

    One without pictures is sent by its request. If that broke off, the program was not told that it is there, and asks again: it must
    not leave as well. Raises BrokenOff.
    """
    urls = list(db.session.get_one(ClientAnnouncement, number, populate_existing=True).media_urls or ())
    announcement = announcement_visible_to(staff, number)
    if announcement.state != AnnouncementState.DRAFT:
        with transaction():
            _move(number, Taking.TAKEN)
        return
    if not urls:
        raise BrokenOff
    there = len(files_of(number))
    for url in urls[there:]:
        announcement = _attach(staff, number, url, announcement.version)
    for file in files_of(number):
        if not file.in_texts:
            announcement = room.carry(staff, number, file.id, in_texts=True, version=announcement.version)
    room.forget_passed_time(staff, number)
    _send(staff, number)


def _attach(staff: Staff, number: int, url: str, version: int) -> Announcement:
    settings: Settings = current_app.extensions["settings"]
    release_connection()
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as file:
        into: BinaryIO = file  # type: ignore[assignment]  # the standard library's own gap
        guarded_fetch.fetch(url, into, most_bytes=settings.max_upload_bytes, allowed_origins=allowed_origins())
        file.seek(0)
        return room.attach(staff, number, into, filename=None, version=version)


def _move(number: int, to: Taking, **values: str) -> bool:
    """Compare and set."""
    mine = (ClientAnnouncement.announcement_id == number, ClientAnnouncement.state == Taking.WAITING)
    moved = update(ClientAnnouncement).where(*mine).values(state=to, **values).returning(ClientAnnouncement.announcement_id)
    return db.session.scalar(moved.execution_options(synchronize_session=False)) is not None


def _fail(number: int, why: HomeroomError) -> None:
    """Its end, which its bearer is told."""
    with transaction():
        if _move(number, Taking.FAILED, error_words=str(why.advice)[:500]):
            room.withdraw(number)


queue = WorkQueue(ClientAnnouncement, ClientAnnouncement.announcement_id, TO_BE_TAKEN, _take, _fail, batch=1, lease=LEASE)
