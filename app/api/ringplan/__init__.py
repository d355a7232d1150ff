"""RingPlan: operations of `contracts/ringplan.openapi.yaml`."""

from flask import Flask

from app.api.ringplan import operations  # noqa: F401  (its handlers)
from app.api.ringplan.calendar import calendars
from app.api.ringplan.face import face


def init_app(app: Flask) -> None:
    """Open the face."""
    face.init_app(app)
    app.register_blueprint(calendars)
