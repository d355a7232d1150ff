"""What an answer about a conversation shows."""

from typing import Any

from sqlalchemy import RowMapping, select

from app.api.common_services.models import ClientConversation, ClientParticipant
from app.api.common_services.shapes.conversations import conversation_shape
from app.conversations.models import Participant
from app.core.database import db
from app.directory.models import ContactPoint, MessagingService, PhoneNumber


def conversation_shown(row: ClientConversation) -> dict[str, Any]:
    """One that was fetched as the bearer's own."""
    sid = db.session.scalar(select(MessagingService.provider_id).where(MessagingService.id == row.messaging_service_id))
    return conversation_shape(row, sid, members_of(row.id))


def members_of(conversation_id: int) -> list[RowMapping]:
    """Who takes part, in the order in which they came."""
    one = ClientParticipant
    rows = db.session.execute(
        select(
            one.id, one.number, one.name, one.role, one.ended_at, one.created_at, one.updated_at, Participant.pairing_deactivated_at,
            PhoneNumber.address.label("provider_number"), ContactPoint.opted_out_at,
        )
        .outerjoin(Participant, Participant.id == one.participant_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        .outerjoin(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .where(one.conversation_id == conversation_id)
        .order_by(one.id)
    )  # fmt: skip
    return [row._mapping for row in rows]  # noqa: SLF001  # its public name for a row as a mapping
