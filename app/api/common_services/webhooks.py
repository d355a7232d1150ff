"""News for the address that a program gave with the request, else for the conversation, else for itself. Rows of the same commit."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.accounts.callbacks import basic_auth_for
from app.accounts.models import Bearer, Staff
from app.accounts.scopes import Scope
from app.api.common_services.models import ClientCall, ClientConversation, ClientMessage
from app.api.common_services.queries_calls import call_told_to, voicemail_told_to
from app.api.common_services.queries_messages import message_row
from app.api.common_services.shapes.calls import (
    call_shape,
    main_call_shape,
    statuses,
    transcription,
    voicemail_shape,
    voicemail_status,
)
from app.api.common_services.shapes.messages import message_shape
from app.calls.links import open_link
from app.calls.queries_recordings import Words
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.core.phone_numbers import PhoneKind, kind
from app.directory.models import ContactKind, ContactPoint
from app.voicemail.models import Voicemail
from app.webhooks import service as webhooks
from app.webhooks.models import Face

MESSAGE, INBOUND_SMS, INBOUND_MMS, MEDIA = (
    "messages.message.status_update",
    "messages.message.inbound_sms",
    "messages.message.inbound_mms",
    "messages.message.images_lambda",
)
CONFERENCE, DIRECT, VOICEMAIL = (
    "conference_calls.conference_call.status_update",
    "direct_calls.call.status_update",
    "voicemails.voicemail.status_update",
)
RECORDINGS_OPEN = timedelta(hours=24)
KINDS = {ContactKind.MOBILE: "mobile", ContactKind.LANDLINE: "landline", ContactKind.VOIP: "fixedVoip"}
PLANNED = {PhoneKind.MOBILE: "mobile", PhoneKind.LANDLINE: "landline", PhoneKind.VOIP: "fixedVoip", PhoneKind.TOLL_FREE: "tollFree"}


def tell(bearer_id: int, event: str, subject: str, body: Mapping[str, Any], *urls: str | None, with_metadata: bool = True) -> None:
    """Have an event told, if anybody gave an address. `urls` in the order of precedence; the bearer's own is the last.

    The body is the same at each repetition, byte for byte: its `attempt` says the first.
    """
    tell_all(bearer_id, event, [(subject, body)], *urls, with_metadata=with_metadata)


def tell_all(
    bearer_id: int, event: str, news: Sequence[tuple[str, Mapping[str, Any]]], *urls: str | None, with_metadata: bool = True
) -> None:
    """The same of much that happened at once: subjects and bodies. As many statements as for one."""
    bearer = db.session.get(Bearer, bearer_id)
    if bearer is None or bearer.deleted_at is not None:
        return
    url = next((one for one in (*urls, bearer.callback_url) if one), None)
    if url is None:
        return
    endpoint = webhooks.callback_endpoint(
        bearer, url, face=Face.COMMON_SERVICES, basic=basic_auth_for(bearer, url), refuses=False, comes_often=True
    )
    outgoing = []
    for subject, body in news:
        uuid = new_uuid()
        metadata = {"event": event, "event_id": str(uuid), "occurred_at": now().isoformat(), "attempt": 1}
        whole = {"metadata": metadata, **body} if with_metadata else dict(body)
        outgoing.append(webhooks.Outgoing(endpoint, event, subject, whole, uuid, url))
    webhooks.enqueue(outgoing)


def tell_message(number: int, event: str = MESSAGE, *, media: bool = False) -> None:
    """A message moved on, came in, or (`media`) has its files. Belongs into the transaction that changed it."""
    row = message_row(number)
    mine = db.session.get_one(ClientMessage, number, populate_existing=True)
    talk = db.session.get(ClientConversation, mine.conversation_id) if mine.conversation_id else None
    shape = message_shape(row)
    del shape["media_file_urls"]
    shape["phone_number_type"] = number_type(mine.district_id, row["sender"] if mine.is_inbound else row["receiver"])
    body = {name: shape[name] for name in shape if name not in {"global_id", "internal_conversation_id", "send_at", "held_until"}}
    tell(mine.bearer_id, MEDIA if media else event, f"message:{mine.uuid}", body, mine.callback_url, talk.callback_url if talk else None)


def tell_call(client: ClientCall) -> None:
    """A call moved on, or its recording or its words came. What was told before is not told again."""
    staff = _actor(client.bearer_id)
    told = call_told_to(client, staff)
    internal, provider = statuses(told)
    joined = sum(leg.joined_at is not None for leg in told.guests)
    said = f"{internal}/{provider}/{joined}/{'' if told.words is None else 'w' if transcription(told.words) else 'r'}"
    if client.told == said:
        return
    client.told, client.updated_at = said, now()
    db.session.flush()
    link = _link(told.words, staff)
    shape = main_call_shape(told, link) if told.conference is not None else call_shape(told, link)
    if client.client_call_id is not None:
        shape["client_call_id"] = client.client_call_id
    talk = db.session.get(ClientConversation, client.conversation_id) if client.conversation_id else None
    event, is_conference = (CONFERENCE, True) if told.conference is not None else (DIRECT, False)
    urls = client.callback_url, talk.callback_url if talk else None
    tell(client.bearer_id, event, f"call:{told.call.uuid}", shape, *urls, with_metadata=is_conference)


def tell_voicemail(client: ClientCall, row: Voicemail, staff: Staff, scopes: Collection[Scope]) -> None:
    """A message was left, or its sound or its words came: as `staff` may know it, and keys with these `scopes`."""
    left = voicemail_told_to(row, staff, scopes)
    said = voicemail_status(left)
    if client.told_voicemail == said:
        return
    client.told_voicemail = said
    db.session.flush()
    talk = db.session.get(ClientConversation, client.conversation_id) if client.conversation_id else None
    shape = voicemail_shape(left, _link(left.words, staff))
    tell(client.bearer_id, VOICEMAIL, f"voicemail:{row.id}", shape, client.callback_url, talk.callback_url if talk else None)


def _actor(bearer_id: int) -> Staff:
    return db.session.get_one(Staff, db.session.get_one(Bearer, bearer_id).staff_id)


def _link(words: Words | None, staff: Staff) -> str | None:
    if words is None or words.recording.file_key is None:
        return None
    with current_app.test_request_context():  # an address is wanted outside of any request
        return open_link(words.recording.id, staff.id, RECORDINGS_OPEN).url


def number_type(district_id: int, address: str | None) -> str | None:
    """As far as the records, or the numbering plan, tell."""
    if address is None:
        return None
    known = select(ContactPoint.kind).where(ContactPoint.district_id == district_id, ContactPoint.address == address)
    found = db.session.scalar(known.order_by(ContactPoint.is_active.desc(), ContactPoint.id).limit(1))
    return KINDS.get(ContactKind(found)) if found is not None else PLANNED.get(kind(address))
