"""Addresses of files of faxes that open for 12 hours, for the person whose page shows them."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app

from app.accounts.models import Staff
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.errors import NotVisible
from app.core.files import check_key
from app.core.ids import row_number

PURPOSE = "fax"
OPEN_FOR = timedelta(hours=12)


class Opened(NamedTuple):
    """What an address is good for."""

    fax_id: int
    key: str


def open_until() -> datetime:
    """When addresses of now end: the same for an hour, so that browsers keep what they fetched, and pages what they printed."""
    return signed_links.steady_expiry(now(), OPEN_FOR)


def link(fax_id: int, key: str, staff_id: int, until: datetime | None = None) -> str:
    """The address of a stored file of a fax (a page's picture, a thumbnail), for this person's own session."""
    settings: Settings = current_app.extensions["settings"]
    return f"/fax/files/{signed_links.sign(settings.secret_key, PURPOSE, f'{fax_id}/{staff_id}/{key}', until or open_until())}"


def read(token: str, staff: Staff) -> Opened:
    """What an address opens. Raises NotVisible for what is not one's own, ExpiredLink for one's own that is old."""
    settings: Settings = current_app.extensions["settings"]
    fax_id, _slash, rest = signed_links.subject_of(settings.secret_key, PURPOSE, token).partition("/")
    holder, _slash, key = rest.partition("/")
    if holder != str(staff.id):
        raise NotVisible
    signed_links.read(settings.secret_key, PURPOSE, token, now())
    return Opened(row_number(fax_id), check_key(key))
