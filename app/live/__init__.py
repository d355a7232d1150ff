"""Live pages: who hears which facts over Socket.IO, and how a browser catches up."""

from flask import Flask

from app.config import Settings
from app.core.jobs import every
from app.extensions import socketio
from app.live import goodbye as goodbye  # registers its listeners
from app.live import jobs, presence, sockets
from app.live import service as service  # registers the listener that emits


def init_app(app: Flask) -> None:
    """Register the socket handlers and the nightly forgetting."""
    settings: Settings = app.extensions["settings"]
    app.extensions["presence"] = presence.build(settings.redis_url)
    sockets.init_socketio(socketio)
    every(3600, jobs.forget_old_pushes)
