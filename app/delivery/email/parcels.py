"""An email in the hands of a dispatcher, and what else than with a text may come of handing it over."""

from dataclasses import dataclass

from app.delivery.email.content import Content
from app.delivery.email.failures import MailCode
from app.delivery.parcels import Parcel, Postponed


@dataclass(slots=True, kw_only=True)
class EmailParcel(Parcel):
    """What the mail server needs, and when it may go."""

    content: Content


@dataclass(frozen=True, slots=True)
class NotNow(Postponed):
    """Surely not taken. `is_away` says that our own mail server is the reason, not the family's."""

    code: MailCode
