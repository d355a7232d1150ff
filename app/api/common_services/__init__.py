"""Common Services: operations of `contracts/common-services.openapi.yaml`."""

from flask import Flask

from app.api.common_services import closing as closing  # registers its listener
from app.api.common_services import erasing as erasing  # registers its listener
from app.api.common_services import jobs, operations  # noqa: F401  (its handlers)
from app.api.common_services import webhook_announcements as webhook_announcements  # the same
from app.api.common_services import webhook_calls as webhook_calls  # registers its listeners
from app.api.common_services import webhook_map as webhook_map  # the same
from app.api.common_services import webhook_video as webhook_video  # the same
from app.api.common_services.face import face
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Open the face, and take up what it took in."""
    every(1, jobs.take_messages)
    every(1, jobs.take_messages_with_files)
    every(10, jobs.take_announcements)
    face.init_app(app)
