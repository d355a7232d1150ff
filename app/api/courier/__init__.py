"""Courier: operations of `contracts/courier.openapi.yaml`."""

from flask import Flask

from app.api.courier import download_views, jobs, texting, upload_views
from app.api.courier import erasing as erasing  # registers its listener
from app.api.courier import events as events  # registers its listeners
from app.api.courier import operations as operations  # its handlers
from app.api.courier.face import face
from app.api.courier.service.responding import respond
from app.conversations.service import also_answers
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Open the face, and the door for the files that belong to it."""
    texting.init_app()
    also_answers(respond)
    face.init_app(app)
    every(6 * 3600, jobs.sweep_uploads)
    every(24 * 3600, jobs.forget_notifications)
    app.register_blueprint(upload_views.pages)
    app.register_blueprint(download_views.pages)
