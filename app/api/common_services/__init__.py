"""Common Services: operations of `contracts/common-services.openapi.yaml`."""

from flask import Flask

from app.accounts.unsent import Kind, Tray, register
from app.api.common_services import erasing as erasing  # registers its listener
from app.api.common_services import jobs, operations, queries_unsent  # noqa: F401  (its handlers)
from app.api.common_services import webhook_announcements as webhook_announcements  # the same
from app.api.common_services import webhook_calls as webhook_calls  # registers its listeners
from app.api.common_services import webhook_map as webhook_map  # the same
from app.api.common_services import webhook_video as webhook_video  # the same
from app.api.common_services.face import face
from app.api.common_services.service import unsent
from app.core.jobs import every


def init_app(app: Flask) -> None:
    """Open the face, and take up what it took in."""
    every(1, jobs.take_messages)
    every(1, jobs.take_messages_with_files)
    every(10, jobs.take_announcements)
    register(Tray(Kind.TEXT, queries_unsent.count_texts, queries_unsent.first_texts, unsent.call_off_texts))
    register(Tray(Kind.ANNOUNCEMENT, queries_unsent.count_announcements, queries_unsent.first_announcements, unsent.call_off_announcements))
    face.init_app(app)
