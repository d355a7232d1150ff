"""Looks round once in a while: a browser whose session ran out, or whose end was told while nobody could hear, is hung up on.

A page that says nothing is asked nothing, and would listen for ever. One thread in each process that holds sockets.
"""

import threading
import time
from typing import Any

import structlog
from flask import Flask

from app.accounts import sessions
from app.core.database import db
from app.extensions import socketio
from app.live.bus import hang_up_here

log = structlog.get_logger()

LOOK_EVERY = 20.0
_starting = threading.Lock()


def be_there(app: Flask) -> None:
    """Start it with the first browser of this process."""
    with _starting:
        if "doorkeeper" not in app.extensions:
            app.extensions["doorkeeper"] = threading.Thread(target=_keep, args=(app,), name="live-doorkeeper", daemon=True)
            app.extensions["doorkeeper"].start()


def look_round(server: Any) -> int:
    """Hang up on those whose session does not hold; returns how many sessions that were. Inside the application."""
    audiences = [name for name in list(server.manager.rooms.get("/", ())) if isinstance(name, str) and name.startswith("session:")]
    ended = sessions.ended_among([int(name.removeprefix("session:")) for name in audiences])
    for number in ended:
        hang_up_here(server, f"session:{number}")
    return len(ended)


def _keep(app: Flask) -> None:
    while True:
        time.sleep(LOOK_EVERY)
        try:
            with app.app_context():
                try:
                    look_round(socketio.server)
                finally:
                    db.session.remove()
        except Exception:
            log.exception("live.doorkeeper_failed")
