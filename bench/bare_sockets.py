"""The least that Flask-SocketIO can do: a POST, and an emit to everybody in one room. Served as our server is.

Under `/row` stands a page of a given size. Under `/say` nothing is kept. Under `/keep` what is told was stored before, in one row, with the same durability as ours has on SQLite.

`python -m bench.bare_sockets PORT THREADS DATABASE [REDIS_URL]`.
"""

import json
import sqlite3
import sys
import threading

from flask import Flask, Response, request
from flask_socketio import SocketIO, join_room
from gunicorn.app.base import BaseApplication


class Drawer:
    """A table of messages; each thread has its own connection, as under any pool."""

    def __init__(self, path: str) -> None:
        self.path, self.own = path, threading.local()
        self.connection().execute(
            "CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id INTEGER, body TEXT, created_at TEXT DEFAULT current_timestamp)"
        )

    def connection(self) -> sqlite3.Connection:
        known: sqlite3.Connection | None = getattr(self.own, "connection", None)
        if known is None:
            known = self.own.connection = sqlite3.connect(self.path, isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "cache_size=-16000", "mmap_size=268435456"):
                known.execute(f"PRAGMA {pragma}")
        return known

    def keep(self, body: str) -> int:
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        number = connection.execute("INSERT INTO messages (conversation_id, body) VALUES (1, ?)", (body,)).lastrowid
        connection.execute("COMMIT")
        return int(number or 0)


def build(database: str, redis_url: str | None) -> Flask:
    app = Flask("bare")
    socketio = SocketIO(app, async_mode="threading", message_queue=redis_url, transports=["websocket"], ping_interval=20, ping_timeout=15)

    @socketio.on("connect")
    def connected() -> None:
        join_room("room")

    drawer = Drawer(database)

    def tell(number: int) -> Response:
        payload = {"conversation_id": 1, "message_id": number, "kind": "outbound", "version": 1}
        socketio.emit("event", {"id": number, "name": "message:new", "audience": "room", "payload": payload}, to="room")
        return Response(json.dumps({"id": number}), mimetype="application/json")

    @app.post("/say")
    def say() -> Response:
        return tell(int(request.form["id"]))

    @app.post("/keep")
    def keep() -> Response:
        return tell(drawer.keep(request.form["body"]))

    @app.get("/row")
    def row() -> Response:
        return Response("x" * int(request.args["size"]), mimetype="text/html")

    return app


class Server(BaseApplication):
    """The same server and options as ours had by default."""

    def __init__(self, port: int, threads: int, database: str, redis_url: str | None) -> None:
        self.given = {"bind": f"127.0.0.1:{port}", "workers": 1, "threads": threads, "worker_class": "gthread", "worker_connections": 4 * threads,
                      "keepalive": 15, "loglevel": "warning", "control_socket_disable": True, "timeout": 60}  # fmt: skip
        self.database, self.redis_url = database, redis_url
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return build(self.database, self.redis_url)


if __name__ == "__main__":
    Server(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None).run()
