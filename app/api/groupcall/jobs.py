"""Background work of this face: a nudge after each request, and a look every few seconds for what is due or was left behind."""

from app.api.groupcall.carrying import queue
from app.api.groupcall.events import BatchTaken
from app.api.groupcall.forgetting import forget_old
from app.core.events import on
from app.core.jobs import job


@job(queue="messages")
def hand_on() -> None:
    """Hand on what is due for a moment."""
    if queue.serve():
        hand_on.send()


@job()
def forget() -> None:
    """Delete what nobody asks for any more."""
    forget_old()


@on(BatchTaken)
def nudge(_fact: BatchTaken) -> None:
    """Begin at once."""
    hand_on.send()
