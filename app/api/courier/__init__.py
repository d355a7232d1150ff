"""Courier: operations of `contracts/courier.openapi.yaml`."""

from flask import Flask

from app.api.courier import operations, texting  # noqa: F401  (its handlers)
from app.api.courier.face import face


def init_app(app: Flask) -> None:
    """Open the face."""
    texting.init_app()
    face.init_app(app)
