"""Groupcall: operations of `contracts/groupcall.openapi.yaml`."""

from flask import Flask

from app.api.groupcall import operations  # noqa: F401  (its handlers)
from app.api.groupcall.face import face


def init_app(app: Flask) -> None:
    """Open the face."""
    face.init_app(app)
