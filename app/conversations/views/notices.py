"""What a device may say aloud of a new text: initials only, because others see the screen, and nothing after hours."""

from flask import jsonify, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries_thread
from app.conversations.service.after_hours import hours_of_person
from app.conversations.views.blueprint import pages
from app.core.clock import now
from app.core.presentation import initials


@pages.get("/conversations/<int:conversation_id>/notice")
@requires(Permission.READ_THREADS)
def notice(conversation_id: int) -> ResponseReturnValue:
    """The words for a new text in this conversation, and until when they have to wait: null is now."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    hours, moment = hours_of_person(current_staff, head.school_id), now()
    opening = None if hours is None or hours.is_open(moment) else hours.next_open(moment)
    return make_response(
        jsonify(
            {
                "title": _("New text"),
                "body": _("From %(initials)s. Open Homeroom to read it.", initials=initials(head.title)),
                "wait_until": opening.isoformat() if opening else None,
            }
        )
    )
