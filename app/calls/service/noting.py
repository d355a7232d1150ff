"""Notes about a call, which staff write while it goes on or afterwards."""

from app.accounts.models import Staff
from app.calls.errors import NotesChanged
from app.calls.queries import call_visible_to
from app.calls.service import steps, telling
from app.core.database import transaction

LONGEST_NOTES = 10_000


def save_notes(staff: Staff, call_id: int, text: str, *, seen: int) -> int:
    """Keep them, and return their version. `seen` is the one that was changed. Raises NotesChanged, NotVisible."""
    with transaction():
        call_visible_to(staff, call_id)
        call = steps.held(call_id)
        tidy = text.replace("\r\n", "\n").strip()[:LONGEST_NOTES]
        if tidy == call.notes:
            return call.notes_version
        if call.notes_version != seen:
            raise NotesChanged
        call.notes, call.notes_version = tidy, call.notes_version + 1
        if call.is_over:
            telling.note_again(call)
        steps.changed(call)
        return call.notes_version
