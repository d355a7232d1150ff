"""What other systems do with texts, contacts and numbers, by the services that the pages use."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.behind import BEARER, bearer_behind
from app.accounts.models import Staff, StaffStatus, are_people
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.api.identifiers import id24, within_id24
from app.api.refusals import Refused, Why
from app.api.ringplan.events import MessagesRemoved
from app.api.ringplan.files import opened, upload_of
from app.api.ringplan.models import NumberOwner, RemovedMessage
from app.api.ringplan.queries import messages
from app.conversations import service as threads
from app.conversations.errors import NotAllowed, TooLateToUndo
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.queries import conversation_held_by, conversation_visible_to
from app.conversations.service.by_number import person_of
from app.conversations.service.composing import tidy
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.ids import new_uuid
from app.directory.models import ContactPoint, PhoneNumber
from app.directory.service import newcomers, people

AT_ONCE = timedelta(0)
"""A program needs no time to change its mind."""
MOST_OWNERS = 100
LONGEST_NAME = 100
_STAMP = "body/stamp_id"


def begin(staff: Staff, point: ContactPoint, number: PhoneNumber) -> tuple[Conversation, bool]:
    """The conversation of somebody with a contact, over `number` if it is new; and whether it is."""
    moment = now()
    with transaction():
        if point.guardian.guardianships:
            talk = threads.start_direct(staff, point.id, number=number)
        else:
            talk = threads.start_with_number(staff, point.address, number=number)
    return talk, talk.created_at >= moment


def publish(staff: Staff, conversation_id: int, said: Mapping[str, Any]) -> Message:
    """Send a text, with files as a picture message. The same again under its `stamp_id` gives the first message back. Raises Refused."""
    if not said.get("stamp_id"):
        files = _attached(staff, conversation_id, said.get("files") or ())
        return _sent(staff, conversation_id, said, new_uuid(), files)
    uuid = UUID(said["stamp_id"])
    found = _of_stamp(staff, uuid)
    if any(each.uuid != uuid for each in found):
        raise Refused(Why.RULE, "Another message has the first 24 digits of this stamp_id. Make a new one.", field=_STAMP)
    files = [] if found else _attached(staff, conversation_id, said.get("files") or ())
    with transaction():
        conversation_held_by(staff, conversation_id)  # whoever publishes here under the same stamp at this moment is done by then
        is_first = not _of_stamp(staff, uuid)
        message = _sent(staff, conversation_id, said, uuid, files)
    if not is_first and not _says_the_same(message, staff, said):
        sentence = "This stamp_id names a message that was sent before, with other words or files, or by another system. Make a new one."
        raise Refused(Why.RULE, sentence, code="stamp_taken", field=_STAMP)
    return message


def remove_messages(staff: Staff, conversation_id: int, names: Sequence[str]) -> None:
    """Take messages out of what this face lists; one that has not left is taken back. Raises NotVisible, NotAllowed.

    The school's record keeps them: what was sent was sent, and families have a right to it.
    """
    conversation = conversation_visible_to(staff, conversation_id)
    is_mine = staff.id in {conversation.created_by_id, conversation.assigned_to_id}
    if not role_allows(staff.role, Permission.WRITE_THREADS) or not (is_mine or role_allows(staff.role, Permission.READ_SCHOOL_THREADS)):
        raise NotAllowed
    numbers = messages.numbers_named(staff, conversation_id, names)
    if len(numbers) < len(set(names)):
        raise NotVisible
    taken_back = {
        message.id
        for message in db.session.scalars(select(Message).where(Message.id.in_(numbers))).all()
        if message.kind == MessageKind.OUTBOUND and message.staff_id == staff.id and message.status == MessageStatus.PENDING
        if _take_back(staff, message.id)
    }
    with transaction() as events:
        fresh = _taken_out(staff, numbers)
        if not fresh:
            return
        audit("conversation.messages_hidden", conversation, {"name": conversation.title, "count": len(fresh)}, by=staff)
        untold = [number for number in fresh if number not in taken_back]  # of those feeds hear as it is
        ids = tuple(id24(uuid) for uuid in db.session.scalars(select(Message.uuid).where(Message.id.in_(untold)).order_by(Message.id)))
        events.append(MessagesRemoved(staff.district_id, conversation_id, ids))


def add_contact(staff: Staff, address: str, *, first_name: str, last_name: str) -> tuple[ContactPoint, bool]:
    """Somebody with this number, and whether they are new. Raises NotAllowed, NotVisible, CannotReceiveTexts."""
    moment = now()
    point = person_of(staff, address, name=first_name, family_name=last_name)
    return point, point.created_at >= moment


def change_contact(staff: Staff, point: ContactPoint, address: str, *, first_name: str, last_name: str) -> None:
    """Another name or number. Raises NotAllowed, AddressTaken."""
    if not role_allows(staff.role, Permission.EDIT_PEOPLE):
        raise NotAllowed(_("Your role cannot change what is known of people. Ask the office."))
    if not (first_name or last_name):
        raise Refused(Why.INVALID, "A contact needs a name: send first_name, last_name or both.", field="body/first_name")
    with transaction():
        person = point.guardian
        if not person.guardianships:
            newcomers.change_stranger(staff, point, address, given_name=first_name, family_name=last_name)
            return
        data = people.GuardianData(first_name[:LONGEST_NAME], last_name[:LONGEST_NAME], person.language, person.postal_code, person.note)
        people.change_guardian(staff, person.id, data)
        if point.address != address:
            people.save_contact_point(
                staff, person.id, point.id, address=address, kind=point.kind, label=point.label, priority=point.priority
            )


def set_owners(staff: Staff, number: PhoneNumber, emails: Collection[str]) -> None:
    """Who writes from a number by this face; nobody means its school. Raises Refused."""
    if not role_allows(staff.role, Permission.MANAGE_NUMBERS):
        raise Refused(Why.NOT_ALLOWED, "The acting user may not give numbers to people. Ask an admin of the district.")
    wanted = sorted({email.strip().lower() for email in emails})
    if len(wanted) > MOST_OWNERS:
        raise Refused(Why.INVALID, f"A number has at most {MOST_OWNERS} owners.", field="body")
    people_of = select(Staff.email, Staff.id).where(
        Staff.district_id == staff.district_id, Staff.email.in_(wanted), are_people(), Staff.status == StaffStatus.ACTIVE
    )
    found: dict[str, int] = {row.email: row.id for row in db.session.execute(people_of)}
    if unknown := [email for email in wanted if email not in found]:
        raise Refused(Why.RULE, f"Nobody of the company signs in with {unknown[0]}.", field=f"body/{wanted.index(unknown[0])}")
    with transaction():
        db.session.execute(select(PhoneNumber.id).where(PhoneNumber.id == number.id).with_for_update())
        db.session.execute(delete(NumberOwner).where(NumberOwner.phone_number_id == number.id))
        if found:
            db.session.execute(insert(NumberOwner), [{"phone_number_id": number.id, "staff_id": each} for each in found.values()])
        audit("phone_number.owners_set", number, {"number": number.address, "count": len(found)}, by=staff)


def _of_stamp(staff: Staff, uuid: UUID) -> Sequence[Message]:
    """Messages of the district whose id begins as `uuid` does."""
    wanted = select(Message).where(within_id24(Message.uuid, id24(uuid)), Message.district_id == staff.district_id)
    return db.session.scalars(wanted).all()


def _sent(staff: Staff, conversation_id: int, said: Mapping[str, Any], uuid: UUID, files: list[int]) -> Message:
    return threads.send(staff, conversation_id, said.get("text", ""), uuid=uuid, attachment_ids=files, as_mms=bool(files), hold=AT_ONCE)


def _says_the_same(message: Message, staff: Staff, said: Mapping[str, Any]) -> bool:
    """Whether a request repeats the one that made `message`. Pictures were made anew and may have another ending.

    A message of the acting person that names no system was sent before systems were written down.
    """
    uploads = [upload_of(staff, each["id"]) for each in said.get("files") or ()]
    names = sorted(PurePath(each.name).stem if each else "" for each in uploads)
    return (
        (message.details or {}).get(BEARER) in {None, bearer_behind()}
        and message.body == tidy(said.get("text"))
        and names == sorted(PurePath(each.name).stem for each in message.attachments)
    )


def _attached(staff: Staff, conversation_id: int, files: Sequence[Mapping[str, Any]]) -> list[int]:
    attached = []
    for place, each in enumerate(files):
        file = opened(staff, each["id"], field=f"body/files/{place}/id")
        with file.stream:
            attached.append(threads.attach(staff, conversation_id, file.stream, filename=file.name, claimed_mime=file.mime).id)
    return attached


def _taken_out(staff: Staff, numbers: Sequence[int]) -> list[int]:
    """Those of which nobody said so before, nor at this moment."""
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [{"message_id": number, "staff_id": staff.id, "at": now()} for number in sorted(numbers)]
    made = kind(RemovedMessage).values(rows).on_conflict_do_nothing(index_elements=["message_id"])
    return sorted(db.session.scalars(made.returning(RemovedMessage.message_id)))


def _take_back(staff: Staff, message_id: int) -> bool:
    try:
        threads.undo(staff, message_id)
    except TooLateToUndo:
        return False
    return True
