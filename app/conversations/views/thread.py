"""One conversation: the page, the pane, stretches of messages, the family card."""

from dataclasses import replace

from flask import Response, g, make_response, request

from app.accounts.current import asker, current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_thread
from app.conversations.models import ConversationKind
from app.conversations.queries_answered import ways_to_answered
from app.conversations.queries_inbox import counts_out_of
from app.conversations.queries_message_row import MessageRun, answered_by, read_message
from app.conversations.queries_thread import MessagePage
from app.conversations.service.desk import ACTIVE_FOR
from app.conversations.views.blueprint import pages
from app.conversations.views.bubbles import BubblePrinter
from app.conversations.views.choices import choice_of
from app.conversations.views.composer_shown import Typed, composer_shown
from app.conversations.views.inbox import my_clock
from app.conversations.views.list_shown import list_shown
from app.conversations.views.pane import printed_pane, printed_stretch
from app.conversations.views.parts import differing, page_around
from app.conversations.views.stretches import Where, printed_bubbles
from app.conversations.views.thread_shown import stretch_of, thread_shown
from app.core.clock import now
from app.core.frames import Html
from app.core.htmx import wants_block
from app.core.ids import row_number
from app.core.local_clock import local_clock
from app.core.prepared import Record

BESIDE_A_THREAD = 20
"""Rows of the list that stand beside a thread which is opened by its address; older ones come on demand."""


@pages.get("/conversations/<int:conversation_id>")
@requires(Permission.READ_THREADS)
def show(conversation_id: int) -> Response:
    """The thread: at its end, or around a message that the address names."""
    return answer_with_thread(conversation_id)


def answer_with_thread(conversation_id: int, *, typed: Typed | None = None, status: int = 200) -> Response:
    """The thread as a page or as a pane; `typed` is what a refused form had in it."""
    alone, staff = wants_block(), asker()
    head = queries_thread.thread_head(staff, conversation_id, with_counts=not alone)
    if not alone:
        g.inbox_counts = counts_out_of(staff, head)
    people = queries_thread.thread_people(conversation_id)
    clock = local_clock(head.time_zone, staff.language)
    page = _asked_page(conversation_id)
    thread = thread_shown(head, people, staff, clock, alone=alone, at_end=not page.has_newer)
    is_group, ways = head.kind != ConversationKind.DIRECT, ways_to_answered(staff, page.run.answered)
    printer = BubblePrinter.of(staff, clock, is_group=is_group, ways=ways)
    choice = choice_of(staff)
    composer = composer_shown(head, people, staff, clock, typed, is_answer=_is_answer(page.run))
    pane = printed_pane(thread, composer, stretch_of(page, thread, printer, head, people), list_tail=choice.tail)
    if alone:
        return differing(pane, status)
    beside = replace(choice, before=None, selecting=False, query="")
    shown = list_shown(staff, beside, my_clock(), current=conversation_id, size=BESIDE_A_THREAD)
    view = "side" if request.args.get("view") == "side" else "detail"
    return page_around(shown, title=head.title, view=view, thread=pane, status=status)


@pages.get("/conversations/<int:conversation_id>/messages")
@requires(Permission.READ_THREADS)
def messages(conversation_id: int) -> Response:
    """More of the thread: before or after a message that is shown."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    people = queries_thread.thread_people(conversation_id)
    clock = local_clock(head.time_zone)
    page = _asked_page(conversation_id)
    is_group, ways = head.kind != ConversationKind.DIRECT, ways_to_answered(current_staff, page.run.answered)
    printer = BubblePrinter.of(current_staff, clock, is_group=is_group, ways=ways)
    thread = thread_shown(head, people, current_staff, clock)
    return make_response(b"".join(printed_stretch(stretch_of(page, thread, printer, head, people))))


@pages.get("/conversations/<int:conversation_id>/new")
@requires(Permission.READ_THREADS)
def new_messages(conversation_id: int) -> Response:
    """What came after a message that is shown: for a live page, in one query."""
    after, staff = request.args.get("after", 0, type=row_number), asker()
    rows = queries_thread.fresh_messages(staff, conversation_id, after)
    if not rows:
        queries.conversation_visible_to(staff, conversation_id)  # nothing new is not the same as not yours
    return make_response(b"".join(printed(rows, conversation_id, after)))


def _is_answer(run: MessageRun) -> bool:
    """Whether the family wrote lately: then a text now is an answer, and no night holds it."""
    return run.last_inbound is not None and run.last_inbound > now() - ACTIVE_FOR


def printed(rows: list[Record], conversation_id: int, after: int) -> Html:
    """Messages as they join a thread that is shown up to `after`, whose row may come first, for its neighbour's look."""
    if not rows:
        return []
    staff = asker()
    clock = local_clock(rows[0].time_zone, staff.language)
    messages = [read_message(row.message) for row in rows]
    is_group = rows[0].conversation_kind != ConversationKind.DIRECT
    printer = BubblePrinter.of(staff, clock, is_group=is_group, ways=ways_to_answered(staff, answered_by(messages)))
    known = messages.pop(0) if messages[0].id == after else None
    return printed_bubbles(printer, messages, Where(conversation_id), after=known)


def _asked_page(conversation_id: int) -> MessagePage:
    if not request.query_string:
        return queries_thread.newest_messages(conversation_id)
    wanted = {name: request.args.get(name, type=row_number) for name in ("before", "after", "message")}
    if wanted["message"] is not None:
        return queries_thread.messages_around(conversation_id, wanted["message"])
    if wanted["after"] is not None:
        return queries_thread.messages_after(conversation_id, wanted["after"])
    return queries_thread.newest_messages(conversation_id, before=wanted["before"])
