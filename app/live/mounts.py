"""Further Socket.IO servers beside the browsers' own, each on a path of its own; the hub serves them all with one thread."""

from typing import Any

from flask import Flask
from socketio import WSGIApp


def mount(app: Flask, server: Any, path: str) -> None:
    """Let `server` answer what comes to `/path/`."""
    app.wsgi_app = WSGIApp(server, app.wsgi_app, socketio_path=path)  # type: ignore[method-assign]  # Flask's documented way
    app.extensions.setdefault("further_sockets", []).append(server)


def servers(app: Flask) -> list[Any]:
    """Those of this application."""
    return list(app.extensions.get("further_sockets", ()))
