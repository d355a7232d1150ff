"""Messages as documents."""

import base64
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.api.courier.jsonapi import Resource, moment, moment_or_none, resource
from app.api.courier.models import MessageDraft, Upload
from app.api.courier.queries.messages import Posted, Reader
from app.api.courier.shapes.people import names_of, preferred_name_of
from app.conversations.models import Attachment, Message, MessageKind, MessageStatus
from app.core.files import FileGone, FileStore
from app.core.keywords import keyword, plain_words_refusal
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import Guardian

REACTIONS = {"dislike": "👎", "like": "👍", "lol": "😂", "love": "❤️", "sad": "😢", "wow": "😮"}
_BY_EMOJI = {emoji: name for name, emoji in REACTIONS.items()}
TEXT_STATUSES = {
    DeliveryState.PENDING: "queued",
    DeliveryState.PROCESSING: "queued",
    DeliveryState.CANCELLED: "canceled",
    DeliveryState.BLOCKED: "undelivered",
}
"""What a text is called on its way where it is not as the outbox says."""
EVENT_WORDS = {
    "assigned": "Given to {to}",
    "unassigned": "Nobody's any more",
    "member_added": "{to} was added",
    "member_removed": "{to} was removed",
    "colleague_added": "{to} was added",
    "colleague_left": "{to} left",
    "opted_out": "Texts were stopped by STOP",
    "opted_in": "Texts were begun again by START",
    "asked_for_help": "HELP was asked for",
    "pairing_ended": "The records changed, so texts were stopped",
}
"""Of lines of the timeline; another kind is named by its own name."""


def message(one: Posted, *, store: FileStore | None = None, phrases: bool = False, readers: Iterable[Reader] | None = None) -> Resource:
    """A message. With a `store` small pictures stand in the document, with `readers` who has read it."""
    row, person = one.message, one.person
    given, family = names_of(person) if person else (None, None)
    is_removed = row.status == MessageStatus.CANCELLED
    words = "" if is_removed else words_of(row)
    attributes: dict[str, Any] = {
        "ack": one.is_acknowledged,
        "attachments": [embedded(each, store) for each in one.attachments],
        "channel-id": str(one.channel),
        "destination": {"sms": [_destination(*each) for each in one.deliveries]} if one.deliveries else {},
        "draft": False,
        "first-name": given,
        "individual-id": str(person.uuid) if person else None,
        "last-modified-time": moment(row.read_at or row.delivered_at or row.sent_at or row.created_at),
        "last-name": family,
        "message": words,
        "posted-time": moment(row.created_at),
        "preferred-name": preferred_name_of(person) if person else None,
        "reactions": [] if is_removed else [each for each in map(_reaction, one.reactions) if each],
        "removed": is_removed,
        "sentiment": None,
        "source": _source(row),
        "user-id": str(person.uuid) if isinstance(person, Staff) else None,
        "user-name": row.author or None,
        "user-type": "participant" if isinstance(person, Guardian) else "provider",
    }
    if phrases:
        attributes["phrases"] = recognised(words)
    if readers is not None:
        attributes["read-receipts"] = [receipt(each, row.id) for each in readers if each.has_read(row.id)]
    return resource("messaging-messages", row.uuid, attributes)


def draft(kept: MessageDraft, channel: UUID, author: Staff, files: list[Upload], *, phrases: bool = False) -> Resource:
    """A message that is kept back; only its author sees it."""
    given, family = names_of(author)
    attributes: dict[str, Any] = {
        "ack": True,
        "attachments": [
            {
                "content-size": each.size, "content-type": each.content_type, "filename": each.name, "id": str(each.uuid),
                "removed": each.removed_at is not None, "thumbnail": None,
            }
            for each in files
        ],
        "channel-id": str(channel),
        "destination": {},
        "draft": True,
        "first-name": given,
        "individual-id": str(author.uuid),
        "last-modified-time": moment(kept.updated_at),
        "last-name": family,
        "message": "" if kept.removed_at else kept.body,
        "posted-time": None,
        "preferred-name": author.formal_name,
        "reactions": [],
        "removed": kept.removed_at is not None,
        "sentiment": None,
        "source": "web",
        "user-id": str(author.uuid),
        "user-name": author.shown_name,
        "user-type": "provider",
    }  # fmt: skip
    if phrases:
        attributes["phrases"] = recognised(kept.body)
    return resource("messaging-messages", kept.uuid, attributes)


def words_of(row: Message) -> str:
    """What a message says; of a line of the timeline, what happened."""
    if row.kind != MessageKind.EVENT:
        return row.body
    kind = str(row.details.get("type") or row.reference_type or "event")
    return EVENT_WORDS.get(kind, kind.replace("_", " ").capitalize()).format(to=row.details.get("to") or "Somebody")


def recognised(words: str) -> dict[str, Any]:
    """What the house recognises in words: a command that acts, or what seems to refuse."""
    command, refusal = keyword(words), plain_words_refusal(words)
    return ({"keyword": command.value} if command else {}) | ({"refusal": refusal.value} if refusal else {})


def receipt(reader: Reader, message_id: int) -> dict[str, Any]:
    """How far somebody has read, as it concerns one message."""
    given, family = names_of(reader.person)
    at = moment_or_none(reader.receipt.read_at) if reader.receipt and reader.has_read(message_id) else None
    return {
        "ack-time": at, "ack-user-time": at, "individual-first-name": given, "individual-id": str(reader.person.uuid),
        "individual-last-name": family,
    }  # fmt: skip


def embedded(attachment: Attachment, store: FileStore | None) -> dict[str, Any]:
    """A file within its message."""
    return {
        "content-size": attachment.size, "content-type": attachment.content_type or None, "filename": attachment.name or None,
        "id": str(attachment.uuid), "removed": False, "thumbnail": thumbnail(attachment.thumbnail_key, store),
    }  # fmt: skip


def thumbnail(key: str | None, store: FileStore | None) -> str | None:
    """A small picture as an address that carries it."""
    if key is None or store is None:
        return None
    try:
        with store.open(key) as file:
            return "data:image/webp;base64," + base64.b64encode(file.read()).decode()
    except FileGone:
        return None


def _destination(delivery: Delivery, guardian: UUID | None) -> dict[str, Any]:
    state = DeliveryState(delivery.state)
    status = "scheduled" if state == DeliveryState.PENDING and delivery.held_until else TEXT_STATUSES.get(state, state.value)
    return {
        "phone-number": delivery.address, "individual-id": str(guardian) if guardian else None, "status": status,
        "error-code": delivery.error_code,
    }  # fmt: skip


def _reaction(each: tuple[Any, Staff]) -> dict[str, Any] | None:
    reaction, person = each
    given, family = names_of(person)
    name = _BY_EMOJI.get(reaction.emoji)
    if name is None:
        return None
    return {
        "first-name": given, "individual-id": str(person.uuid), "last-name": family, "reaction-type": name,
        "user-name": person.shown_name,
    }  # fmt: skip


def _source(row: Message) -> str:
    if row.kind == MessageKind.EVENT:
        return "system"
    if row.is_automatic:
        return "auto-responder"
    return "sms" if row.kind == MessageKind.INBOUND and row.channel in {"sms", "mms"} else "web"
