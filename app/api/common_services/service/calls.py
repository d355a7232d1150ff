"""Calls that programs begin: by the room of calls, with its gate; what only programs know of them stands here, in the same commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.common_services.errors import NobodyNamed, NotANumber, OutOfReach
from app.api.common_services.models import ClientCall, ClientConversation, ClientParticipant, ClientRole
from app.api.common_services.ours import any_number, check_customer, e164, service_id
from app.api.common_services.queries_calls import Told, call_told_to, call_visible_to
from app.api.common_services.service.conversations import Named, contact, found_or_opened
from app.calls import service as calls
from app.calls.errors import NobodyToCall
from app.calls.models import Call, Way
from app.conversations.errors import CannotReceiveTexts, NoFreeNumber
from app.conversations.models import Participant
from app.conversations.queries_reach import point_of_number
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.errors import NotVisible
from app.core.ids import new_uuid
from app.core.phone_numbers import for_people
from app.directory.models import ContactPoint, PhoneNumber, Purpose
from app.webhooks.addresses import check_form


@dataclass(frozen=True, slots=True)
class Conference:
    """As a program asks for it."""

    number: str
    moderator: str
    client_id: str
    guests: Sequence[str]
    welcome_message: str = ""
    callback_url: str | None = None


@dataclass(frozen=True, slots=True)
class FromBrowser:
    """A call from a browser: whom, and in which conversation."""

    to: str | None
    named: Named | None
    sid: str | None = None
    customer: str | None = None
    callback_url: str | None = None


def start_conference(caller: Caller, wish: Conference) -> Told:
    """The moderator's phone rings first. Raises NotOurNumber, NotANumber, OutOfReach, UnsafeAddress, and what the room says against it."""
    _check(wish.callback_url)
    ours = any_number(caller.staff, wish.number)
    moderator, guests = e164(wish.moderator), list(dict.fromkeys(e164(one) for one in wish.guests))
    with transaction():
        talk = found_or_opened(caller, Named(client_id=wish.client_id), callback_url=wish.callback_url)
        names = _note_members(talk, moderator, guests)
        first = next((found for number in guests if (found := _point(caller.staff, talk, number, ours)) is not None), None)
        if first is None:
            raise NobodyToCall
        thread, point = first
        plan = calls.Plan(
            request_key=new_uuid().hex, moderator_phone=moderator, moderator_name=names.get(moderator) or "", conversation_id=thread,
            guardian_id=None if thread else point.guardian_id, point_ids=[point.id],
            others=[calls.Invitee(names.get(number) or for_people(number), number) for number in guests if number != point.address],
            welcome_message=wish.welcome_message, number_id=ours.id,
        )  # fmt: skip
        call = calls.start_conference(caller.staff, plan)
        return call_told_to(_kept(caller, call, talk, wish.callback_url), caller.staff)


def start_from_browser(caller: Caller, wish: FromBrowser) -> Call:
    """A direct call that a browser of the program's is about to dial. Raises NobodyNamed, NotANumber, OutOfReach, and as the room does."""
    _check(wish.callback_url)
    check_customer(caller, wish.customer)
    with transaction():
        service_id(caller, wish.sid)
        talk = found_or_opened(caller, wish.named, callback_url=wish.callback_url, sid=wish.sid) if wish.named else None
        number = e164(wish.to) if wish.to else _only_contact(talk)
        found = _point(caller.staff, talk, number, None)
        if found is None:
            raise NotANumber(number)
        thread, point = found
        plan = calls.DirectPlan(request_key=new_uuid().hex, point_id=point.id, way=Way.BROWSER, conversation_id=thread, is_in_turn=False)
        call = calls.start_direct(caller.staff, plan)
        _kept(caller, call, talk, wish.callback_url)
        return call


def change(caller: Caller, uuid: UUID, *, details: Mapping[str, Any] | None, callback_url: str | None) -> Told:
    """What only the program knows of it. Raises NotVisible, UnsafeAddress."""
    _check(callback_url)
    with transaction():
        told = call_visible_to(caller, uuid)
        if details is not None:
            told.client.details = dict(details)
        if callback_url is not None:
            told.client.callback_url = callback_url
        told.client.updated_at = now()
    return told


def _kept(caller: Caller, call: Call, talk: ClientConversation | None, callback_url: str | None) -> ClientCall:
    row = ClientCall(
        call_id=call.id, district_id=caller.district_id, bearer_id=caller.bearer.id, conversation_id=talk.id if talk else None,
        callback_url=callback_url, client_call_id=talk.client_call_id if talk else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _point(staff: Staff, talk: ClientConversation | None, number: str, ours: PhoneNumber | None) -> tuple[int | None, ContactPoint] | None:
    """Whose phone it is, and the thread it is called in; a landline has no thread, and only one that a record names is somebody's."""
    facts = open_events()
    before = len(facts)
    try:
        with db.session.begin_nested():
            if talk is not None:
                texts = ours.id if ours is not None and ours.purpose == Purpose.CONVERSATION and _has_no_thread(talk, number) else None
                member = contact(staff, talk, number, sender_id=texts)
                place = db.session.get_one(Participant, member.participant_id)
                return member.thread_id, db.session.get_one(ContactPoint, place.contact_point_id)
    except (CannotReceiveTexts, NoFreeNumber):
        del facts[before:]
    try:
        point = point_of_number(staff, number)
    except NotVisible as error:
        raise OutOfReach from error
    return None if point is None else (None, point)


def _has_no_thread(talk: ClientConversation, number: str) -> bool:
    """A thread that goes on keeps the number that it is texted from."""
    wanted = (ClientParticipant.conversation_id == talk.id, ClientParticipant.number == number, ClientParticipant.thread_id.is_not(None))
    return db.session.scalar(select(ClientParticipant.id).where(*wanted)) is None


def _only_contact(talk: ClientConversation | None) -> str:
    if talk is None:
        raise NobodyNamed
    one = ClientParticipant
    contacts = (one.conversation_id == talk.id, one.role == ClientRole.CONTACT, one.ended_at.is_(None))
    numbers = db.session.scalars(select(one.number).where(*contacts).limit(2)).all()
    if len(numbers) != 1:
        raise NobodyNamed
    return numbers[0]


def _note_members(talk: ClientConversation, moderator: str, guests: Sequence[str]) -> dict[str, str | None]:
    """All take part from now on. Returns their names, as far as the program said them."""
    rows = db.session.scalars(select(ClientParticipant).where(ClientParticipant.conversation_id == talk.id))
    known = {row.number: row.name for row in rows}
    roles = dict.fromkeys(guests, ClientRole.CONTACT) | {moderator: ClientRole.MODERATOR}
    fresh = [one for one in roles if one not in known]
    db.session.add_all([ClientParticipant(conversation_id=talk.id, number=one, role=roles[one]) for one in fresh])
    db.session.flush()
    return known


def _check(callback_url: str | None) -> None:
    if callback_url is not None:
        check_form(callback_url)
