"""Announcements to numbers."""

from uuid import UUID

from app.accounts.scopes import Scope
from app.announcements.models import Announcement
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services import queries_announcements as queries
from app.api.common_services.face import face
from app.api.common_services.operations.messages import moment_in
from app.api.common_services.operations.told import told
from app.api.common_services.paging import paged
from app.api.common_services.service import announcements as service
from app.core.database import db


@face.operation("createAnnouncement", scope=Scope.ANNOUNCE)
@told
def create_announcement(asked: Asked) -> Answer:
    """Now, or at its time."""
    body = asked.body["announcement"]
    wish = service.Wish(
        is_voice=body["announcement_type"] == "voice", body=body["message_body"], numbers=body["recipient_numbers"],
        customer=body["global_customer_id"], media_urls=body.get("media_urls", ()), sid=body.get("messaging_service_sid"),
        callback_url=body.get("callback_url"), send_at=moment_in(body, "send_at"),
    )  # fmt: skip
    made = db.session.get_one(Announcement, service.create(asked.caller, wish))
    return Answer(201, queries.announcement_shown(queries.announcement_of(asked.caller, made.uuid)))


@face.operation("listAnnouncements", scope=Scope.ANNOUNCE)
@told
def list_announcements(asked: Asked) -> Answer:
    """Newest first."""
    return paged(asked, queries.announcements_shown(asked.caller, page=asked.query["page"], per_page=asked.query["per_page"]))


@face.operation("getAnnouncement", scope=Scope.ANNOUNCE)
@told
def get_announcement(asked: Asked) -> Answer:
    """With its counts."""
    return Answer(200, queries.announcement_shown(queries.announcement_of(asked.caller, UUID(asked.path["uuid"]))))


@face.operation("cancelAnnouncement", scope=Scope.ANNOUNCE)
@told
def cancel_announcement(asked: Asked) -> Answer:
    """While nobody was written to."""
    service.cancel(asked.caller, UUID(asked.path["uuid"]))
    return Answer(204)


@face.operation("listAnnouncementRecipients", scope=Scope.ANNOUNCE)
@told
def list_recipients(asked: Asked) -> Answer:
    """What became of each number."""
    found = queries.announcement_of(asked.caller, UUID(asked.path["uuid"]))
    return paged(asked, queries.recipients_shown(found, page=asked.query["page"], per_page=asked.query["per_page"]))
