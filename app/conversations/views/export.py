"""One thread on paper, as a table, or as plain text; piece by piece, so that a long one costs no memory."""

import csv
import io
from collections.abc import Iterator

from flask import Response, stream_with_context
from flask_babel import gettext as _

from app.accounts.current import current_staff
from app.accounts.permissions import Permission, requires
from app.conversations import queries, queries_thread, service
from app.conversations.models import Conversation, ConversationKind, MessageKind
from app.conversations.queries_message_row import MessageRow
from app.conversations.signed import signed
from app.conversations.translation.choice import reach
from app.conversations.views.blueprint import pages
from app.conversations.views.bubbles import BubblePrinter
from app.conversations.views.parts import part
from app.conversations.views.stretches import bubbles_of
from app.conversations.views.subtitles import subtitle_shown
from app.conversations.views.timeline_lines import line_of
from app.core.clock import now
from app.core.downloads import name_download
from app.core.local_clock import LocalClock, clock_for_records, local_clock

PIECE = 500
MOST_ON_PAPER = 5000
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""With one of these at its beginning a spreadsheet would take words for a formula."""


@pages.get("/conversations/<int:conversation_id>/print")
@requires(Permission.READ_THREADS)
def on_paper(conversation_id: int) -> Response:
    """The thread without anything to press; the newest messages if it is very long."""
    head = queries_thread.thread_head(current_staff, conversation_id)
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    service.note_taken_out(current_staff, conversation, "printed")
    page = queries_thread.newest_messages(conversation_id, size=MOST_ON_PAPER)
    clock = clock_for_records(head.time_zone)
    people = queries_thread.thread_people(conversation_id)
    printer = BubblePrinter(current_staff.id, clock, is_group=head.kind != ConversationKind.DIRECT, reach=reach())
    entries = bubbles_of(printer, page.rows, people)
    for bubble, row in zip(entries, page.rows, strict=True):
        bubble.who = signed(row.author, row.details) or bubble.who  # nobody is "you" on paper
    subtitle = subtitle_shown(head.kind, head.subtitle)
    printed = _("Printed by %(name)s, %(time)s", name=current_staff.name, time=clock.full(now()))
    return part(
        "conversations/print.html",
        head=head,
        subtitle=subtitle,
        entries=entries,
        is_cut=page.has_older,
        printed=printed,
    )


@pages.get("/conversations/<int:conversation_id>/export.csv")
@requires(Permission.READ_THREADS)
def as_table(conversation_id: int) -> Response:
    """Every message, oldest first, for a spreadsheet."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    service.note_taken_out(current_staff, conversation, "exported")
    clock = local_clock(queries_thread.school_zone(conversation.school_id))
    heads = [_("When"), _("Kind"), _("Who"), _("Text"), _("Translation"), _("State"), _("Files")]

    def rows() -> Iterator[str]:
        yield "\ufeff" + _as_csv(heads)
        for row in _all_messages(conversation_id):
            files = ", ".join(each["name"] for each in row.attachments)
            text = line_of(row).text if row.kind == MessageKind.EVENT else row.body
            moment = clock.local(row.created_at).isoformat(timespec="seconds")
            yield _as_csv([moment, row.kind, signed(row.author, row.details), text, row.translation or "", row.status, files])

    return _download(rows(), conversation, "csv", "text/csv; charset=utf-8")


@pages.get("/conversations/<int:conversation_id>/export.txt")
@requires(Permission.READ_THREADS)
def as_text(conversation_id: int) -> Response:
    """Every message, oldest first, to read."""
    conversation = queries.conversation_visible_to(current_staff, conversation_id)
    service.note_taken_out(current_staff, conversation, "exported")
    clock = clock_for_records(queries_thread.school_zone(conversation.school_id))

    subtitle = subtitle_shown(conversation.kind, conversation.subtitle)

    def lines() -> Iterator[str]:
        yield f"{conversation.title}\n{subtitle}\n\n"
        for row in _all_messages(conversation_id):
            yield _as_text(row, clock)

    return _download(lines(), conversation, "txt", "text/plain; charset=utf-8")


def _as_text(row: MessageRow, clock: LocalClock) -> str:
    when = clock.full(row.created_at)
    if row.kind == MessageKind.EVENT:
        return f"[{when}] {line_of(row).text}\n"
    staff_note = _("staff note")
    note = f" ({staff_note})" if row.kind == MessageKind.NOTE else ""
    text = f"[{when}] {signed(row.author, row.details)}{note}: {row.body}\n"
    if row.translation:
        text += f"    ({row.translation})\n"
    return text + "".join(f"    [{each['name']}]\n" for each in row.attachments)


def _all_messages(conversation_id: int) -> Iterator[MessageRow]:
    after = 0
    while True:
        page = queries_thread.messages_after(conversation_id, after, size=PIECE)
        yield from page.rows
        if not page.has_newer:
            return
        after = page.rows[-1].id


def _as_csv(values: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([f"'{value}" if value.startswith(RISKY) else value for value in values])
    return out.getvalue()


def _download(pieces: Iterator[str], conversation: Conversation, ending: str, kind: str) -> Response:
    response = Response(stream_with_context(pieces), content_type=kind)
    name_download(response, "attachment", f"{conversation.title[:80]}.{ending}")
    return response
