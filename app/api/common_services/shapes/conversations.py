"""Conversations and who takes part."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.api.common_services.models import ClientConversation
from app.api.common_services.shapes.moments import moment


def conversation_shape(row: ClientConversation, sid: str | None, members: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """`members` as `queries_conversations` reads them."""
    return {
        "id": row.id,
        "client_conversation_id": row.client_id,
        "global_id": str(row.global_id),
        "internal_conversation_id": str(row.internal_id),
        "application_name": row.application_name or None,
        "callback_url": row.callback_url,
        "messaging_service_sid": sid,
        "global_customer_id": row.customer,
        "participants": [participant_shape(one) for one in members],
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def participant_shape(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A number that takes part."""
    return {
        "id": row["id"],
        "number": row["number"],
        "name": row["name"],
        "role": row["role"],
        "provider_number": row["provider_number"],
        "blocked": row["opted_out_at"] is not None,
        "pairing_deactivated_at": moment(row["ended_at"] or row["pairing_deactivated_at"]),
        "created_at": moment(row["created_at"]),
        "updated_at": moment(row["updated_at"]),
    }
