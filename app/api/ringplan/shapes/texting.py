"""Conversations, messages and contacts as the contract writes them.

A group in which each guardian hears privately is a campaign: one text, and many conversations of their own in which it is answered.
"""

from typing import Any

from app.api.identifiers import id24
from app.api.ringplan.company import Company
from app.api.ringplan.queries.conversations import Listed, Person
from app.api.ringplan.queries.messages import Said
from app.api.ringplan.shapes.files import file
from app.api.ringplan.writing import iso, shown_number
from app.conversations.models import ConversationKind, MessageKind, MessageStatus

CAMPAIGN, DIRECT = "campaign", "direct"
UNSENT = {MessageStatus.FAILED, MessageStatus.BLOCKED, MessageStatus.CANCELLED}


def contact(row: Any, company: Company) -> dict[str, Any]:
    """Of a row with uuid, given_name, family_name and address."""
    return {
        "id": id24(row["uuid"]),
        "company_id": company.id,
        "first_name": row["given_name"] or None,
        "last_name": row["family_name"] or None,
        "number": row["address"],
    }


def conversation(listed: Listed, last: Said | None, company: Company) -> dict[str, Any]:
    """With its last message."""
    row = listed.row
    present = [person for person in listed.people if person.contact["left"] is None] or list(listed.people[:1])
    contacts = [contact(person.contact, company) for person in present]
    is_direct = row.kind == ConversationKind.DIRECT
    ours = next((person.ours for person in present if person.ours), None)
    at = row.last_message_at if row.last_message_id else None
    return {
        "id": id24(row.uuid),
        "company_id": company.id,
        "contact_id": contacts[0]["id"] if is_direct and contacts else None,
        "contactinfo": contacts[0] if is_direct and contacts else None,
        "contactsinfo": contacts,
        "conversation_type": type_of(row.kind),
        "countunreadmessages": listed.unread,
        "from_number": shown_number(ours or ""),
        "has_direct_msg": bool(listed.has_direct) and type_of(row.kind) == DIRECT,
        "has_hidden_msg": bool(listed.has_hidden),
        "last_message_created_at": iso(at),
        "lastmessage": message(last, company) if last is not None else None,
        "recipients": [each["id"] for each in contacts],
        "timezone": company.zone.key,
        "unread_msg_count": listed.unread,
        "updated_at": iso(at or row.created_at),
    }


def message(said: Said, company: Company) -> dict[str, Any]:
    """What came says who wrote it; what went out, to whom."""
    row = said.row
    came = row.kind == MessageKind.INBOUND
    people = _meant(said)
    theirs = ",".join(person.contact["address"] for person in people)
    ours = next((person.ours for person in people if person.ours), "") or ""
    campaign = said.talk.title if said.talk.kind == ConversationKind.EACH else row.campaign
    answered = (row.details or {}).get("answers")
    if campaign is None and isinstance(answered, dict):
        campaign = answered.get("title")
    return {
        "id": id24(row.uuid),
        "campaign_info": {"name": campaign} if campaign is not None else None,
        "conversation_id": id24(said.talk.uuid),
        "conversation_type": type_of(said.talk.kind),
        "created_at": iso(row.created_at),
        "direction": "inbound" if came else "outbound",
        "files": [file(each, company_id=company.id, user_id=None) for each in said.files],
        "frm": theirs if came else ours,
        "is_read": said.is_read,
        "is_visible": row.status != MessageStatus.CANCELLED,
        "source_conversation_type": CAMPAIGN if campaign is not None else DIRECT,
        "stamp_id": str(row.uuid) if not came else None,
        "success": row.status not in UNSENT,
        "text": row.body,
        "timezone": company.zone.key,
        "to": ours if came else theirs,
    }


def type_of(kind: str) -> str:
    """A campaign, or a direct conversation."""
    return CAMPAIGN if kind == ConversationKind.EACH else DIRECT


def _meant(said: Said) -> list[Person]:
    """Who wrote it, or to whom it went: of a conversation with one guardian the phone that is written to now."""
    if said.row.participant_id is not None:
        return [person for person in said.people if person.participant_id == said.row.participant_id]
    if said.talk.kind == ConversationKind.DIRECT:
        return list(said.people[:1])
    return [person for person in said.people if person.contact["left"] is None]
