"""What a fax is made of, as the outbox keeps it."""

from dataclasses import dataclass
from typing import Any

from app.core.database import db
from app.delivery.media_links import media_urls
from app.delivery.models import DeliveryContent

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class FaxContent:
    """One PDF of black and white pages, and how it goes."""

    urls: tuple[str, ...]
    """Where the carrier fetches the document: one, or none where it is missing."""
    is_fine: bool
    station: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How often it is tried altogether, and after how many seconds again; None is as the house has it."""

    tries: int = MOST_TRIES
    pause: float | None = None

    @classmethod
    def of(cls, details: dict[str, Any]) -> "Patience":
        """As the fax's own details say."""
        pause = details.get("pause")
        return cls(int(details.get("tries") or MOST_TRIES), float(pause) if pause else None)


def content_of(content_id: int) -> FaxContent:
    """What is sent."""
    content = db.session.get_one(DeliveryContent, content_id)
    return FaxContent(media_urls(content.media), bool(content.details.get("fine", True)), str(content.details.get("station") or ""))


def patience_of(content_id: int) -> Patience:
    """How long the house goes on."""
    return Patience.of(db.session.get_one(DeliveryContent, content_id).details)
