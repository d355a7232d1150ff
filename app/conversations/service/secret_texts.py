"""Texts that bring one guardian a secret address, in words of the house: staff see that it was sent, and cannot use it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.conversations.models import Conversation, Message
from app.conversations.service import composing, dispatch, inbox_row
from app.conversations.service.recipients import Recipient
from app.conversations.service.sending import UNDO
from app.conversations.service.standing_words import Standing, say
from app.conversations.service.standing_words import speaks as house_speaks
from app.core.clock import now
from app.core.database import db
from app.core.search_text import indexable
from app.directory.models import District


@dataclass(frozen=True, slots=True)
class Secret:
    """What is said around an address that nobody else may read; `details` are the message's."""

    occasion: Standing
    address: str
    details: dict[str, Any] = field(default_factory=dict)


def text(staff: Staff, conversation: Conversation, recipient: Recipient, secret: Secret, *, uuid: UUID) -> Message:
    """Put it into the outbox of a held conversation, within a transaction. Raises what forbids a text to this guardian."""
    district = db.session.get_one(District, conversation.district_id)

    def words(language: str) -> str:
        return say(secret.occasion, language, name=staff.shown_name, address=secret.address)

    translations = {recipient.language: words(recipient.language)} if house_speaks(recipient.language) else {}
    is_other = recipient.language != district.language
    parcel = composing.Parcel(words(district.language), [], translations=translations if is_other else {}, translated_by="house")
    message = dispatch.deliver(conversation, parcel, dispatch.Sending(staff, uuid, now() + UNDO, dict(secret.details)))
    _hide(message, conversation, secret.address)
    return message


def _hide(message: Message, conversation: Conversation, address: str) -> None:
    """The secret goes to the guardian's phone; what is kept of it here ends before it."""
    shown = address.rsplit("/", 1)[0] + "/…"
    message.body = message.body.replace(address, shown)
    message.translation = message.translation.replace(address, shown) if message.translation else None
    message.search_text = indexable(message.body)
    inbox_row.show_again(conversation, message)
