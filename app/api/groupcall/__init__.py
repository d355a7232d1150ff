"""Groupcall: operations of `contracts/groupcall.openapi.yaml`."""

from flask import Flask

from app.accounts.unsent import Kind, Tray, register
from app.api.groupcall import (  # noqa: F401  (handlers and listeners)
    audit_words,
    erasing,
    family_timeline,
    jobs,
    operations,
    progress,
    unsent,
    unsent_letters,
)
from app.api.groupcall.face import face
from app.api.groupcall.models import GroupcallSend
from app.api.groupcall.progress import OWNER
from app.core.jobs import every
from app.delivery.stops import TakenBack, register_taken_back
from app.directory import timeline
from app.webhooks.holding import hold


def init_app(app: Flask) -> None:
    """Open the face, and hand on what it takes."""
    face.init_app(app)
    hold(GroupcallSend.endpoint_id)
    timeline.register(family_timeline.moments, family_timeline.how_many)
    register_taken_back(OWNER, TakenBack(unsent_letters.called_off_until, unsent_letters.stop))
    register(Tray(Kind.BATCH, unsent_letters.count, unsent_letters.first, unsent_letters.call_off))
    register(Tray(Kind.BATCH, unsent.count, unsent.first, unsent.call_off))
    every(5, jobs.hand_on)
    every(24 * 3600, jobs.forget)
