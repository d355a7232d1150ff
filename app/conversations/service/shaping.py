"""What a conversation is called, and which of our numbers speaks in it."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.conversations import pairing
from app.conversations.errors import AlreadyDecided, NotAllowed
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.service import access, inbox_row
from app.conversations.service.lines import LONGEST_TITLE
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, PhoneNumber, Purpose, School


def rename(staff: Staff, conversation_id: int, title: str) -> Conversation:
    """Call a group something else; a conversation with one guardian has that guardian's name. Raises NotVisible, NotAllowed."""
    with transaction():
        conversation = access.writable(staff, conversation_id)
        words = " ".join(title.split())[:LONGEST_TITLE]
        if conversation.kind == ConversationKind.DIRECT or not words:
            raise NotAllowed(_("Only a group has a name of its own, and it needs one."))
        if words != conversation.title:
            conversation.title = words
            inbox_row.changed(conversation)
    return conversation


def speak_from(staff: Staff, conversation_id: int, phone_number_id: int) -> Conversation:
    """Have another number of ours speak in a conversation from now on.

    Raises NotVisible, NotAllowed for a group in which each hears privately, AlreadyDecided where that number speaks with one of these
    phones elsewhere; then nothing is changed.
    """
    with transaction():
        conversation = access.writable(staff, conversation_id)
        number = db.session.get(PhoneNumber, phone_number_id)
        if number is None or number.district_id != staff.district_id or number.purpose != Purpose.CONVERSATION or not number.is_active:
            raise NotVisible
        if conversation.kind == ConversationKind.EACH:
            raise NotAllowed(_("Each guardian of this group hears on a conversation of their own. Change the number there."))
        paired = _paired(conversation)
        places = [(conversation, db.session.get_one(ContactPoint, member.contact_point_id)) for member in paired]
        for member in paired:
            if member.phone_number_id != number.id:
                pairing.unpair(member)
        db.session.flush()
        members = pairing.pair_all(db.session.get_one(School, conversation.school_id), places, prefer=number)
        if any(member.phone_number_id != number.id for member in members):
            raise AlreadyDecided(_("This number already speaks with one of these phones in another conversation. Choose another one."))
        audit("pairing.reactivated", conversation, {"name": conversation.title}, by=staff)
        inbox_row.changed(conversation)
    return conversation


def _paired(conversation: Conversation) -> list[Participant]:
    return list(
        db.session.scalars(
            select(Participant).where(
                Participant.conversation_id == conversation.id,
                Participant.contact_point_id.is_not(None),
                Participant.left_at.is_(None),
                Participant.pairing_deactivated_at.is_(None),
            )
        )
    )
