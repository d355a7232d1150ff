"""Further Socket.IO servers beside the browsers' own, each on a path of its own; the hub serves them all with one thread."""

import threading
from typing import Any

from flask import Flask
from socketio import WSGIApp

from app.extensions import socketio
from app.live.bus import Bus

PATIENCE = 2.0
"""Seconds; a bus that is away by then is heard later, and feeds are told of the gap."""
_beginning = threading.Lock()


def mount(app: Flask, server: Any, path: str) -> None:
    """Let `server` answer what comes to `/path/`."""
    mounted, bare = WSGIApp(server, app.wsgi_app, socketio_path=path), f"/{path}"

    def entered(environ: dict[str, Any], start_response: Any) -> Any:
        if environ.get("PATH_INFO") == bare:  # some clients leave the last slash out
            environ["PATH_INFO"] = f"{bare}/"
        return mounted(environ, start_response)

    app.wsgi_app = entered  # type: ignore[method-assign]  # Flask's documented way
    app.extensions.setdefault("further_sockets", []).append(server)


def hear_others() -> None:
    """Have this process hear what others push. The library begins that with the first browser; a feed may be there before any."""
    server = socketio.server
    if server is None:
        return
    with _beginning:
        if not server.manager_initialized:
            server.manager_initialized = True
            server.manager.initialize()
    if isinstance(server.manager, Bus):
        server.manager.is_listening.wait(PATIENCE)


def servers(app: Flask) -> list[Any]:
    """Those of this application."""
    return list(app.extensions.get("further_sockets", ()))
