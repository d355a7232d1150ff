"""Threads that a program keeps apart: with one phone it may speak about several things, each over a number of its own."""

from collections.abc import Collection

from app.accounts.models import Staff
from app.conversations import pairing, queries
from app.conversations.errors import NoFreeNumber
from app.conversations.models import Conversation, Participant
from app.conversations.service import access, by_number, inbox_row, lines
from app.conversations.signed import whose
from app.core.database import db, transaction
from app.directory.models import ContactPoint, PhoneNumber, School


def start_apart(
    staff: Staff, address: str, *, name: str = "", number: PhoneNumber | None = None, not_among: Collection[int] = ()
) -> tuple[Conversation, Participant]:
    """A thread with the phone `address` (E.164) that is none of `not_among`, and the guardian's place in it; over `number`, if it is given.

    Raises as `start_with_number`, and NoFreeNumber also where `number` speaks with this phone in another thread.
    """
    with transaction():
        access.may_write(staff)
        school, point = by_number.place_of(staff, address, name=name)
        talk, member = lines.line_apart(school, point, owner_id=staff.id, number=number, not_among=not_among)
        _have(member, number, school, point)
        return talk, member


def go_on_with(staff: Staff, participant_id: int, number: PhoneNumber | None) -> Participant:
    """Pair a guardian's place anew if it was given up, and with `number`, if it is given. Raises NotVisible, NotAllowed, NoFreeNumber."""
    with transaction():
        found = queries.participant_visible_to(staff, participant_id)
        conversation = access.writable(staff, found.conversation_id)
        member = db.session.get_one(Participant, participant_id, populate_existing=True)
        point = db.session.get_one(ContactPoint, member.contact_point_id)
        school = db.session.get_one(School, conversation.school_id)
        pairing.pair_all(school, [(conversation, point)], prefer=number)
        _have(member, number, school, point)
        return member


def _have(member: Participant, number: PhoneNumber | None, school: School, point: ContactPoint) -> None:
    """See that it is this number and no other."""
    if number is None or member.phone_number_id == number.id:
        return
    conversation = inbox_row.hold(member.conversation_id)
    pairing.unpair(member)
    db.session.flush()
    pairing.pair_all(school, [(conversation, point)], prefer=number)
    if member.phone_number_id != number.id:
        raise NoFreeNumber(whose(point))
