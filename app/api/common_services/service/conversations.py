"""Conversations by the names that programs have for them, and who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.common_services.errors import NoParticipant, NoSuchConversation, OutOfReach, TakenName
from app.api.common_services.models import ClientConversation, ClientParticipant, ClientRole
from app.api.common_services.ours import check_customer, e164, free_in_pool, service_id
from app.api.common_services.sight import is_own
from app.conversations import service as threads
from app.conversations.errors import CannotReceiveTexts, NoFreeNumber
from app.conversations.models import Participant
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import parse_or_none
from app.directory.models import PhoneNumber
from app.webhooks.addresses import check_form


@dataclass(frozen=True, slots=True)
class Member:
    """A number that is to take part."""

    number: str
    name: str | None = None
    role: str = ClientRole.CONTACT


@dataclass(frozen=True, slots=True)
class Named:
    """By which of its names a body means a conversation; by the first that is there."""

    global_id: UUID | None = None
    internal_id: UUID | None = None
    client_id: str | None = None
    application_name: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program says of a conversation. None keeps what is there."""

    client_id: str | None = None
    application_name: str | None = None
    callback_url: str | None = None
    sid: str | None = None
    customer: str | None = None
    near: str | None = None
    members: Sequence[Member] = field(default=())


def create(caller: Caller, wanted: Wanted) -> ClientConversation:
    """A conversation that the bearer has not under this name. Raises TakenName, NotANumber, NoSuchService, OutOfReach, UnsafeAddress."""
    try:
        with transaction():
            row = ClientConversation(
                district_id=caller.district_id,
                bearer_id=caller.bearer.id,
                client_id=wanted.client_id or "",
                application_name=wanted.application_name or "",
            )
            if _named(caller, Named(client_id=row.client_id, application_name=row.application_name)) is not None:
                raise TakenName
            db.session.add(row)
            _take(caller, row, wanted)
            db.session.flush()
            add_members(caller.staff, row, wanted.members)
    except IntegrityError as error:  # somebody else said the same at the same moment
        raise TakenName from error
    return row


def change(caller: Caller, condition: ColumnElement[bool], wanted: Wanted) -> ClientConversation:
    """Change what is given of one that the bearer sees; numbers are added. Raises NotVisible, and as `create`."""
    try:
        with transaction():
            found = select(ClientConversation).where(condition, is_own(caller, ClientConversation))
            row = db.session.scalar(found.order_by(ClientConversation.bearer_id != caller.bearer.id, ClientConversation.id.desc()).limit(1))
            if row is None:
                raise NotVisible
            _take(caller, row, wanted)
            row.client_id = row.client_id if wanted.client_id is None else wanted.client_id
            row.application_name = row.application_name if wanted.application_name is None else wanted.application_name
            row.updated_at = now()
            db.session.flush()
            add_members(caller.staff, row, wanted.members)
    except IntegrityError as error:
        raise TakenName from error
    return row


def found_or_opened(caller: Caller, named: Named, *, callback_url: str | None = None, sid: str | None = None) -> ClientConversation:
    """The conversation that a body means. An unknown client_conversation_id opens one; any other unknown name raises NoSuchConversation.

    The first address for news that is given along with it stays with it.
    """
    with transaction():
        row = _named(caller, named)
        if row is None and (named.client_id is None or named.global_id or named.internal_id):
            raise NoSuchConversation
        if row is None:
            row, is_ours = _opened(caller, named)
            if is_ours:
                _take(caller, row, Wanted(callback_url=callback_url, sid=sid))
                return row
        if row.callback_url is None and callback_url is not None:
            check_form(callback_url)
            row.callback_url = callback_url
        return row


def _opened(caller: Caller, named: Named) -> tuple[ClientConversation, bool]:
    """A new one, or that which another request opened at the same moment; and whether it is ours."""
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {
        "district_id": caller.district_id,
        "bearer_id": caller.bearer.id,
        "client_id": named.client_id,
        "application_name": named.application_name,
    }
    new = kind(ClientConversation).values(values).on_conflict_do_nothing().returning(ClientConversation.id)
    number = db.session.scalar(new)
    row = _named(caller, named)
    if row is None:
        message = "a conversation vanished while it was opened"
        raise RuntimeError(message)
    return row, number is not None


def _named(caller: Caller, named: Named) -> ClientConversation | None:
    """Of several the bearer's own comes first."""
    if named.global_id is not None:
        condition: ColumnElement[bool] = ClientConversation.global_id == named.global_id
    elif named.internal_id is not None:
        condition = ClientConversation.internal_id == named.internal_id
    else:
        mine = ClientConversation.bearer_id == caller.bearer.id
        condition = (
            mine & (ClientConversation.client_id == named.client_id) & (ClientConversation.application_name == named.application_name)
        )
    return db.session.scalar(select(ClientConversation).where(condition, is_own(caller, ClientConversation)))


def _take(caller: Caller, row: ClientConversation, wanted: Wanted) -> None:
    if wanted.callback_url is not None:
        check_form(wanted.callback_url)
        row.callback_url = wanted.callback_url
    if wanted.sid is not None:
        row.messaging_service_id = service_id(caller, wanted.sid)
    if wanted.customer is not None:
        check_customer(caller, wanted.customer)
        row.customer = wanted.customer
    row.near = row.near if wanted.near is None else wanted.near[:64]


def add_members(staff: Staff, row: ClientConversation, members: Sequence[Member]) -> None:
    """Let numbers take part, each once. A contact that can get texts is paired at once, so that its texts find their way here."""
    for number, one in {e164(one.number): one for one in members}.items():
        known = _member(row.id, number) or ClientParticipant(conversation_id=row.id, number=number)
        known.role, known.name, known.updated_at = one.role, one.name or known.name, now()
        db.session.add(known)
        db.session.flush()
        if known.role == ClientRole.CONTACT and known.thread_id is None:
            _pair_if_it_can_be(staff, row, number)


def _pair_if_it_can_be(staff: Staff, row: ClientConversation, number: str) -> None:
    """A landline is called, and written to never."""
    facts = open_events()
    before = len(facts)
    try:
        with db.session.begin_nested():
            contact(staff, row, number)
    except (CannotReceiveTexts, NoFreeNumber):
        del facts[before:]


def contact(
    staff: Staff, row: ClientConversation, number: str, *, sender_id: int | None = None, pool_id: int | None = None
) -> ClientParticipant:
    """A contact of a conversation with its thread, both made where they are missing, over the number or from the pool that is wanted.

    Raises what a room says against writing to it; OutOfReach for a number whose record the role does not see.
    """
    with transaction():
        member = _member(row.id, number) or ClientParticipant(conversation_id=row.id, number=number, role=ClientRole.CONTACT)
        db.session.add(member)
        db.session.flush()
        ours = db.session.get_one(PhoneNumber, sender_id) if sender_id else None
        if member.thread_id is not None and member.participant_id is not None:
            place = db.session.get_one(Participant, member.participant_id)
            if ours is not None or place.pairing_deactivated_at is not None or member.ended_at is not None:
                threads.go_on_with(staff, place.id, ours)
        else:
            pool = pool_id or row.messaging_service_id
            if ours is None and pool is not None and (ours := free_in_pool(staff, pool, number)) is None:
                raise NoFreeNumber(number)
            others = select(ClientParticipant.thread_id).where(ClientParticipant.number == number, ClientParticipant.thread_id.is_not(None))
            taken = [one for one in db.session.scalars(others) if one is not None]
            try:
                talk, place = threads.start_apart(staff, number, name=member.name or "", number=ours, not_among=taken)
            except NotVisible as error:
                raise OutOfReach from error
            member.thread_id, member.participant_id = talk.id, place.id
        member.ended_at = None
        member.updated_at = now()
        return member


def end_pairing(caller: Caller, *, member_id: int | None, number: str | None, conditions: Sequence[ColumnElement[bool]]) -> None:
    """A number no longer routes to the conversations that `conditions` name, or to none of the bearer's at all.

    Raises NotVisible where there is no such conversation, NoParticipant where nobody of this id or number takes part.
    """
    with transaction():
        mine = (is_own(caller, ClientConversation), *conditions)
        if conditions and db.session.scalar(select(ClientConversation.id).where(*mine).limit(1)) is None:
            raise NotVisible
        wanted = select(ClientParticipant).join(ClientConversation, ClientConversation.id == ClientParticipant.conversation_id).where(*mine)
        if member_id is not None:
            wanted = wanted.where(ClientParticipant.id == member_id)
        if number is not None:
            wanted = wanted.where(ClientParticipant.number == (parse_or_none(number) or number))
        members = list(db.session.scalars(wanted))
        if not members:
            raise NoParticipant
        for member in members:
            if member.ended_at is None:
                member.ended_at = member.updated_at = now()
                _let_go(caller.staff, member)


def _let_go(staff: Staff, member: ClientParticipant) -> None:
    place = db.session.get(Participant, member.participant_id) if member.participant_id else None
    if place is None or place.pairing_deactivated_at is not None:
        return
    try:
        threads.deactivate_pairing(staff, place.id)
    except NotVisible as error:  # another bearer's thread, which the role behind this key does not reach
        raise OutOfReach from error


def _member(conversation_id: int, number: str) -> ClientParticipant | None:
    wanted = (ClientParticipant.conversation_id == conversation_id, ClientParticipant.number == number)
    return db.session.scalar(select(ClientParticipant).where(*wanted))
