"""A system that is let in no more begins nothing more."""

from app.accounts.events import BearerRemoved
from app.accounts.models import Bearer, Staff
from app.api.common_services.service.announcements import call_off_all
from app.core.database import db
from app.core.events import within


@within(BearerRemoved)
def call_off(fact: BearerRemoved) -> None:
    """What it announced for later; its texts end one by one when their time comes, each told as failed."""
    bearer = db.session.get_one(Bearer, fact.bearer_id)
    call_off_all(bearer.id, db.session.get_one(Staff, bearer.staff_id))
