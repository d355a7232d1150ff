"""What workers do for announcements. The work itself is done by a thread of each worker (`runner`); the job only wakes it."""

from typing import cast

from flask import Flask, current_app

from app.announcements.events import AnnouncementDue, LettersOrdered
from app.announcements.letters.making import make_letters
from app.announcements.runner import mover
from app.announcements.service.drafts import sweep_blank
from app.announcements.service.files import remove_forgotten
from app.core.events import on
from app.core.jobs import job
from app.delivery.companions import Bell


@job()
def sweep_files() -> None:
    """Remove the files that were taken out of drafts."""
    remove_forgotten()


@job()
def sweep_drafts() -> None:
    """Remove the drafts that hold nothing."""
    sweep_blank()


@job(queue="messages")
def wake_runner() -> None:
    """An announcement is to move: have this worker look."""
    mover.wake_here(current_app)


runner_bell = Bell(mover.wake_here, wake_runner)


@on(AnnouncementDue)
def wake(_fact: AnnouncementDue) -> None:
    """Have it begin, stop or go on promptly."""
    runner_bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way


@on(LettersOrdered)
def print_letters(fact: LettersOrdered) -> None:
    """Have a worker make them."""
    make_letters.send(fact.letters_id)
