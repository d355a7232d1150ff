"""Background work of this face. Rows carry the truth: each job may run twice, and at the same time as itself."""

import time

from flask import current_app

from app.api.common_services.events import AnnouncementTakenIn, MessageTakenIn
from app.api.common_services.service import announcements, taking
from app.core.events import on
from app.core.jobs import job

NUDGED = "client_messages_nudged"
ONCE_IN = 0.05
"""Seconds. One look takes all that there is, so programs that ask by the thousand need not have it called a thousand times."""


@job(queue="messages")
def take_messages() -> None:
    """Make messages of what was asked for in words."""
    current_app.extensions[NUDGED] = 0.0
    if taking.words.serve():
        take_messages.send()


@job()
def take_messages_with_files() -> None:
    """The same with files."""
    if taking.with_files.serve():
        take_messages_with_files.send()


@job()
def take_announcements() -> None:
    """Fetch the pictures of announcements, and send them."""
    if announcements.queue.serve():
        take_announcements.send()


@on(MessageTakenIn)
def nudge(_fact: MessageTakenIn) -> None:
    """Have it taken up at once, unless a worker was called for a moment ago and has not looked yet; a tick sees to the rest."""
    moment = time.monotonic()
    if moment - current_app.extensions.get(NUDGED, 0.0) > ONCE_IN:
        current_app.extensions[NUDGED] = moment
        take_messages.send()


@on(AnnouncementTakenIn)
def nudge_announcement(_fact: AnnouncementTakenIn) -> None:
    """The same."""
    take_announcements.send()
