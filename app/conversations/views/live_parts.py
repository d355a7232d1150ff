"""Small answers for a page that stays open: counts, one bubble, who read how far, and what happened while sockets were blocked."""

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from app.accounts.current import asker, current_staff
from app.accounts.permissions import Permission, requires, role_allows
from app.conversations import queries_thread
from app.conversations.models import ConversationKind
from app.conversations.queries_answered import ways_to_answered
from app.conversations.queries_inbox import inbox_counts
from app.conversations.queries_message_row import answered_by, read_message
from app.conversations.queries_unknown import waiting_strangers
from app.conversations.views.blueprint import pages
from app.conversations.views.bubbles import BubblePrinter
from app.conversations.views.stretches import Where, printed_bubbles
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.prepared import Record
from app.live import doors
from app.live import queries as live


@pages.get("/conversations/counts")
@requires(Permission.READ_THREADS)
def counts() -> ResponseReturnValue:
    """What the chips and the rail count; for those who sort them, how many phones nobody knows."""
    counted = {str(which): number for which, number in inbox_counts(current_staff).chips.items()}
    if role_allows(current_staff.role, Permission.TRIAGE):
        counted["unknown"] = waiting_strangers(current_staff)
    return make_response(jsonify(counted))


@pages.get("/conversations/messages/<int:message_id>/bubble")
@requires(Permission.READ_THREADS)
def bubble(message_id: int) -> Response:
    """One message as it stands in the thread now."""
    row = queries_thread.one_message(current_staff, message_id)
    return make_response(printed_alone(row))


def printed_alone(row: Record) -> bytes:
    """A row of `one_message` as the thread shows it, with its day above it: a page that shows the day already leaves it out."""
    family = f"/families/guardian/{row.guardian_id}" if row.guardian_id else ""
    call = f"tel:{row.partner_address}" if row.partner_address else ""
    where = Where(row.conversation_id, row.guardian_id, family, call)
    return b"".join(printed_bubbles(printer_for(row), [read_message(row.message)], where))


def printer_for(row: Record) -> BubblePrinter:
    """The printer of the asker for the conversation of such a row."""
    staff, is_group = asker(), row.conversation_kind != ConversationKind.DIRECT
    ways = ways_to_answered(staff, answered_by([read_message(row.message)]))
    return BubblePrinter.of(staff, local_clock(row.time_zone), is_group=is_group, ways=ways)


@pages.get("/conversations/<int:conversation_id>/people")
@requires(Permission.READ_THREADS)
def people(conversation_id: int) -> ResponseReturnValue:
    """The names of colleagues who may look at the thread: who they are is told only where they can be met."""
    queries_thread.thread_head(current_staff, conversation_id)
    rows = queries_thread.onlookers(conversation_id)
    return make_response(jsonify([{"id": row.id, "name": row.name} for row in rows]))


@pages.get("/conversations/<int:conversation_id>/seen")
@requires(Permission.READ_THREADS)
def seen(conversation_id: int) -> ResponseReturnValue:
    """How far colleagues have read, without those who keep it to themselves."""
    queries_thread.thread_head(current_staff, conversation_id)
    rows = queries_thread.thread_people(conversation_id)
    readers = [
        {"up_to": row.read_up_to, "name": row.staff_name}
        for row in rows
        if row.staff_id and row.staff_id != current_staff.id and row.read_up_to and not row.is_private
    ]
    return make_response(jsonify(readers))


@pages.get("/conversations/news")
@requires(Permission.READ_THREADS)
def news() -> ResponseReturnValue:
    """What was pushed since an event, for a browser whose sockets are blocked; or that it should read its page again."""
    last = max(0, request.args.get("last", 0, type=row_number))
    audiences = doors.standing_audiences(current_staff)
    conversation_id = request.args.get("conversation", type=row_number)
    if conversation_id is not None and doors.may_hear(current_staff, "conversation", conversation_id):
        audiences.append(f"conversation:{conversation_id}")
    missed = live.missed_since(last, audiences)
    if missed is None:
        return make_response(jsonify({"resync": True, "last": live.newest_id()}))
    return make_response(jsonify({"resync": False, "events": missed}))
