"""The link by which a fax is opened without an account: signed, for a week, and it can be ended before."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from app.accounts.service import audit
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db, transaction
from app.core.signed_links import BadLink, ExpiredLink
from app.directory.models import District, School
from app.fax.models import Fax, FaxForward, ForwardWay

PATH = "/fax-link"
PURPOSE, OPENED = "fax-forward", "fax-forward-opened"
LIFETIME = timedelta(days=7)
OPEN_FOR = timedelta(hours=1)
"""After it the button is pressed again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Whose link it is, and what it opens."""

    forward: FaxForward
    fax: Fax
    sender: str
    """The school's name, or the district's."""
    zone: str

    @property
    def is_as_forwarded(self) -> bool:
        """Whether the fax still is what was forwarded. One that is sent can be taken back and changed: that is nobody's who has a link."""
        return self.fax.is_inbound or self.forward.made_of == self.fax.document_key


def address_of(forward: FaxForward) -> str:
    """The whole address, for the email. Whoever has it can open the fax: it is never logged."""
    if forward.expires_at is None:
        message = "a link needs its end"
        raise ValueError(message)
    settings = _settings()
    token = signed_links.sign(settings.secret_key, PURPOSE, forward.uuid.hex, forward.expires_at)
    return f"{settings.public_url.rstrip('/')}{PATH}/{token}"


def visit(token: str) -> Visit:
    """What a link opens. Raises BadLink or ExpiredLink."""
    return _visit(signed_links.read(_settings().secret_key, PURPOSE, token, now()))


def open_once(token: str) -> str:
    """Somebody pressed the button: note it, and give the pass that shows the pages for an hour. Raises BadLink or ExpiredLink.

    Programs that look at every link of an email press no buttons, so that what is noted is a person.
    """
    found = visit(token)
    with transaction():
        forward = db.session.get_one(FaxForward, found.forward.id, populate_existing=True, with_for_update=True)
        forward.opened_at = forward.opened_at or now()
        audit("fax.link_opened", found.fax, {"name": found.fax.name or found.fax.address, "to": forward.address})
    return signed_links.sign(_settings().secret_key, OPENED, forward.uuid.hex, now() + OPEN_FOR)


def note_download(found: Visit) -> None:
    """Somebody has the file from now on."""
    with transaction():
        audit("fax.link_downloaded", found.fax, {"name": found.fax.name or found.fax.address, "to": found.forward.address})


def visit_with_pass(token: str, opened: str) -> Visit:
    """The same for who pressed it within the hour. Raises BadLink or ExpiredLink."""
    found = visit(token)
    if signed_links.read(_settings().secret_key, OPENED, opened, now()) != found.forward.uuid.hex:
        raise BadLink
    return found


def _visit(subject: str) -> Visit:
    row = db.session.execute(
        select(FaxForward, Fax, School, District)
        .join(Fax, Fax.id == FaxForward.fax_id)
        .join(District, District.id == Fax.district_id)
        .outerjoin(School, School.id == Fax.school_id)
        .where(FaxForward.uuid == UUID(subject), FaxForward.way == ForwardWay.LINK)
    ).one_or_none()
    if row is None:
        raise BadLink
    forward, fax, school, district = row
    if not forward.is_open or fax.deleted_at is not None or forward.document_key is None:
        raise ExpiredLink
    house: School | District = district if fax.school_id is None else school
    return Visit(forward, fax, house.name, house.time_zone)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
