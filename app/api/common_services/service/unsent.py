"""What a bearer asked for and no worker has taken up, called off by an admin: either this, or a worker takes it."""

from sqlalchemy import select, update

from app.accounts.models import Bearer, Staff
from app.announcements.service import withdraw
from app.api.common_services.models import ClientAnnouncement, ClientMessage, Taking
from app.api.common_services.queries_unsent import announcements_of, texts_of
from app.api.common_services.service import lines
from app.api.common_services.webhooks import tell_message
from app.core.database import db, transaction


def call_off_texts(_actor: Staff, bearer: Bearer, most: int) -> int:
    """So many, the next first; each is told as cancelled. Returns how many."""
    with transaction():
        first = select(ClientMessage.id).where(texts_of(bearer)).order_by(ClientMessage.id).limit(most).with_for_update()
        numbers = db.session.scalars(first).all()
        done = lines.end(ClientMessage.id.in_(numbers), state=Taking.CANCELLED)
        for number in done:
            tell_message(number)
    return len(done)


def call_off_announcements(_actor: Staff, bearer: Bearer, most: int) -> int:
    """The same of announcements that are not whole yet, which then are no drafts of the pages either."""
    with transaction():
        first = select(ClientAnnouncement.announcement_id).where(announcements_of(bearer)).limit(most).with_for_update()
        numbers = db.session.scalars(first).all()
        waits = ClientAnnouncement.announcement_id.in_(numbers), ClientAnnouncement.state == Taking.WAITING
        called_off = update(ClientAnnouncement).where(*waits).values(state=Taking.CANCELLED).returning(ClientAnnouncement.announcement_id)
        done = sorted(db.session.scalars(called_off.execution_options(synchronize_session=False)))
        for number in done:
            withdraw(number)
    return len(done)
