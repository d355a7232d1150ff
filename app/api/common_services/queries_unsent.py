"""What a bearer asked for and no worker has taken up: texts for later, and announcements whose pictures are being fetched."""

from sqlalchemy import ColumnElement, and_, func, select, text, union_all

from app.accounts.models import Bearer
from app.accounts.unsent import Kind, Unsent, beginning
from app.announcements.models import Announcement
from app.api.common_services.models import FILES_TO_BE_TAKEN, TO_BE_TAKEN, WORDS_TO_BE_TAKEN, ClientAnnouncement, ClientMessage
from app.core.database import db
from app.core.phone_numbers import for_people


def texts_of(bearer: Bearer) -> ColumnElement[bool]:
    """The condition on `ClientMessage`."""
    waits = (
        select(ClientMessage.id).where(text(each), ClientMessage.bearer_id == bearer.id) for each in (WORDS_TO_BE_TAKEN, FILES_TO_BE_TAKEN)
    )
    return and_(ClientMessage.id.in_(union_all(*waits)), ClientMessage.is_inbound.is_(False))


def announcements_of(bearer: Bearer) -> ColumnElement[bool]:
    """The condition on `ClientAnnouncement`."""
    return and_(text(f"client_announcements.{TO_BE_TAKEN}"), ClientAnnouncement.bearer_id == bearer.id)


def count_texts(bearer: Bearer) -> int:
    """How many."""
    return db.session.scalar(select(func.count(ClientMessage.id)).where(texts_of(bearer))) or 0


def first_texts(bearer: Bearer, most: int) -> list[Unsent]:
    """To whom, and how they begin."""
    columns = ClientMessage.receiver, ClientMessage.body, ClientMessage.send_at
    rows = db.session.execute(select(*columns).where(texts_of(bearer)).order_by(ClientMessage.due_at, ClientMessage.id).limit(most))
    return [Unsent(Kind.TEXT, f"{for_people(receiver)}: {beginning(body)}", at) for receiver, body, at in rows]


def count_announcements(bearer: Bearer) -> int:
    """How many."""
    return db.session.scalar(select(func.count(ClientAnnouncement.announcement_id)).where(announcements_of(bearer))) or 0


def first_announcements(bearer: Bearer, most: int) -> list[Unsent]:
    """By their titles."""
    titles = select(Announcement.title, Announcement.scheduled_for).join(ClientAnnouncement)
    rows = db.session.execute(titles.where(announcements_of(bearer)).order_by(Announcement.id).limit(most))
    return [Unsent(Kind.ANNOUNCEMENT, title, at) for title, at in rows]
