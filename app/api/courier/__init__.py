"""Courier: operations of `contracts/courier.openapi.yaml`."""

from flask import Flask

from app.api.courier import operations as operations  # its handlers
from app.api.courier import texting, upload_views
from app.api.courier.face import face


def init_app(app: Flask) -> None:
    """Open the face, and the door for the files that belong to it."""
    texting.init_app()
    face.init_app(app)
    app.register_blueprint(upload_views.pages)
