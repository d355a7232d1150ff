"""Channels as documents."""

from typing import Any

from app.api.courier.jsonapi import Resource, moment, reference, resource, text_of
from app.api.courier.queries.channels import SUBSCRIPTIONS, Channel, Member
from app.api.courier.shapes.people import names_of
from app.conversations.models import Conversation, ConversationKind, ConversationState, Message, MessageStatus
from app.directory.models import ContactHealth, ContactKind


def channel(each: Channel, *, use_group_name: bool = True, embedded: dict[str, Any] | None = None) -> Resource:
    """One channel; `embedded` is its group, where that was asked for."""
    talk, owner = each.conversation, each.owner
    given, family = names_of(owner) if owner else (None, None)
    attributes = {
        "archived": talk.state == ConversationState.DONE,
        "bookmark": {"id": str(each.bookmark[0]), "message-id": str(each.bookmark[1])} if each.bookmark else None,
        "caller-has-new-message": each.unread > 0,
        "caller-new-message-count": each.unread,
        "can-enable-sms": any(member.point is not None and member.point.takes_texts for member in each.members),
        "created-at": moment(talk.created_at),
        "created-by": text_of(each.created_by),
        "event-settings": {"enabled": bool(each.details.shows_events)},
        "floating": bool(each.details.is_floating),
        "group-provider-ack": each.shares_reading,
        "individual-group": embedded,
        "individual-group-id": str(each.group.uuid) if each.group else None,
        "label": each.details.label,
        "last-message": _last(each.last),
        "last-modified-time": moment(talk.last_message_at),
        "name": each.group.name if each.group and use_group_name else talk.title,
        "observation-id": None,
        "org-id": str(each.school.uuid),
        "owner-first-name": given,
        "owner-id": str(owner.uuid) if owner else None,
        "owner-last-name": family,
        "subscribers": [subscriber(talk, member) for member in each.members],
        "subscription-type": SUBSCRIPTIONS[ConversationKind(talk.kind)],
        "text-number": reference(each.number),
        "with-sms": each.number is not None or talk.kind == ConversationKind.EACH,
    }
    return resource("messaging-channels", talk.uuid, attributes)


def subscriber(talk: Conversation, member: Member) -> dict[str, Any]:
    """Somebody in a channel. A colleague's own phone is nobody's business."""
    person = member.staff or member.guardian
    given, family = names_of(person) if person else (None, None)
    point = member.point
    phone = point.address if point is not None and point.kind != ContactKind.EMAIL else None
    email = member.staff.email if member.staff else member.email.address if member.email else None
    return {
        "admin": member.staff is not None and member.staff.id in {talk.created_by_id, talk.assigned_to_id},
        "auto-sign-up": False,
        "birth-date": None,
        "communication-preferences": {"notify": not member.place.is_muted} if member.staff else {},
        "email": email,
        "email-verified": member.staff is not None or (member.email is not None and member.email.health == ContactHealth.OK),
        "first-name": given,
        "id": str(person.uuid) if person else str(member.place.uuid),
        "last-name": family,
        "phone-number": phone,
        "phone-number-unsubscribed": point is not None and point.opted_out_at is not None,
        "phone-number-verified": point is not None and point.health == ContactHealth.OK,
        "pinned": member.is_pinned,
    }


def _last(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    is_removed = message.status == MessageStatus.CANCELLED
    return {
        "id": str(message.uuid),
        "message": None if is_removed else message.body,
        "posted-time": moment(message.created_at),
        "removed": is_removed,
    }
