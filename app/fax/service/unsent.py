"""Faxes that other systems asked for, called off before they leave."""

from sqlalchemy import select

from app.accounts.models import Bearer, Staff
from app.core.database import db, transaction
from app.delivery.errors import AlreadyLeft
from app.fax.errors import UnderHold
from app.fax.errors_sending import NotWaiting
from app.fax.models import Fax
from app.fax.queries_unsent import is_unsent
from app.fax.service import parts
from app.fax.service.looks import hold_in_outbox
from app.fax.service.ordering import put_away


def call_off(actor: Staff, bearer: Bearer, most: int) -> int:
    """So many; returns how many never leave. A fax under legal hold waits on, as its page says."""
    numbers = db.session.scalars(select(Fax.id).where(is_unsent(bearer), Fax.held_at.is_(None)).order_by(Fax.id).limit(most)).all()
    gone: list[str] = []
    done = 0
    for number in numbers:
        try:
            with transaction():
                fax = hold_in_outbox(number)
                if db.session.scalar(select(Fax.id).where(Fax.id == number, is_unsent(bearer))) is None:
                    continue
                gone += put_away(actor, fax)
        except (AlreadyLeft, NotWaiting, UnderHold):
            continue
        done += 1
    parts.throw_away(gone)
    return done
