"""About one message: when it left and arrived, who saw it, reactions, its translation."""

from datetime import datetime

from flask import Response

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries_thread
from app.conversations.queries_message_row import MessageRow, read_message
from app.conversations.translation.choice import Reach, reach
from app.conversations.views.blueprint import pages
from app.conversations.views.live_parts import printer_for
from app.conversations.views.parts import page_or_part
from app.core.local_clock import local_clock

REACTIONS = ("👍", "❤️", "😊", "🎉", "🙏", "✅", "👀", "😢")


@pages.get("/conversations/messages/<int:message_id>")
@requires(Permission.READ_THREADS)
def message_details(message_id: int) -> Response:
    """What the menu of a message shows, as a dialog or as a page."""
    found = queries_thread.one_message(current_staff, message_id)
    row, clock = read_message(found.message), local_clock(found.time_zone)
    people = queries_thread.thread_people(row.conversation_id)
    seen = [each.staff_name for each in people if each.staff_id and not each.is_private and (each.read_up_to or 0) >= message_id]
    moments = [(key, clock.full(at)) for key, at in _moments(row) if at is not None]
    return page_or_part(
        "conversations/_message_details.html",
        page="conversations/message_details.html",
        row=row,
        bubble=printer_for(found).bubble(row),
        moments=moments,
        seen=seen,
        choices=REACTIONS,
        can_translate=reach() is Reach.ANYTHING,
        may_write=role_allows(current_staff.role, Permission.WRITE_THREADS),
    )


def _moments(row: MessageRow) -> list[tuple[str, datetime | None]]:
    return [(key, getattr(row, f"{key}_at")) for key in ("created", "sent", "delivered", "read")]
