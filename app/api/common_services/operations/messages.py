"""Messages."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services import queries_messages as queries
from app.api.common_services.errors import NotToCome
from app.api.common_services.face import face
from app.api.common_services.operations.told import told
from app.api.common_services.paging import paged
from app.api.common_services.service import messages as service
from app.api.common_services.service.conversations import Named
from app.api.common_services.shapes.messages import message_shape
from app.core.phone_numbers import parse_or_none


@face.operation("listMessages", scope=Scope.READ_TEXTS)
@told
def list_messages(asked: Asked) -> Answer:
    """Those from one number to another."""
    query = asked.query
    sender, receiver = (parse_or_none(query[name]) or query[name].strip() for name in ("from", "to"))
    return paged(asked, queries.messages_between(asked.caller, sender, receiver, page=query["page"], per_page=query["per_page"]))


@face.operation("createMessage", scope=Scope.SEND_TEXTS)
@told
def create_message(asked: Asked) -> Answer:
    """It is queued; what becomes of it is told by webhooks, and shown when it is read."""
    return Answer(201, message_shape(service.take_in(asked.caller, _wish(asked.body["message"]))))


@face.operation("getMessage", scope=Scope.READ_TEXTS)
@told
def get_message(asked: Asked) -> Answer:
    """One."""
    return Answer(200, queries.message_visible_to(asked.caller, UUID(asked.path["uuid"])))


@face.operation("cancelMessage", scope=Scope.SEND_TEXTS)
@told
def cancel_message(asked: Asked) -> Answer:
    """Call off one that waits for its time."""
    service.cancel(asked.caller, UUID(asked.path["uuid"]))
    return Answer(204)


def named(body: dict[str, Any]) -> Named:
    """The conversation that a body means."""
    return Named(
        global_id=uuid_in(body, "global_id"),
        internal_id=uuid_in(body, "internal_conversation_id"),
        client_id=body.get("client_conversation_id"),
        application_name=body.get("application_name") or "",
    )


def uuid_in(body: dict[str, Any], name: str) -> UUID | None:
    """Judged by the contract already."""
    return UUID(body[name]) if body.get(name) is not None else None


def moment_in(body: dict[str, Any], name: str) -> datetime | None:
    """The same of a moment. Raises NotToCome for one that no clock shows, such as a leap second."""
    try:
        return datetime.fromisoformat(body[name]).astimezone(UTC) if body.get(name) is not None else None
    except (ValueError, OverflowError) as error:
        raise NotToCome from error


def _wish(body: dict[str, Any]) -> service.Wish:
    return service.Wish(
        receiver=body["receiver_number"],
        named=named(body),
        body=body.get("message_body", ""),
        media_urls=body.get("media_urls", ()),
        sender=body.get("sender_number"),
        sid=body.get("messaging_service_sid"),
        customer=body.get("global_customer_id"),
        callback_url=body.get("callback_url"),
        is_high=body.get("priority") == "high",
        send_at=moment_in(body, "send_at"),
    )
