"""Recordings that the carrier has and needs no more: the house keeps its own copy, or wants none."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from app.calls.models import Recording
from app.calls.service.holding import hold
from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction

LEASE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(hours=1)
"""One that runs still cannot be deleted, and the carrier may be away."""
LONGEST = timedelta(days=400)
"""After so long nobody asks any more."""


@dataclass(frozen=True, slots=True)
class Unneeded:
    """A recording that the carrier is to delete."""

    id: int
    provider_id: str


def need_no_more(recording: Recording, *, at_once: bool = False) -> None:
    """Have the carrier delete its own, after some days if it is kept here. Belongs into a transaction."""
    settings: Settings = current_app.extensions["settings"]
    recording.forget_at = now() + (timedelta(minutes=1) if at_once else timedelta(days=settings.carrier_keeps_days))


def take_up() -> Unneeded | None:
    """The next one; nobody else gets it meanwhile."""
    with transaction():
        due = select(Recording).where(Recording.forget_at.is_not(None), Recording.forget_at <= now()).order_by(Recording.forget_at)
        row = db.session.scalar(due.limit(1).with_for_update(skip_locked=True))
        if row is None:
            return None
        row.forget_at = now() + LEASE
        return Unneeded(row.id, row.provider_id)


def is_forgotten(recording_id: int) -> None:
    """The carrier has it no more."""
    with transaction():
        hold(recording_id).forget_at = None


def ask_again_later(recording_id: int) -> bool:
    """It could not be deleted now. False where that was tried for so long that nobody asks any more."""
    with transaction():
        row = hold(recording_id)
        row.forget_at = now() + AGAIN_AFTER if now() - row.created_at < LONGEST else None
        return row.forget_at is not None
