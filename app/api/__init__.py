"""What other systems may ask: four faces over the same services, each as its contract says. Nobody imports from here."""

from flask import Flask

from app.api import common_services, courier, groupcall, programs, ringplan
from app.api.reader import views as reader


def init_app(app: Flask) -> None:
    """Open the faces."""
    programs.init_app(app)
    for face in (common_services, ringplan, groupcall, courier):
        face.init_app(app)
    reader.init_app(app)
