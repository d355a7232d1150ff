"""Serving the network on its own: many short requests on connections that stay open."""

from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.simulator import close, create_simulator, open_post_office
from app.simulator.settings import SimulatorSettings

THREADS = 128


class QuickHandler(WSGIRequestHandler):
    """Keeps connections open, and sends small answers at once: waiting to fill a packet costs 40 ms a request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # the name is werkzeug's
        """Say nothing: the database has it all."""


def threaded_server(app: Flask, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server in this process, one thread per connection; port 0 takes a free one. Start it with `serve_forever`."""
    return make_server(host, port, app, threaded=True, request_handler=QuickHandler)


def serve(settings: SimulatorSettings, host: str, port: int) -> None:
    """Serve until stopped: with gunicorn, or where that does not run (Windows) with one thread per connection."""
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415  # not on Windows
    except ImportError:
        app = create_simulator(settings)
        open_post_office(app)
        try:
            threaded_server(app, host, port).serve_forever()
        finally:
            close(app)
        return

    class Server(BaseApplication):
        """gunicorn with one process of threads: what the network counts stays in one place."""

        def load_config(self) -> None:
            for name, value in {
                "bind": f"{host}:{port}", "workers": 1, "worker_class": "gthread", "threads": THREADS,
                "worker_connections": 4 * THREADS, "keepalive": 30, "graceful_timeout": 3, "timeout": 60,
                "loglevel": "warning", "control_socket_disable": True, "proc_name": "homeroom-simulator",
            }.items():  # fmt: skip
                self.cfg.set(name, value)

        def load(self) -> Flask:
            app = create_simulator(settings)
            open_post_office(app)
            return app

    Server().run()
