"""The pane in the middle, printed: one frame for all threads that look alike, filled with this one."""

from app.conversations.views.composer_shown import ComposerShown
from app.conversations.views.thread_shown import Edges, Stretch, ThreadShown
from app.core.frames import Html, frame, fresh_frame, with_holes

TEMPLATE = "conversations/_thread.html"


def printed_pane(thread: ThreadShown, composer: ComposerShown, stretch: Stretch, *, list_tail: str) -> Html:
    """Head, messages and composer."""
    head, values = with_holes(thread, ThreadShown.PRINTED)
    form, typed = with_holes(composer, ComposerShown.PRINTED)
    is_empty = not stretch.entries and not stretch.edges.scheduled
    around = (fresh_frame if composer.errors else frame)(TEMPLATE, thread=head, composer=form, is_empty=is_empty)
    messages = [] if is_empty else printed_stretch(stretch)
    return around.filled(messages=messages, list_tail=list_tail, **values, **typed)


def printed_stretch(stretch: Stretch) -> Html:
    """Messages with the ways to those before and after."""
    edges, values = with_holes(stretch.edges, Edges.PRINTED)
    return frame("conversations/_messages.html", edges=edges).filled(entries=stretch.entries, **values)
