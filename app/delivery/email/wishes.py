"""The link in each email by which its reader stops the emails, or has them again, and what follows from it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select

from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db
from app.core.signed_links import BadLink
from app.delivery.email.content import contents_of
from app.delivery.models import EMAIL, Delivery
from app.directory import queries as directory
from app.directory.models import EMAILS, ConsentKind, ConsentSource, ContactPoint, Guardian
from app.directory.service import record_consent

PURPOSE = "email-wish"
LIFETIME = timedelta(days=5 * 365)
"""An old email must still let its reader go."""
PATH = "/emails"


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose link it is."""

    district_id: int
    address: str
    sender: str
    language: str
    has_stopped: bool

    @property
    def shown_address(self) -> str:
        """Enough to recognise one's own: who was forwarded the email learns no more."""
        local, _, domain = self.address.rpartition("@")
        return f"{local[:2]}…@{domain}"


def wish_url(app: Flask, delivery_uuid: UUID | str) -> str:
    """The link of one email."""
    settings: Settings = app.extensions["settings"]
    token = signed_links.sign(settings.secret_key, PURPOSE, UUID(str(delivery_uuid)).hex, now() + LIFETIME)
    return f"{settings.public_url.rstrip('/')}{PATH}/{token}"


def open_link(token: str) -> Visit:
    """Whose link it is, and what holds now. Raises BadLink or ExpiredLink."""
    settings: Settings = current_app.extensions["settings"]
    subject = signed_links.read(settings.secret_key, PURPOSE, token, now())
    row = db.session.execute(
        select(Delivery.district_id, Delivery.address, Delivery.content_id, Guardian.language)
        .outerjoin(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .where(Delivery.uuid == UUID(subject), Delivery.channel == EMAIL)
    ).one_or_none()
    if row is None:
        raise BadLink
    content = contents_of({row.content_id: row.district_id})[row.content_id]
    has_stopped = directory.has_opted_out(row.district_id, row.address, EMAILS)
    return Visit(row.district_id, row.address, content.sender, row.language or content.language, has_stopped)


def stop(token: str) -> None:
    """No more emails to this address. Twice is once. Raises BadLink or ExpiredLink."""
    _record(token, ConsentKind.OPTED_OUT)


def have_again(token: str) -> None:
    """Emails again. Raises BadLink or ExpiredLink."""
    _record(token, ConsentKind.OPTED_IN)


def _record(token: str, kind: ConsentKind) -> None:
    visit = open_link(token)
    if (kind == ConsentKind.OPTED_OUT) != visit.has_stopped:
        record_consent(visit.district_id, visit.address, EMAILS, kind, ConsentSource.WEB)
