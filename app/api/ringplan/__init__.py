"""RingPlan: operations of `contracts/ringplan.openapi.yaml`."""

from flask import Flask

from app.api.ringplan import (
    audit_words,  # noqa: F401  (for the log)
    feed,
    jobs,
    live_map,  # noqa: F401  (its listeners)
    operations,  # noqa: F401  (its handlers)
    webhook_map,  # noqa: F401  (its listeners)
)
from app.api.ringplan.face import face
from app.api.ringplan.models import HookAddress
from app.core.jobs import every
from app.webhooks.holding import hold


def init_app(app: Flask) -> None:
    """Open the face."""
    face.init_app(app)
    hold(HookAddress.endpoint_id)
    feed.init_app(app)
    every(3600, jobs.forget_uploads)
