"""The same words into many channels: announcements, with a plan, an approval where the role asks for one, and the pace of the numbers."""

from typing import Any

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.announcements import service as announcements
from app.announcements.models import Announcement, AnnouncementState
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.models import BulkMessage
from app.api.courier.operations.messaging_channels import by_language
from app.api.courier.queries import broadcasts as queries
from app.api.courier.queries import people
from app.api.courier.queries.organizations import homes_of, uuid_of
from app.api.courier.service import broadcasts as service
from app.api.courier.service.audiences import these
from app.api.courier.service.broadcasts import Words
from app.api.courier.shapes import broadcasts as shapes
from app.api.refusals import Refused, Why
from app.core.errors import HomeroomError


@face.operation("listBulkMessages", scope=Scope.ANNOUNCE)
def list_bulk_messages(asked: Asked) -> Answer:
    """Those that are kept back; posted ones where that is wanted."""
    staff = acting(asked)
    query = queries.bulk_rows(staff)
    if not asked.query.get("include-posted", False):
        query = query.where(Announcement.state == AnnouncementState.DRAFT)
    if author := asked.query.get("filter[created-by]"):
        query = query.where(BulkMessage.created_by_id == people.colleague(staff, jsonapi.id_of(author)).id)
    found, total = jsonapi.page_of(asked, query)
    homes = homes_of(staff.district_id, {announcement.school_id for _row, announcement, _by in found})
    shown = [shapes.bulk(row, announcement, by, homes[announcement.school_id]) for row, announcement, by in found]
    return Answer(body=jsonapi.listing(shown, asked, total))


@face.operation("createBulkMessage", scope=Scope.ANNOUNCE)
def create_bulk_message(asked: Asked) -> Answer:
    """Posted at once, or kept as a draft. What is refused leaves nothing behind."""
    values = jsonapi.given(asked)
    staff = acting(asked, values.get("sender-individual-id"))
    _check_auto_ack(values)
    words = _words(staff, values, None)
    groups = jsonapi.ids_of(values.get("individual-group-ids"))
    individuals = jsonapi.ids_of(values.get("individual-ids"))
    sections, saved = people.groups(staff, groups)
    sender = jsonapi.id_or_none(values.get("sender-individual-group-id"))
    ids = {
        "individual_ids": [str(each) for each in individuals],
        "group_ids": [str(each) for each in groups],
        "sender_group_id": jsonapi.text_of(sender),
    }
    chosen = these(staff, people.named(staff, individuals), sections, saved)
    school_id = people.group(staff, sender).school_id if sender else None
    opens = values.get("auto-create-channel", True)
    bulk = service.keep_bulk(staff, words, chosen, school_id=school_id, ids=ids, opens_channels=opens)
    if not values.get("draft", False):
        try:
            service.post_bulk(staff, bulk, confirmed=confirmed(asked))
        except (HomeroomError, Refused):
            announcements.discard(staff, bulk.announcement_id)
            raise
    return _one(staff, bulk, status=201)


@face.operation("getBulkMessage", scope=Scope.ANNOUNCE)
def get_bulk_message(asked: Asked) -> Answer:
    """One."""
    staff = acting(asked)
    return _one(staff, queries.bulk_named(staff, jsonapi.path_id(asked))[0])


@face.operation("updateBulkMessage", scope=Scope.ANNOUNCE)
def update_bulk_message(asked: Asked) -> Answer:
    """Other words for a draft, which is posted by clearing `draft`."""
    values = jsonapi.given(asked)
    staff = acting(asked)
    bulk, announcement, author = queries.bulk_named(staff, jsonapi.path_id(asked))
    if author.id != staff.id:
        raise Refused(Why.NOT_ALLOWED, "Only who wrote a bulk message changes it, because it reaches whom its author reaches.")
    if announcement.state != AnnouncementState.DRAFT:
        raise Refused(Why.STATE, "This bulk message was posted. Post a correction instead.", code="posted")
    if "message" in values or "message-js" in values:
        service.reword_bulk(staff, bulk, _words(staff, values, bulk))
    if values.get("draft") is False:
        service.post_bulk(staff, bulk, confirmed=confirmed(asked))
    return _one(staff, bulk)


def confirmed(asked: Asked) -> str | None:
    """The name that is typed where far more people than usual are written to: `meta.confirm`."""
    name = (asked.body.get("meta") or {}).get("confirm")
    return name if isinstance(name, str) else None


def _words(staff: Staff, values: dict[str, Any], before: BulkMessage | None) -> Words:
    """By language. `message` is in the writer's; words by locale come beside it, or alone."""
    message = values.get("message", before.message if before else None)
    by_locale: dict[str, str] = values.get("message-js") or (before.by_locale if before and "message" not in values else {})
    spoken = by_language(by_locale)
    if message and message.strip():
        spoken = {staff.language: message, **{language: words for language, words in spoken.items() if language != staff.language}}
    if not spoken:
        raise Refused(Why.RULE, "Write a message.", code="nothing_to_send", field="body/data/attributes/message")
    return Words(spoken, message, by_locale)


def _check_auto_ack(values: dict[str, Any]) -> None:
    if values.get("auto-ack", ""):
        sentence = "A bulk message is read by its author alone at once. Leave auto-ack empty."
        raise Refused(Why.RULE, sentence, field="body/data/attributes/auto-ack")


def _one(staff: Staff, bulk: BulkMessage, *, status: int = 200) -> Answer:
    row, announcement, author = queries.bulk_named(staff, bulk.uuid)
    organization = uuid_of(row.district_id, announcement.school_id)
    return Answer(status, jsonapi.document(shapes.bulk(row, announcement, author, organization)))
