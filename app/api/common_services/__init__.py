"""Common Services: operations of `contracts/common-services.openapi.yaml`."""

from flask import Flask

from app.api.common_services import operations  # noqa: F401  (its handlers)
from app.api.common_services.face import face


def init_app(app: Flask) -> None:
    """Open the face."""
    face.init_app(app)
