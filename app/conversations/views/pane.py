"""The pane in the middle, printed: one frame for all threads that look alike, filled with this one."""

from app.conversations.views.composer_shown import ComposerShown
from app.conversations.views.thread_shown import Stretch, ThreadShown
from app.core.frames import Html, frame, fresh_frame, with_holes

TEMPLATE = "conversations/_thread.html"
OF_THREAD = (
    *("id", "version", "name", "initials", "hue", "first_name", "subtitle", "assignee", "guardian_id"),
    *("call_href", "video_href", "going_on", "family_href", "unread", "newest", "pairing", "now_local"),
)
"""What is only printed: threads that differ in nothing else share a frame."""
OF_COMPOSER = (
    *("conversation_id", "name", "number", "many", "gate", "hint", "language", "language_name", "placeholder", "draft"),
    *("translation", "translated_by", "due_at", "uuid", "now_local", "zone_name", "mms_cost"),
)
OF_EDGES = ("conversation_id", "older", "older_page", "newer", "newer_page")


def printed_pane(thread: ThreadShown, composer: ComposerShown, stretch: Stretch, *, list_tail: str) -> Html:
    """Head, messages and composer."""
    head, values = with_holes(thread, OF_THREAD)
    form, typed = with_holes(composer, OF_COMPOSER)
    is_empty = not stretch.entries and not stretch.edges.scheduled
    around = (fresh_frame if composer.errors or composer.files else frame)(TEMPLATE, thread=head, composer=form, is_empty=is_empty)
    messages = [] if is_empty else printed_stretch(stretch)
    return around.filled(messages=messages, list_tail=list_tail, **values, **typed)


def printed_stretch(stretch: Stretch) -> Html:
    """Messages with the ways to those before and after."""
    edges, values = with_holes(stretch.edges, OF_EDGES)
    return frame("conversations/_messages.html", edges=edges).filled(entries=stretch.entries, **values)
