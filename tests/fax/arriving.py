"""A school's fax number, a carrier that has documents, and a worker that fetches and draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.carrier.faxes import CarrierFax, CarrierFaxStatus
from app.carrier.gateway import CarrierRefused, CarrierUnreachable, MediaRefused
from app.core.clock import now
from app.core.database import db
from app.directory.models import PhoneNumber
from app.fax import paperwork
from app.fax.models import Fax, FaxPage
from tests.carrier.fax_news import CLINIC, came, telnyx_calls


@dataclass
class Tray:
    """A carrier's documents, by their ids."""

    files: dict[str, bytes] = field(default_factory=dict)
    untold: list[CarrierFax] = field(default_factory=list)
    is_away: bool = False
    is_too_big: bool = False
    fetched: list[str] = field(default_factory=list)

    def fetch(self, provider_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        self.fetched.append(provider_id)
        if self.is_away:
            raise CarrierUnreachable("away")
        if self.is_too_big:
            raise MediaRefused("too big", is_too_big=True)
        if provider_id not in self.files:
            raise CarrierRefused("10007")
        into.write(self.files[provider_id][:most_bytes])
        return "image/tiff"

    def find_received(self, *, since: datetime) -> Sequence[CarrierFax]:
        if self.is_away:
            raise CarrierUnreachable("away")
        return [fax for fax in self.untold if fax.created_at >= since]


@dataclass
class Office:
    """What arrives, and one turn of the worker at a time."""

    app: Flask
    client: FlaskClient
    tray: Tray
    number: PhoneNumber

    def arrive(self, document: bytes | None, number: int = 1, **told) -> Fax:
        """A fax comes, as the carrier tells it; its document is at the carrier."""
        provider_id = f"fax-{number:04}"
        if document is not None:
            self.tray.files[provider_id] = document
        assert self.tell(provider_id, **told) == 204
        return db.session.scalars(select(Fax).where(Fax.provider_id == provider_id)).one()

    def tell(self, provider_id: str, **told) -> int:
        payload = {"fax_id": provider_id, "to": self.number.address, "from": CLINIC, "page_count": None} | told
        return telnyx_calls(self.client, came(**payload)).status_code

    def work(self) -> None:
        """One turn of the worker."""
        db.session.commit()
        with self.app.app_context():
            paperwork.turn()
        db.session.expire_all()

    @staticmethod
    def pages_of(fax: Fax) -> list[FaxPage]:
        return list(db.session.scalars(select(FaxPage).where(FaxPage.fax_id == fax.id).order_by(FaxPage.number)))


def untold(provider_id: str, to: str, sender: str = CLINIC) -> CarrierFax:
    """A fax of which no word came."""
    return CarrierFax(provider_id, is_inbound=True, to=to, sender=sender, status=CarrierFaxStatus.RECEIVED, created_at=now(), pages=1)
