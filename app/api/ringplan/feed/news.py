"""Pushes of the house as events of the contract, with what they are about. Each asks the database a fixed number of times."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.company import Company
from app.api.ringplan.live_map import REMOVED, STATUS
from app.api.ringplan.queries import conversations, messages
from app.api.ringplan.shapes.texting import conversation, message
from app.api.ringplan.writing import iso
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.queries_listeners import who_sees
from app.core.clock import now
from app.core.database import db
from app.core.local_clock import zone_of
from app.directory.models import District

MOST_READ = 100
"""Messages of one notice; whoever reads further back at once has the list by REST."""
Payload = Mapping[str, Any]
Hearers = Callable[[Collection[int]], set[int]]


@dataclass(frozen=True, slots=True)
class News:
    """One event, and who of some people may hear it."""

    event: str
    body: dict[str, Any]
    hearers: Hearers
    scope: Scope = Scope.READ_TEXTS


def of_push(name: str, payload: Payload) -> Iterator[News]:
    """What a push of the house means here; mostly nothing."""
    if name in TELLERS:
        yield from TELLERS[name](payload)


def _added(payload: Payload) -> Iterator[News]:
    number, talk = payload["message_id"], payload["conversation_id"]
    said = messages.these([number]).get(number) if payload["kind"] in {MessageKind.INBOUND, MessageKind.OUTBOUND} else None
    if said is not None:
        body = message(said, _company(talk))
        yield News("texting.message.new", {**body, "is_read": said.row.kind != MessageKind.INBOUND}, _seeing(talk))


def _moved(payload: Payload) -> Iterator[News]:
    """A text that was taken back is gone."""
    if payload["status"] == MessageStatus.CANCELLED:
        uuid = db.session.scalar(select(Message.uuid).where(Message.id == payload["message_id"]))
        if uuid is not None:
            yield from _gone(payload["conversation_id"], [id24(uuid)])


def _removed(payload: Payload) -> Iterator[News]:
    yield from _gone(payload["conversation_id"], payload["ids"])


def _gone(talk: int, ids: Collection[str]) -> Iterator[News]:
    name = _name_of(talk)
    for each in ids:
        yield News("texting.message.delete", {"id": each, "conversation_id": name}, _seeing(talk))


def _begun(payload: Payload) -> Iterator[News]:
    talk = payload["conversation_id"]
    listed = conversations.whatever(talk)
    if listed is not None:
        yield News("texting.chat.new", conversation(listed, None, _company(talk)), _seeing(talk))


def _deleted(payload: Payload) -> Iterator[News]:
    talk = payload["conversation_id"]
    yield News("texting.chat.delete", {"id": _name_of(talk)}, _seeing(talk))


def _read(payload: Payload) -> Iterator[News]:
    """Somebody of the staff read on. What a family reads is no event here."""
    if payload.get("staff_id") is None:
        return
    talk = payload["conversation_id"]
    newest = select(Message.uuid).where(
        Message.conversation_id == talk,
        Message.kind == MessageKind.INBOUND,
        Message.id > payload.get("since", 0),
        Message.id <= payload["message_id"],
    )
    ids = [id24(uuid) for uuid in db.session.scalars(newest.order_by(Message.id.desc()).limit(MOST_READ))]
    if ids:
        body = {"conversation_id": _name_of(talk), "messagesIds": ids[::-1], "timezone": _company(talk).zone.key}
        yield News("texting.message.markAsRead", body, _seeing(talk))


def _status(payload: Payload) -> Iterator[News]:
    person = db.session.get(Staff, payload["staff_id"], populate_existing=True)
    if person is None:
        return
    moment = now()
    body = {
        "company_id": id24(db.session.get_one(District, person.district_id).uuid),
        "user_id": id24(person.uuid),
        "user_email": person.email,
        "status": {"status": payload["status"], "action_type": payload["how"]},
        "id": id24(person.uuid),
        "created_at": iso(person.created_at),
        "updated_at": iso(moment),
        "deleted_at": iso(moment) if payload["status"] == StaffStatus.DEACTIVATED else None,
    }
    yield News("user_status_updated", body, lambda staff_ids: _colleagues(person, staff_ids), Scope.READ_PEOPLE)


TELLERS: dict[str, Callable[[Payload], Iterator[News]]] = {
    "message:new": _added,
    "message:status": _moved,
    "conversation:created": _begun,
    "conversation:deleted": _deleted,
    "receipt:changed": _read,
    REMOVED: _removed,
    STATUS: _status,
}


def _seeing(talk: int) -> Hearers:
    return lambda staff_ids: who_sees(talk, staff_ids)


def _colleagues(person: Staff, staff_ids: Collection[int]) -> set[int]:
    """Who may see this member of the staff; see `accounts.authority.in_scope_of`."""
    theirs = aliased(StaffSchool)
    shared = exists().where(StaffSchool.staff_id == Staff.id, theirs.staff_id == person.id, theirs.school_id == StaffSchool.school_id)
    near = or_(Staff.role == Role.DISTRICT_ADMIN, Staff.id == person.id, shared)
    there = (Staff.id.in_(staff_ids), Staff.district_id == person.district_id, Staff.status == StaffStatus.ACTIVE)
    return set(db.session.scalars(select(Staff.id).where(*there, near)))


def _name_of(talk: int) -> str:
    return id24(db.session.scalars(select(Conversation.uuid).where(Conversation.id == talk)).one())


def _company(talk: int) -> Company:
    found = select(District).join(Conversation, Conversation.district_id == District.id).where(Conversation.id == talk)
    district = db.session.scalars(found).one()
    return Company(id24(district.uuid), district.name, zone_of(district.time_zone))
