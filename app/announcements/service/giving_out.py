"""What leaves the house is in the audit trail: lists of people, and letters to families."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.announcements.queries import announcement_visible_to
from app.core.database import transaction


def note_export(staff: Staff, announcement_id: int) -> None:
    """Somebody takes a list of the people of an announcement along. Raises NotVisible."""
    _note("announcement.exported", staff, announcement_id)


def note_letters(staff: Staff, announcement_id: int) -> None:
    """Somebody fetches letters to print. Raises NotVisible."""
    _note("announcement.letters_fetched", staff, announcement_id)


def _note(action: str, staff: Staff, announcement_id: int) -> None:
    announcement = announcement_visible_to(staff, announcement_id)
    with transaction():
        audit(action, announcement, {"title": announcement.title}, by=staff)
