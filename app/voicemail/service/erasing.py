"""Messages of a caller who is to be forgotten."""

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.voicemail.models import Voicemail
from app.voicemail.service.receiving import touch


def erase_guardian(guardian_id: int) -> None:
    """There is nothing to hear or to read of them any more, and nobody has to look after them. Belongs into a transaction."""
    for row in db.session.scalars(select(Voicemail).where(Voicemail.guardian_id == guardian_id).with_for_update()).all():
        row.caller = row.name = row.children = row.preview = row.search_text = row.note = ""
        row.is_broken, row.done_at = True, row.done_at or now()
        touch(row)
    db.session.flush()
