"""Conversations."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.refusals import Refused, Why
from app.api.ringplan.company import Company, company_of
from app.api.ringplan.face import face
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import contacts, conversations, messages, numbers
from app.api.ringplan.queries.conversations import Listed
from app.api.ringplan.service import texting
from app.api.ringplan.shapes.texting import conversation
from app.api.ringplan.writing import told_number
from app.conversations import service as threads
from app.conversations.models import MessageKind
from app.conversations.queries_search import Wanted, search_messages
from app.core.errors import NotVisible


@face.operation("listConversations", scope=Scope.READ_TEXTS)
def list_conversations(asked: Asked) -> Answer:
    """Those that the acting user sees."""
    page, size = asked.query["page"], asked.query["per_page"]
    listed, total = conversations.page_of(asked.staff, page=page, size=size)
    return paged(_shown(company_of(asked.staff), listed), total, page=page, size=size)


@face.operation("searchConversations", scope=Scope.READ_TEXTS)
def search_conversations(asked: Asked) -> Answer:
    """Those with a message that has every word; the newest such message stands in the place of the last one."""
    words = asked.query.get("text", "")
    hits = search_messages(asked.staff, Wanted(words)).rows if words.strip() else []
    newest: dict[int, int] = {}
    for hit in hits:
        if hit.kind in {MessageKind.INBOUND, MessageKind.OUTBOUND}:
            newest.setdefault(hit.conversation_id, hit.id)
    listed = conversations.these(asked.staff, list(newest))
    found = messages.these([newest[each.row.id] for each in listed], of=listed)
    company = company_of(asked.staff)
    shown = [(each, found.get(newest[each.row.id])) for each in listed]
    return Answer(body=[conversation(each, said, company) for each, said in shown if said is not None])


@face.operation("createConversation", scope=Scope.SEND_TEXTS)
def create_conversation(asked: Asked) -> Answer:
    """The one that these two have, or a new one."""
    staff, said = asked.staff, asked.body
    number = numbers.usable(staff, told_number(said["from_number"], field="body/from_number"))
    if number is None:
        sentence = "The acting user does not write from this number. GET /texting/numbers lists those that are theirs."
        raise Refused(Why.RULE, sentence, field="body/from_number")
    try:
        point = contacts.named(staff, said["contact_id"])
    except NotVisible as error:
        raise Refused(Why.RULE, "There is no such contact within reach of the acting user.", field="body/contact_id") from error
    talk, is_new = texting.begin(staff, point, number)
    [shown] = _shown(company_of(staff), conversations.these(staff, [talk.id]))
    return Answer(201 if is_new else 200, shown)


@face.operation("deleteConversation", scope=Scope.SEND_TEXTS)
def delete_conversation(asked: Asked) -> Answer:
    """Out of all lists, until the family writes again."""
    threads.delete(asked.staff, conversations.named(asked.staff, asked.path["conversation_id"]))
    return Answer(204)


def _shown(company: Company, listed: list[Listed]) -> list[dict[str, object]]:
    last = messages.these([each.last_id for each in listed if each.last_id], of=listed)
    return [conversation(each, messages.as_read(last.get(each.last_id or 0), unread=each.unread), company) for each in listed]
