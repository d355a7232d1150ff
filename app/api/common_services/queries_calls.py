"""Calls and voicemails of bearers, with what was recorded and said."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.common_services.models import ClientCall, ClientConversation, ClientService
from app.api.common_services.sight import is_admin, is_own
from app.calls.models import (
    Call,
    ConferenceCall,
    ConferenceParticipant,
    DirectCall,
    PartRole,
    Recording,
    RecordingKind,
    RecordingState,
)
from app.calls.queries_recordings import Words, words_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber
from app.voicemail.models import Voicemail
from app.voicemail.queries import is_visible_to as voicemail_is_visible_to


@dataclass(frozen=True, slots=True)
class Told:
    """A call with all that an answer about it says."""

    call: Call
    client: ClientCall
    client_id: str | None
    number: str
    direct: DirectCall | None
    conference: ConferenceCall | None
    legs: tuple[ConferenceParticipant, ...] = ()
    words: Words | None = None

    @property
    def guests(self) -> list[ConferenceParticipant]:
        """Of a conference, without the moderator."""
        return [leg for leg in self.legs if leg.role != PartRole.MODERATOR]


@dataclass(frozen=True, slots=True)
class Left:
    """A voicemail with the number that was called, and what was said."""

    row: Voicemail
    number: str
    words: Words | None
    name: str | None
    """Whose voice it is, where whoever reads this may learn that."""


def call_visible_to(caller: Caller, uuid: UUID) -> Told:
    """A call of the bearer by the call's own uuid. Raises NotVisible."""
    return _one(_calls().where(Call.uuid == uuid, is_own(caller, ClientCall)), caller.staff)


def conference_visible_to(caller: Caller, uuid: UUID) -> Told:
    """One by the uuid of the conference as a whole. Raises NotVisible."""
    return _one(_calls().where(ClientCall.uuid == uuid, is_own(caller, ClientCall), ConferenceCall.call_id.is_not(None)), caller.staff)


def call_told_to(client: ClientCall, staff: Staff) -> Told:
    """The same for news, as `staff` may know it. Belongs into a transaction that changed it."""
    db.session.flush()
    return _one(_calls().where(ClientCall.id == client.id), staff)


def voicemail_visible_to(caller: Caller, number: int) -> Left:
    """A voicemail that reached the bearer: in a conversation, over a number, or in the box of whom it acts as. Raises NotVisible."""
    service = ClientService
    over_its_number = exists().where(
        service.messaging_service_id == PhoneNumber.messaging_service_id, service.bearer_id == caller.bearer.id
    )
    in_its_call = exists().where(ClientCall.call_id == Voicemail.call_id, is_own(caller, ClientCall))
    mine: ColumnElement[bool] = or_(in_its_call, over_its_number, Voicemail.staff_id == caller.staff.id)
    seen = [Voicemail.id == number, voicemail_is_visible_to(caller.staff), *([] if is_admin(caller) else [mine])]
    found = db.session.execute(
        select(Voicemail, PhoneNumber.address).join(PhoneNumber, PhoneNumber.id == Voicemail.phone_number_id).where(*seen)
    ).first()
    if found is None:
        raise NotVisible
    return _left(found[0], found[1], caller.staff, knows_people=caller.may(Scope.READ_PEOPLE))


def voicemail_told_to(row: Voicemail, staff: Staff, scopes: Collection[Scope]) -> Left:
    """The same for news, for whoever may hear of it."""
    number = db.session.scalars(select(PhoneNumber.address).where(PhoneNumber.id == row.phone_number_id)).one()
    return _left(row, number, staff, knows_people=Scope.READ_PEOPLE in scopes)


def _left(row: Voicemail, number: str, staff: Staff, *, knows_people: bool) -> Left:
    return Left(row, number, words_of(row.recording_id, staff), row.name or None if knows_people else None)


def words_of(recording_id: int | None, staff: Staff) -> Words | None:
    """What was recorded, where there is something and `staff` may hear it."""
    if recording_id is None:
        return None
    try:
        return words_visible_to(staff, recording_id)
    except NotVisible:
        return None


def _calls() -> Select[Any]:
    newest = (
        select(func.max(Recording.id))
        .where(Recording.call_id == Call.id, Recording.kind != RecordingKind.VOICEMAIL, Recording.state == RecordingState.READY)
        .correlate(Call)
        .scalar_subquery()
    )
    return (
        select(Call, ClientCall, ClientConversation.client_id, PhoneNumber.address, DirectCall, ConferenceCall, newest)
        .join(ClientCall, ClientCall.call_id == Call.id)
        .join(PhoneNumber, PhoneNumber.id == Call.phone_number_id)
        .outerjoin(ClientConversation, ClientConversation.id == ClientCall.conversation_id)
        .outerjoin(DirectCall, DirectCall.call_id == Call.id)
        .outerjoin(ConferenceCall, ConferenceCall.call_id == Call.id)
        .execution_options(populate_existing=True)
    )


def _one(query: Select[Any], staff: Staff) -> Told:
    found = db.session.execute(query).first()
    if found is None:
        raise NotVisible
    call, client, client_id, number, direct, conference, recording_id = found
    legs: tuple[ConferenceParticipant, ...] = ()
    if conference is not None:
        of_call = select(ConferenceParticipant).where(ConferenceParticipant.call_id == call.id).order_by(ConferenceParticipant.id)
        legs = tuple(db.session.scalars(of_call))
    return Told(call, client, client_id, number, direct, conference, legs, words_of(recording_id, staff))
