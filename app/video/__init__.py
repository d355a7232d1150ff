"""Video calls: rooms from browser to browser, links for guests without an account, and Zoom's Video SDK for other systems."""

from flask import Flask

from app.accounts.unsent import Kind, Tray, register
from app.core.jobs import every
from app.extensions import csrf, socketio
from app.video import audit_words, erasing, jobs, live_map, signalling, webhook_map  # noqa: F401  (registered by being imported)
from app.video.service import unsent
from app.video.views import guests, pages


def init_app(app: Flask) -> None:
    """Serve the rooms, and end what is over."""
    signalling.init_socketio(socketio)
    every(5, jobs.end_what_is_over)
    every(30, jobs.remind)
    register(Tray(Kind.REMINDER, unsent.count, unsent.first, unsent.call_off))
    csrf.exempt(guests)  # the token itself is what lets in
    app.register_blueprint(pages)
    app.register_blueprint(guests)
