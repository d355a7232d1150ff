"""Messages of a conversation."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import conversations, messages
from app.api.ringplan.service import texting
from app.api.ringplan.shapes.texting import message
from app.conversations import service as threads


@face.operation("listMessages", scope=Scope.READ_TEXTS)
def list_messages(asked: Asked) -> Answer:
    """Newest first."""
    page, size = asked.query["page"], asked.query["per_page"]
    talk = conversations.named(asked.staff, asked.path["conversation_id"])
    found, total = messages.page_of(asked.staff, talk, page=page, size=size)
    company = company_of(asked.staff)
    return paged([message(each, company) for each in found], total, page=page, size=size)


@face.operation("publishMessage", scope=Scope.SEND_TEXTS)
def publish_message(asked: Asked) -> Answer:
    """Into the outbox, by the service that the composer uses."""
    talk = conversations.named(asked.staff, asked.path["conversation_id"])
    sent = texting.publish(asked.staff, talk, asked.body)
    return Answer(201, message(messages.these([sent.id])[sent.id], company_of(asked.staff)))


@face.operation("markMessage", scope=Scope.READ_TEXTS)
def mark_message(asked: Asked) -> Answer:
    """Read up to it, or unread from it on: reading is a place in a conversation, not a mark on each message."""
    talk = conversations.named(asked.staff, asked.path["conversation_id"])
    number = messages.named(asked.staff, talk, asked.path["message_id"])
    if asked.body["is_read"]:
        threads.mark_read(asked.staff, talk, number)
    else:
        threads.mark_unread_from(asked.staff, number)
    found = messages.these([number], unread_from=messages.unread_from(asked.staff, talk))[number]
    return Answer(body=message(found, company_of(asked.staff)))


@face.operation("deleteMessages", scope=Scope.SEND_TEXTS)
def delete_messages(asked: Asked) -> Answer:
    """Out of what this face lists."""
    talk = conversations.named(asked.staff, asked.path["conversation_id"])
    texting.remove_messages(asked.staff, talk, asked.query["ids"])
    return Answer(204)
