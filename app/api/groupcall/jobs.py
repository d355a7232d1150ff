"""Background work of this face: a nudge after each request, and a look every few seconds for what is due or was left behind."""

import threading

from app.api.groupcall.carrying import hand_on_due
from app.api.groupcall.events import BatchTaken
from app.api.groupcall.forgetting import forget_old
from app.core.events import on
from app.core.jobs import job

A_MOMENT = 0.5
"""Seconds."""

_turn, _is_wanted = threading.Lock(), threading.Event()
"""Of this process: a batch of thousands takes one of its threads, for a moment at a time, whoever asks how often."""


@job(queue="messages")
def hand_on() -> None:
    """Hand on what is due for a moment, then stand in line again behind what others wait for."""
    _is_wanted.set()
    if not _turn.acquire(blocking=False):
        return  # whoever is at it comes again
    try:
        _is_wanted.clear()
        is_more = hand_on_due(seconds=A_MOMENT) > 0
    finally:
        _turn.release()
    if is_more or _is_wanted.is_set():
        hand_on.send()


@job()
def forget() -> None:
    """Delete what nobody asks for any more."""
    forget_old()


@on(BatchTaken)
def nudge(_fact: BatchTaken) -> None:
    """Begin at once."""
    hand_on.send()
