"""Messages: posted, kept back, read and answered with a sign."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, not_

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.models import MessageDraft
from app.api.courier.queries import messages as queries
from app.api.courier.queries.channels import conversation_named
from app.api.courier.queries.people import colleague
from app.api.courier.queries.uploads import files_of, files_of_each
from app.api.courier.service import messages as service
from app.api.courier.shapes import messages as shapes
from app.api.refusals import Refused, Why
from app.api.totals import counted, total_beside
from app.conversations import service as threads
from app.conversations.models import Conversation, Message
from app.conversations.service.attachments import file_store
from app.core.database import db
from app.core.search_text import fold

_NARROWS = ("acknowledged", "filter[cmp-last-modified-time]", "filter[cmp-posted-time]", "user-id")
"""Filters that no draft passes."""
WAYS = ("sms",)


@face.operation("listMessages", scope=Scope.READ_TEXTS)
def list_messages(asked: Asked) -> Answer:
    """Newest first; one's own drafts come before them."""
    staff = acting(asked)
    talk = conversation_named(staff, jsonapi.id_of(asked.query["channel-id"]))
    query = _narrowed(asked, staff, talk)
    words = fold(asked.query.get("filter[text]") or "")
    drafts = [] if any(asked.query.get(name) is not None for name in _NARROWS) else queries.drafts_of(staff, talk)
    drafts = [each for each in drafts if words in fold(each.body)]
    offset, limit = jsonapi.offset_of(asked), jsonapi.limit_of(asked)
    kept = drafts[offset : offset + limit]
    files = files_of_each([each.uuid for each in kept])
    before, most = max(0, offset - len(drafts)), limit - len(kept)
    rows = list(db.session.scalars(query.limit(most).offset(before)))
    total = total_beside(rows, before=before, goes_on=len(rows) == most, count=lambda: counted(query))
    found = queries.posted(staff, talk, rows)
    readers = queries.readers_of(talk) if asked.query.get("include-read-receipts") else None
    with_phrases = asked.query.get("include-phrases", False)
    store = file_store() if asked.query.get("thumbnail") else None
    shown = [
        *(shapes.draft(each, talk.uuid, staff, files[each.uuid], phrases=with_phrases) for each in kept),
        *(shapes.message(each, store=store, phrases=with_phrases, readers=readers) for each in found),
    ]
    return Answer(body=jsonapi.listing(shown, asked, None if total is None else total + len(drafts)))


@face.operation("createMessage", scope=Scope.SEND_TEXTS)
def create_message(asked: Asked) -> Answer:
    """Posted at once, or kept as a draft."""
    values = jsonapi.given(asked)
    staff = acting(asked, values.get("individual-id"))
    talk = conversation_named(staff, jsonapi.id_of(values["channel-id"]))
    _check_ways(values.get("include-destinations", ()))
    read_by = values.get("auto-ack", "")
    if values.get("draft", False):
        kept = service.keep_back(staff, talk, values["message"], read_by=read_by)
        return Answer(201, jsonapi.document(shapes.draft(kept, talk.uuid, staff, [])))
    message = service.post(staff, talk, values["message"], read_by=read_by)
    return _one(asked, staff, message.uuid, status=201)


@face.operation("getMessage", scope=Scope.READ_TEXTS)
def get_message(asked: Asked) -> Answer:
    """A message, or a draft of one's own."""
    staff = acting(asked)
    if kept := queries.draft_named(staff, jsonapi.path_id(asked)):
        return _draft(asked, staff, kept)
    return _one(asked, staff, jsonapi.path_id(asked))


@face.operation("updateMessage", scope=Scope.SEND_TEXTS)
def update_message(asked: Asked) -> Answer:
    """A draft is edited, released, removed and restored. A posted message is removed while it has not left."""
    values = jsonapi.given(asked)
    staff = acting(asked, values.get("individual-id"))
    if kept := queries.draft_named(staff, jsonapi.path_id(asked)):
        talk = db.session.get_one(Conversation, kept.conversation_id)
        message = service.change_draft(staff, talk, kept, values)
        return _draft(asked, staff, kept) if message is None else _one(asked, staff, message.uuid)
    message, _talk = queries.message_named(staff, jsonapi.path_id(asked))
    if values.get("draft"):
        raise Refused(Why.STATE, "This message was posted. It is no draft any more.", code="posted")
    if "message" in values and values["message"] != message.body:
        raise Refused(Why.STATE, "This message was posted. Post a correction instead.", code="posted")
    if values.get("removed"):
        threads.undo(staff, message.id)
    elif values.get("removed") is False and message.status == "cancelled":
        raise Refused(Why.STATE, "This message was taken back and never left. Post it again.", code="removed")
    return _one(asked, staff, message.uuid)


@face.operation("acknowledgeMessage", scope=Scope.READ_TEXTS)
def acknowledge_message(asked: Asked) -> Answer:
    """Read up to here. Without `allow-past` a message before the last that was read is refused."""
    staff = acting(asked, asked.body.get("individual-id"))
    message, talk = queries.message_named(staff, jsonapi.path_id(asked))
    if not asked.body.get("allow-past", False) and message.id < queries.read_up_to(staff, talk):
        sentence = "A later message was acknowledged already. Send allow-past to pass over this."
        raise Refused(Why.STATE, sentence, code="already_acknowledged")
    service.acknowledge(staff, talk, message)
    return _one(asked, staff, message.uuid, status=201)


@face.operation("addReaction", scope=Scope.SEND_TEXTS)
def add_reaction(asked: Asked) -> Answer:
    """A sign for colleagues; families see none."""
    return _react(asked, wanted=True)


@face.operation("deleteReaction", scope=Scope.SEND_TEXTS)
def delete_reaction(asked: Asked) -> Answer:
    """Taken off again."""
    return _react(asked, wanted=False)


@face.operation("getReceipts", scope=Scope.READ_TEXTS)
def get_receipts(asked: Asked) -> Answer:
    """Who has read it and who has not; who keeps reading to themselves stands in neither list."""
    staff = acting(asked)
    message, talk = queries.message_named(staff, jsonapi.path_id(asked))
    readers = [each for each in queries.readers_of(talk) if not each.is_private]
    return Answer(
        body={
            "read": [shapes.receipt(each, message.id) for each in readers if each.has_read(message.id)],
            "unread": [shapes.receipt(each, message.id) for each in readers if not each.has_read(message.id)],
        }
    )


def _narrowed(asked: Asked, staff: Staff, talk: Conversation) -> Select[Any]:
    query = queries.message_rows(talk)
    query = query.where(*compared(queries.MOVED_AT, asked.query.get("filter[cmp-last-modified-time]"), "query"))
    query = query.where(*compared(Message.created_at, asked.query.get("filter[cmp-posted-time]"), "query"))
    for word in fold(asked.query.get("filter[text]") or "").split():
        query = query.where(Message.search_text.contains(word, autoescape=True))
    if (acknowledged := asked.query.get("acknowledged")) is not None:
        is_read = queries.is_acknowledged_by(staff, talk)
        query = query.where(is_read if acknowledged else not_(is_read))
    if user := asked.query.get("user-id"):
        query = query.where(Message.staff_id == colleague(staff, jsonapi.id_of(user)).id)
    return query


def _check_ways(ways: Iterable[str]) -> None:
    if not set(ways) <= set(WAYS):
        sentence = "A message goes to the phones of the channel: sms. Leave include-destinations out, or name that."
        raise Refused(Why.RULE, sentence, field="body/data/attributes/include-destinations")


def _react(asked: Asked, *, wanted: bool) -> Answer:
    staff = acting(asked, asked.body.get("individual-id"))
    message, _talk = queries.message_named(staff, jsonapi.path_id(asked))
    threads.react(staff, message.id, shapes.REACTIONS[asked.body["reaction-type"]], wanted=wanted)
    return _one(asked, staff, message.uuid, status=201)


def _draft(asked: Asked, staff: Staff, kept: MessageDraft) -> Answer:
    talk = db.session.get_one(Conversation, kept.conversation_id)
    shape = shapes.draft(kept, talk.uuid, staff, files_of(kept.uuid), phrases=asked.query.get("include-phrases", False))
    return Answer(body=jsonapi.document(shape))


def _one(asked: Asked, staff: Staff, uuid: UUID, *, status: int = 200) -> Answer:
    message, talk = queries.message_named(staff, uuid)
    (one,) = queries.posted(staff, talk, [message])
    store = file_store() if asked.query.get("thumbnail") else None
    return Answer(status, jsonapi.document(shapes.message(one, store=store, phrases=asked.query.get("include-phrases", False))))
