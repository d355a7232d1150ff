"""What happens to single texts, told to whoever gave a callback address, in the commit that made it true."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.api import programs
from app.api.courier.models import SingleText
from app.api.courier.queries.texts import texts_shown
from app.api.courier.shapes import texts as shapes
from app.carrier.models import InboundText
from app.conversations.events import MessageAdded, MessageStatusChanged
from app.conversations.models import Message, MessageKind
from app.core.clock import now
from app.core.database import db
from app.core.search_text import fold
from app.webhooks import service as webhooks
from app.webhooks.outgoing import Outgoing

REPLY, STATUS = "text.reply", "text.status"


@programs.within_all(MessageStatusChanged)
def tell_status(facts: Sequence[MessageStatusChanged]) -> None:
    """A text moved on: `callback-status-url` hears of it."""
    ids = {fact.message_id for fact in facts}
    texts = list(db.session.scalars(select(SingleText).where(SingleText.message_id.in_(ids)).order_by(SingleText.id)))
    for text in texts:
        text.changed_at = now()
    told = [text for text in texts if text.status_endpoint_id is not None]
    if told:
        db.session.flush()
        bodies = [shapes.text(each) for each in texts_shown(told)]
        webhooks.enqueue(
            [
                Outgoing(text.status_endpoint_id or 0, STATUS, _subject(text), {"data": body, "meta": _meta(text)}, url=text.status_url)
                for text, body in zip(told, bodies, strict=True)
            ]
        )


@programs.within_all(MessageAdded)
def tell_replies(facts: Sequence[MessageAdded]) -> None:
    """A phone that was texted writes: that is a text of the account, too, and `callback-url` hears of it."""
    for fact in facts:
        if fact.kind == MessageKind.INBOUND:
            _tell_reply(db.session.get_one(Message, fact.message_id))


def _tell_reply(message: Message) -> None:
    inbound = db.session.get(InboundText, message.inbound_text_id) if message.inbound_text_id else None
    if inbound is None:  # written on the web page of the family
        return
    sent = list(
        db.session.scalars(
            select(SingleText)
            .where(
                SingleText.phone_number_id == inbound.phone_number_id, SingleText.address == inbound.sender,
                SingleText.is_inbound.is_(False),
            )
            .order_by(SingleText.id.desc())
            .limit(20)
        )
    )  # fmt: skip
    if not sent:
        return
    reply = SingleText(
        district_id=message.district_id, messaging_service_id=sent[0].messaging_service_id, phone_number_id=inbound.phone_number_id,
        message_id=message.id, address=inbound.sender, is_inbound=True, created_at=message.created_at,
    )  # fmt: skip
    db.session.add(reply)
    db.session.flush()
    asked = next((each for each in sent if each.callback_endpoint_id is not None and _is_expected(each, message.body)), None)
    if asked is None:
        return
    body = shapes.text(texts_shown([reply])[0])
    meta = {**_meta(asked), "in-reply-to": str(asked.uuid)}
    told = {"data": body, "meta": meta}
    webhooks.enqueue([Outgoing(asked.callback_endpoint_id or 0, REPLY, _subject(asked), told, url=asked.callback_url)])
    if asked.is_one_off:
        asked.callback_endpoint_id = None


def _is_expected(text: SingleText, said: str) -> bool:
    return not text.expected or fold(said.strip()) in {fold(each.strip()) for each in text.expected}


def _subject(text: SingleText) -> str:
    return f"text:{text.uuid}"


def _meta(text: SingleText) -> dict[str, Any]:
    return {} if text.callback_json is None else {"callback-json": text.callback_json}
