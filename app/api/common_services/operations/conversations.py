"""Conversations, by any of their names."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services.face import face
from app.api.common_services.models import ClientConversation
from app.api.common_services.operations.told import told
from app.api.common_services.queries_conversations import conversation_shown
from app.api.common_services.service import conversations as service


@face.operation("createConversation", scope=Scope.SEND_TEXTS)
@told
def create_conversation(asked: Asked) -> Answer:
    """One that is not there yet."""
    return Answer(201, conversation_shown(service.create(asked.caller, _wanted(asked.body["conversation"]))))


@face.operation("updateConversationById", scope=Scope.SEND_TEXTS)
@told
def update_by_id(asked: Asked) -> Answer:
    """By its number."""
    return _change(asked, ClientConversation.id == asked.path["id"])


@face.operation("updateConversationByClientConversationId", scope=Scope.SEND_TEXTS)
@told
def update_by_client_id(asked: Asked) -> Answer:
    """By the client's own id; of several applications' the newest."""
    return _change(asked, ClientConversation.client_id == asked.path["client_conversation_id"])


@face.operation("updateConversationByGlobalId", scope=Scope.SEND_TEXTS)
@told
def update_by_global_id(asked: Asked) -> Answer:
    """By our id."""
    return _change(asked, ClientConversation.global_id == UUID(asked.path["global_id"]))


@face.operation("updateConversationByInternalConversationId", scope=Scope.SEND_TEXTS)
@told
def update_by_internal_id(asked: Asked) -> Answer:
    """By our older id."""
    return _change(asked, ClientConversation.internal_id == UUID(asked.path["internal_conversation_id"]))


def _change(asked: Asked, condition: ColumnElement[bool]) -> Answer:
    return Answer(200, conversation_shown(service.change(asked.caller, condition, _wanted(asked.body["conversation"]))))


def _wanted(body: dict[str, Any]) -> service.Wanted:
    return service.Wanted(
        client_id=body.get("client_conversation_id"),
        application_name=body.get("application_name"),
        callback_url=body.get("callback_url"),
        sid=body.get("messaging_service_sid"),
        customer=body.get("global_customer_id"),
        near=body.get("near_lat_long"),
        members=[service.Member(one["number"], one.get("name"), one.get("role", "contact")) for one in body.get("participants", ())],
    )


def deactivate_in_conversation(asked: Asked) -> Answer:
    """A number's pairing in one conversation."""
    one = asked.body["participant"]
    service.end_pairing(asked.caller, member_id=one.get("id"), number=one.get("number"), conditions=_in(asked.path["conversation_id"]))
    return Answer(204)


def deactivate(asked: Asked) -> Answer:
    """A number's pairings, wherever they are, or in the conversation that the body names."""
    one = asked.body["participant"]
    names: list[ColumnElement[bool]] = []
    if "global_id" in one:
        names.append(ClientConversation.global_id == UUID(one["global_id"]))
    if "internal_conversation_id" in one:
        names.append(ClientConversation.internal_id == UUID(one["internal_conversation_id"]))
    if "client_conversation_id" in one:
        names.append(ClientConversation.client_id == one["client_conversation_id"])
    service.end_pairing(asked.caller, member_id=one.get("id"), number=one.get("number"), conditions=names)
    return Answer(204)


def _in(number: int) -> list[ColumnElement[bool]]:
    return [ClientConversation.id == number]


for _suffix in ("", "Put", "Post"):  # the text has three operations of each name; they are one under three verbs
    face.operation(f"deactivateConversationParticipant{_suffix}", scope=Scope.SEND_TEXTS)(told(deactivate_in_conversation))
    face.operation(f"deactivateParticipant{_suffix}", scope=Scope.SEND_TEXTS)(told(deactivate))
