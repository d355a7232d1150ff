"""The least that Flask-SocketIO can do: a POST, and an emit to everybody in one room. Served as our server is.

`python -m bench.bare_sockets PORT THREADS [REDIS_URL]`.
"""

import json
import sys

from flask import Flask, Response, request
from flask_socketio import SocketIO, join_room
from gunicorn.app.base import BaseApplication


def build(redis_url: str | None) -> Flask:
    app = Flask("bare")
    socketio = SocketIO(app, async_mode="threading", message_queue=redis_url, transports=["websocket"], ping_interval=20, ping_timeout=15)

    @socketio.on("connect")
    def connected() -> None:
        join_room("room")

    @app.post("/say")
    def say() -> Response:
        payload = {"conversation_id": 1, "message_id": int(request.form["id"]), "kind": "outbound", "version": 1}
        socketio.emit("event", {"id": payload["message_id"], "name": "message:new", "audience": "room", "payload": payload}, to="room")
        return Response(json.dumps({"id": payload["message_id"]}), mimetype="application/json")

    return app


class Server(BaseApplication):
    """The same server and options as ours had by default."""

    def __init__(self, port: int, threads: int, redis_url: str | None) -> None:
        self.given = {"bind": f"127.0.0.1:{port}", "workers": 1, "threads": threads, "worker_class": "gthread", "worker_connections": 4 * threads,
                      "keepalive": 15, "loglevel": "warning", "control_socket_disable": True, "timeout": 60}  # fmt: skip
        self.redis_url = redis_url
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return build(self.redis_url)


if __name__ == "__main__":
    Server(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None).run()
