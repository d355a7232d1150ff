"""The yardstick of the pages: a bare Flask view of fifty rows with one SQLite query. Also served alone: `bench.bare:application`."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

COLUMNS = ("id", "version", "newest", "day", "unread", "name", "kid", "language", "line", "stamp", "time")
ROW = """<li id="c{{ id }}" data-conversation="{{ id }}" data-version="{{ version }}" data-newest="{{ newest }}" data-group="{{ day }}">
<a class="convo{{ ' is-unread' if unread }}" href="/conversations/{{ id }}"><span class="avatar hue-{{ id % 8 }}">{{ name[:2] }}</span>
<span dir="auto">{{ name }}</span><time datetime="{{ stamp }}">{{ time }}</time><span>{{ kid }}</span>
{% if language %}<span class="badge">{{ language }}</span>{% endif %}<span>{{ line }}</span>
{% if unread %}<span class="count">{{ unread }}</span>{% endif %}<i>{{ pad }}</i></a></li>
"""
"""The facts of a row of ours, each printed where ours prints it, by plain Jinja and without a macro, a translation or an icon."""
STATIC = 420
"""About the bytes of such a row without its padding."""
VALUES = (3, 2500, "today", 1, "Rosa Hernández", "Mateo · Gr 3", "es", "¿A qué hora sale el bus?", "2026-11-20T17:00:00+00:00", "9:00 AM")


@contextmanager
def bare_view(size: int) -> Iterator[Any]:
    """The view, padded to pages of `size` bytes.

    No session, no sign-in, no permission, no forgery protection, no headers, no counts, no second query; tuples, not objects.
    """
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    yield bare_application(connection, size).wsgi_app
    connection.close()


def bare_application(connection: sqlite3.Connection, size: int) -> Flask:
    """The application on a database of five hundred rows."""
    connection.execute(f"CREATE TABLE rows ({', '.join(COLUMNS)}, PRIMARY KEY (id))")
    connection.executemany(f"INSERT INTO rows VALUES ({', '.join('?' * len(COLUMNS))})", [(n, *VALUES) for n in range(500)])
    app = Flask("bare")
    loop = "{% for " + ", ".join(COLUMNS) + " in rows %}"
    template = app.jinja_env.from_string("<!doctype html><title>bare</title><ol>" + loop + ROW + "{% endfor %}</ol>")
    pad = "x" * max(0, size // 50 - STATIC)

    @app.get("/bare")
    def bare() -> str:
        return template.render(rows=connection.execute("SELECT * FROM rows ORDER BY id DESC LIMIT 50").fetchall(), pad=pad)

    return app


def application(environ: Any, start_response: Any) -> Any:
    """For gunicorn; BARE_BYTES says how large the page is."""
    return _served().wsgi_app(environ, start_response)


_apps: list[Flask] = []


def _served() -> Flask:
    if not _apps:
        _apps.append(bare_application(sqlite3.connect(":memory:", check_same_thread=False), int(os.environ.get("BARE_BYTES", "50000"))))
    return _apps[0]
