"""Who was asked a question, and how: by the phone that got it, or by the recipient."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from app.announcements import asking
from app.announcements.asking import Asked
from app.announcements.audience import Again
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementRecipient
from app.announcements.recipients_again import MAY_HAVE_COME, OWNER
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery

REOPENS = "reopens"
"""In what an announcement asks: whether a closed question is opened again."""


@dataclass(frozen=True, slots=True)
class AskedOne:
    """One recipient of a question. `survey_id` is the announcement that asked it first, to which all answers belong."""

    survey_id: int
    announcement_id: int
    district_id: int
    school_id: int | None
    asked: Asked
    original: str | None
    """The language of those in whose own there is nothing."""
    recipient: AnnouncementRecipient
    contact_point_id: int | None

    @property
    def language(self) -> str:
        """In which it was asked."""
        return self.recipient.language or self.original or "en"

    def wording(self) -> asking.Wording:
        """As it was asked."""
        return self.asked.wording(self.language, self.original)


def asked_by_phone(district_id: int, address: str, phone_number_id: int, since: datetime, most: int = 10) -> list[AskedOne]:
    """What one of our numbers asked a phone since then, the newest first."""
    return [
        _one(*row)
        for row in db.session.execute(
            _asked(Delivery.contact_point_id)
            .join(Delivery, Delivery.owner_id == AnnouncementRecipient.id)
            .where(
                Delivery.district_id == district_id,
                Delivery.address == address,
                Delivery.owner_kind == OWNER,
                Delivery.phone_number_id == phone_number_id,
                Delivery.state.in_([str(state) for state in MAY_HAVE_COME]),
                Delivery.created_at >= since,
            )
            .order_by(Delivery.id.desc())
            .limit(most)
        )
    ]


def asked_recipient(recipient_id: int) -> AskedOne | None:
    """The question that a recipient was asked, if any."""
    row = db.session.execute(_asked(AnnouncementRecipient.contact_point_id).where(AnnouncementRecipient.id == recipient_id)).first()
    return _one(*row) if row else None


def asked_by_letter(letter_id: int) -> AskedOne | None:
    """The question on a family's letter, asked of the first of the family who is on record; whether it was sent to them or not."""
    letter, recipient = AnnouncementLetter, AnnouncementRecipient
    row = db.session.execute(
        _asked(recipient.contact_point_id)
        .join(letter, and_(letter.announcement_id == Announcement.id, letter.family_key == recipient.family_id))
        .where(letter.id == letter_id)
        .order_by(recipient.id)
        .limit(1)
    ).first()
    return _one(*row) if row else None


Closing = Callable[[int], datetime | None]
_closings: list[Closing] = []
REMINDERS = frozenset({Again.SILENT, Again.UNANSWERED})


def register(closing: Closing) -> None:
    """Ask a later room when the question of an announcement closes; None from it where it knows of none. Called from its init_app."""
    if closing not in _closings:
        _closings.append(closing)


def closed_since(announcement: Announcement) -> datetime | None:
    """Since when the question is closed that this one asks once more; None where it is open, or asks for the first time."""
    if announcement.survey_of_id is None or not announcement.asks:
        return None
    at = next((found for closing in _closings if (found := closing(announcement.survey_of_id)) is not None), None)
    return at if at is not None and at <= now() else None


def opens_again(announcement: Announcement) -> bool:
    """Whether it opens a closed question again, as was chosen; where nobody was asked, only reminders do."""
    usual = announcement.audience.get("again") in REMINDERS
    return bool((announcement.asks or {}).get(REOPENS, usual))


def survey_of(announcement: Announcement) -> int | None:
    """The announcement whose question this one asks: mostly itself; None where nothing is asked."""
    return (announcement.survey_of_id or announcement.id) if announcement.asks else None


def _asked(point: Any) -> Select[Any]:
    survey = func.coalesce(Announcement.survey_of_id, Announcement.id)
    return (
        select(Announcement, survey, AnnouncementRecipient, point)
        .join(AnnouncementRecipient, AnnouncementRecipient.announcement_id == Announcement.id)
        .where(Announcement.asks.is_not(None))
    )


def _one(announcement: Announcement, survey_id: int, recipient: AnnouncementRecipient, point_id: int | None) -> AskedOne:
    return AskedOne(
        survey_id, announcement.id, announcement.district_id, announcement.school_id, asking.read(announcement.asks or {}),
        announcement.fallback_language, recipient, point_id,
    )  # fmt: skip
