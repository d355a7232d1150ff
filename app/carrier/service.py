"""Keeping what the carrier says, once: a repeated webhook changes nothing."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from app.carrier.calls import STATUSES
from app.carrier.events import CallMoved, InboundTextRecorded
from app.carrier.forms import CallForm, InboundForm
from app.carrier.models import CarrierCallback, InboundText
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.prepared import Prepared
from app.directory.models import PhoneNumber


class NotOurNumber(NotVisible):
    """A text came for a number that no district has."""


def record_inbound(form: InboundForm) -> InboundText:
    """Keep a text that arrived; a repetition gives the first row. Raises NotOurNumber."""
    try:
        with transaction() as events:
            known = _known(form.provider_id)
            if known is not None:
                return known
            number = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == form.to))
            if number is None:
                raise NotOurNumber
            text = InboundText(
                provider_id=form.provider_id, district_id=number.district_id, phone_number_id=number.id, sender=form.sender,
                body=form.body, media=form.media, opt_out_type=form.opt_out_type,
            )  # fmt: skip
            db.session.add(text)
            db.session.flush()
            events.append(InboundTextRecorded(text.id, number.district_id))
            return text
    except IntegrityError:
        known = _known(form.provider_id)  # the same webhook, at the same moment, in another process
        if known is None:
            raise
        return known


def record_call_news(form: CallForm) -> None:
    """Tell the house how far a call is, in the commit that notes the news. A repetition, or a word we do not know, changes nothing."""
    status = STATUSES.get(form.status)
    with transaction() as events:
        fields = {"AnsweredBy": form.answered_by} if form.answered_by else {}
        is_new = is_news(form.provider_id, form.status, form.reference, fields, error_code=form.error_code)
        if is_new and status is not None:
            events.append(
                CallMoved(form.provider_id, form.reference, status, form.answered_by, form.error_code, form.seconds, form.parent_id)
            )


def is_news(provider_id: str, word: str, reference: str | None, fields: dict[str, str], *, error_code: str | None = None) -> bool:
    """Note what the carrier says within the open transaction, as applied in it. False if it was said before."""
    moment = now()
    row = {
        "provider_id": provider_id, "status": word, "error_code": error_code, "reference": reference, "fields": fields,
        "received_at": moment, "applied_at": moment,
    }  # fmt: skip
    return bool(_note(db.engine.dialect.name).rows({f"new_{name}": value for name, value in row.items()}))


@cache
def _note(dialect: str) -> Prepared:
    insert = postgresql.insert(CarrierCallback) if dialect == "postgresql" else sqlite.insert(CarrierCallback)
    noted = ("provider_id", "status", "error_code", "reference", "fields", "received_at", "applied_at")
    column = CarrierCallback.__table__.c
    values = {name: bindparam(f"new_{name}", type_=column[name].type) for name in noted}
    return Prepared(insert.values(values).on_conflict_do_nothing().returning(column.id))


def references_of(provider_ids: Sequence[str]) -> dict[str, str]:
    """Under which of our references the carrier has told of these, where it has."""
    told = select(CarrierCallback.provider_id, CarrierCallback.reference).where(
        CarrierCallback.provider_id.in_(provider_ids), CarrierCallback.reference.is_not(None)
    )
    return {row.provider_id: row.reference for row in db.session.execute(told)} if provider_ids else {}


def _known(provider_id: str) -> InboundText | None:
    return db.session.scalar(select(InboundText).where(InboundText.provider_id == provider_id))


def forget_texts(inbound_text_ids: Sequence[int]) -> None:
    """Whoever wrote these is to be forgotten: that a text came stays. Belongs into a transaction."""
    words = update(InboundText).where(InboundText.id.in_(inbound_text_ids)).values(body="", media=[], sender="")
    db.session.execute(words.execution_options(synchronize_session=False))
