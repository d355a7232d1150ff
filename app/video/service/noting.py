"""The host's note about a call, written while it goes on or afterwards."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import transaction
from app.video.errors import NotTheHost
from app.video.queries import call_visible_to
from app.video.service import steps, telling

LONGEST_NOTE = 10_000


def write_note(staff: Staff, call_id: int, text: str) -> None:
    """Keep it; only the host's pages show it, and the family's timeline once the call is over. Raises NotTheHost, NotVisible.

    It is saved while somebody writes, so the audit log has that there is one, and not each word.
    """
    with transaction():
        call = steps.hold(call_visible_to(staff, call_id).id)
        if call.staff_id != staff.id:
            raise NotTheHost
        tidy = text.replace("\r\n", "\n").strip()[:LONGEST_NOTE]
        if tidy == call.note:
            return
        if not call.note:
            audit("video_call.noted", call, {"title": call.session_name}, by=staff)
        call.note, call.updated_at = tidy, now()
        telling.note_again(call)
