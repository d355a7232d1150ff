"""Hands faxes over."""

from datetime import datetime

import structlog
from flask import Flask

from app.carrier.fax_choice import faxes_of
from app.carrier.fax_codes import FaxCode
from app.carrier.faxes import OutboundFax
from app.config import Settings
from app.core.database import db
from app.core.events import Event
from app.delivery.clerk import outcome_of
from app.delivery.fax import placing
from app.delivery.fax.content import FaxContent, content_of
from app.delivery.lines import Kind, LineClerk
from app.delivery.models import FAX_ON_THE_LINE, WAITING_FAX
from app.delivery.parcels import NotTried, Outcome, Parcel, Postponed, Refused, Result

log = structlog.get_logger()

FAXES = Kind("faxes", WAITING_FAX, FAX_ON_THE_LINE, placing.note_faxes)


class Faxer(LineClerk):
    """Of faxes."""

    def __init__(self, app: Flask) -> None:
        """Build it; nothing runs yet."""
        settings: Settings = app.extensions["settings"]
        super().__init__(app, FAXES, most=settings.faxes_at_once)

    def _get_ready(self) -> None:
        faxes_of(self._app)

    def _record(self, done: list[Result], stale: list[Parcel], events: list[Event], at: datetime) -> None:
        placing.record(done, stale, events, at)

    def _hand_over(self, parcel: Parcel) -> Outcome:
        """Give one to the carrier. Runs in a thread of the hand, without a transaction, and never raises."""
        if not self._has_time(parcel):
            return NotTried()
        try:
            carrier, content = faxes_of(self._app), self._content(parcel)
        except Exception:
            log.exception("fax.not_handed_over", delivery_id=parcel.id)
            return Postponed(None, is_away=False)
        if carrier is None:
            return Refused(FaxCode.NO_LINE, FaxCode.NO_LINE)
        if not content.urls:
            return Refused(FaxCode.BAD_DOCUMENT, FaxCode.BAD_DOCUMENT)
        fax = OutboundFax(parcel.to, parcel.sender, content.urls[0], parcel.reference, content.is_fine, content.station)
        return outcome_of(lambda: carrier.send(fax), parcel, lost="fax.answer_lost")

    def _content(self, parcel: Parcel) -> FaxContent:
        with self._app.app_context():
            try:
                return content_of(parcel.row.content_id)
            finally:
                db.session.remove()
