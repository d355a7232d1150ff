"""The inbox: searched, and counted for its header."""

from typing import Any

from sqlalchemy import Select, not_

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.comparators import compared
from app.api.courier.face import face
from app.api.courier.queries import people
from app.api.courier.queries.channels import channel_rows, channels, is_bookmarked_by, is_of_group, page_of
from app.api.courier.queries.counts import summary_of
from app.api.courier.queries.inbox import is_of_type, ordered
from app.api.courier.queries.organizations import school_id_of
from app.api.courier.shapes import channels as shapes
from app.api.courier.shapes.people import individual
from app.api.refusals import Refused, Why
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationState
from app.conversations.queries_search import says


@face.operation("searchConversations", scope=Scope.READ_TEXTS)
def search_conversations(asked: Asked) -> Answer:
    """Channels by their words, state, bookmarks and kind; what moved last comes first unless another order is wanted."""
    staff = acting(asked)
    query = _narrowed(asked, staff, channel_rows(staff))
    for order in (*ordered(staff, asked.query.get("sort") or ()), Conversation.last_message_id.desc(), Conversation.id.desc()):
        query = query.order_by(order)
    found, total = page_of(asked, query)
    by_group = asked.query.get("use-group-name", True)
    shown = [shapes.channel(each, use_group_name=by_group) for each in channels(staff, found)]
    return Answer(body=jsonapi.listing(shown, asked, total))


@face.operation("getCommunicationSummary", scope=Scope.READ_TEXTS)
def get_communication_summary(asked: Asked) -> Answer:
    """Counted now."""
    found = summary_of(acting(asked), with_senders=asked.query.get("include-senders", False))
    summary = {
        "message-senders": [{"count": number, "individual-id": str(uuid)} for uuid, number in found.by_sender],
        "message-types": [{"count": number, "message-type": kind} for kind, number in found.by_kind.items()],
        "messages": found.messages,
        "notifications": found.notifications,
        "provider-messages": found.mentions,
        "video-channels": found.video_channels,
    }
    return Answer(body={"summary": summary})


@face.operation("recalculateCommunicationSummary", scope=Scope.READ_TEXTS)
def recalculate_communication_summary(asked: Asked) -> Answer:
    """Count anew what one person has not read."""
    person = people.individual(acting(asked), jsonapi.path_id(asked))
    if not isinstance(person, Staff):
        raise Refused(Why.RULE, "Only people of the staff have an inbox here.", code="no_inbox")
    threads.count_again(acting(asked, person.uuid))
    return Answer(201, jsonapi.document(individual(person)))


def _narrowed(asked: Asked, staff: Staff, query: Select[Any]) -> Select[Any]:
    query = query.where(*compared(Conversation.last_message_at, asked.query.get("filter[cmp-last-modified-time]"), "query"))
    if (archived := asked.query.get("filter[archived]")) is not None:
        is_put_away = Conversation.state == ConversationState.DONE
        query = query.where(is_put_away if archived else not_(is_put_away))
    if (bookmarked := asked.query.get("filter[bookmarked]")) is not None:
        query = query.where(is_bookmarked_by(staff) if bookmarked else not_(is_bookmarked_by(staff)))
    if group := asked.query.get("filter[individual-group-id]"):
        query = query.where(is_of_group(people.group(staff, jsonapi.id_of(group))))
    if organization := asked.query.get("organization-id"):
        school_id = school_id_of(staff, jsonapi.id_of(organization))
        query = query if school_id is None else query.where(Conversation.school_id == school_id)
    if words := (asked.query.get("filter[text]") or "").strip():
        query = query.where(says(words))
    if kind := asked.query.get("filter[type]"):
        query = query.where(is_of_type(kind))
    return query
