"""Messages that somebody wants to find again."""

from uuid import UUID

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.models import Bookmark
from app.api.courier.queries import bookmarks as queries
from app.api.courier.queries.channels import conversation_named
from app.api.courier.queries.messages import message_named
from app.api.courier.queries.organizations import school_id_of
from app.api.courier.service.bookmarks import bookmark
from app.api.courier.shapes import bookmarks as shapes
from app.api.refusals import Refused, Why
from app.conversations.models import Conversation


@face.operation("listBookmarks", scope=Scope.READ_TEXTS)
def list_bookmarks(asked: Asked) -> Answer:
    """The caller's own, newest first."""
    staff = acting(asked)
    query = queries.bookmark_rows(staff)
    school_id = school_id_of(staff, jsonapi.id_of(asked.query["organization-id"]))
    if school_id is not None:
        query = query.where(Conversation.school_id == school_id)
    if channel := asked.query.get("filter[channel-id]"):
        query = query.where(Bookmark.conversation_id == conversation_named(staff, jsonapi.id_of(channel)).id)
    found, total = jsonapi.page_of(asked, query)
    return Answer(body=jsonapi.listing([shapes.bookmark(*row, by=staff.uuid) for row in found], asked, total))


@face.operation("createBookmark", scope=Scope.READ_TEXTS)
def create_bookmark(asked: Asked) -> Answer:
    """Of one channel there is one, unless several are wanted."""
    staff, values = acting(asked), jsonapi.given(asked)
    message, talk = message_named(staff, jsonapi.id_of(values["message-id"]))
    if talk.uuid != jsonapi.id_of(values["channel-id"]):
        raise Refused(Why.RULE, "This message is of another channel.", field="body/data/attributes/channel-id")
    made = bookmark(staff, message, replaces=not values.get("allow-multi-message", False))
    return _one(staff, made.uuid, status=201)


@face.operation("getBookmark", scope=Scope.READ_TEXTS)
def get_bookmark(asked: Asked) -> Answer:
    """One of the caller's own."""
    return _one(acting(asked), jsonapi.path_id(asked))


def _one(staff: Staff, uuid: UUID, *, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(shapes.bookmark(*queries.bookmark_named(staff, uuid), by=staff.uuid)))
