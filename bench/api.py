"""The REST faces: a list of a hundred messages beside a bare view that serialises the same rows, and taking a message in beside a bare POST + INSERT."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextvars import Context
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import insert, text

from app.accounts.models import BearerType, Staff
from app.accounts.service import create_bearer, create_key
from app.api.common_services import queries_messages
from app.api.common_services.models import ClientConversation, ClientMessage
from app.conversations.models import Conversation, Message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import PhoneNumber
from bench.figures import Figure, median
from bench.house import house
from bench.pages import COLD_SAMPLES, cpu, measured, people, ratio

MESSAGES = 100
OURS, THEIRS = "+15035550100", "+15035550142"
COLUMNS = (
    "id", "sender_number", "receiver_number", "message_body", "provider", "message_type", "provider_status", "media_urls", "media_file_urls",
    "message_sid", "message_uuid", "client_conversation_id", "internal_conversation_id", "global_id", "priority", "internal_status", "send_at",
    "held_until", "error_code", "error_description", "enqueued_at", "sent_at", "delivered_at", "failed_at",
)  # fmt: skip
"""What an answer says of each message."""
_numbers = count(1)


def figures() -> Iterator[Figure]:
    with house(demo=False) as app:
        token = fill(people())
        yield from listing(app, token)
        yield taking_in(app, token)


def listing(app: Flask, token: str) -> Iterator[Figure]:
    path, query = "/api/v1/messages", f"from=%2B{OURS[1:]}&to=%2B{THEIRS[1:]}&per_page={MESSAGES}"

    def ask() -> bytes:
        return Context().run(call, app.wsgi_app, environ("GET", path, token, query))

    body = ask()
    rows = json.loads(body)
    assert len(rows) == MESSAGES, body[:200]
    bare = bare_list(rows)
    assert json.loads(call(bare.wsgi_app, environ("GET", "/bare", token))) == rows
    ours, baseline = measured(ask, lambda: call(bare.wsgi_app, environ("GET", "/bare", token)))
    yield ratio("api.list_of_100.cpu", ours, baseline, 1.5, "ms", bytes=len(body))
    costs = []
    for _each in range(COLD_SAMPLES):
        queries_messages.forget_printed()
        costs.append(cpu(ask))
    yield Figure("api.list_of_100.first_time.cpu", median(costs), None, None, "report: rows that were never printed", True, "ms")


def taking_in(app: Flask, token: str) -> Figure:
    wish = {"receiver_number": THEIRS, "message_body": "The bus is ten minutes late.", "client_conversation_id": "c-1"}
    built = text("SELECT sql FROM sqlite_master WHERE tbl_name = 'client_messages' AND sql IS NOT NULL ORDER BY type DESC")
    bare = bare_insert(Path(app.extensions["settings"].data) / "bare.sqlite3", list(db.session.scalars(built)))
    db.session.rollback()

    def body() -> bytes:
        return json.dumps({"message": {**wish, "message_body": f"The bus is {next(_numbers)} minutes late."}}).encode()

    def ask() -> bytes:
        return Context().run(call, app.wsgi_app, environ("POST", "/api/v1/messages", token, body=body()))

    assert json.loads(ask())["internal_status"] == "pending"
    ours, baseline = measured(ask, lambda: call(bare.wsgi_app, environ("POST", "/bare", token, body=body())))
    return ratio("api.message_taken_in.cpu", ours, baseline, 3, "ms")


def bare_list(rows: list[dict[str, Any]]) -> Flask:
    """The least: one query, dictionaries, JSON. No key, no contract, no tenant, no rate."""
    connection, app = sqlite3.connect(":memory:", check_same_thread=False), Flask("bare")
    connection.execute(f"CREATE TABLE messages ({', '.join(COLUMNS)}, PRIMARY KEY (id))")
    values = [[row[name] for name in COLUMNS] for row in rows]
    connection.executemany(f"INSERT INTO messages VALUES ({', '.join('?' * len(COLUMNS))})", values)

    @app.get("/bare")
    def bare() -> Response:
        found = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM messages ORDER BY id LIMIT {MESSAGES}").fetchall()
        told = [dict(zip(COLUMNS, row, strict=True)) for row in found]
        return Response(json.dumps(told, ensure_ascii=False, separators=(",", ":")), content_type="application/json")

    return app


def bare_insert(file: Path, built: list[str]) -> Flask:
    """The least: parse, insert the same row into a table of the same columns and indexes, commit, answer with it.

    No key, no contract, no tenant, no rate, no other table; nothing is looked up.
    """
    connection, app = sqlite3.connect(file, isolation_level=None, check_same_thread=False), Flask("bare")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    for statement in built:
        connection.execute(statement)
    columns = (
        "uuid", "district_id", "bearer_id", "conversation_id", "receiver", "body", "is_mms", "is_high", "is_inbound", "state", "tries",
        "has_told_media", "due_at", "created_at",
    )  # fmt: skip
    statement = f"INSERT INTO client_messages ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) RETURNING id"

    @app.post("/bare")
    def bare() -> Response:
        wish, moment = request.get_json()["message"], now().isoformat()
        values = (new_uuid().hex, 1, 1, 1, wish["receiver_number"], wish["message_body"], 0, 0, 0, "waiting", 0, 0, moment, moment)
        [(number,)] = connection.execute(statement, values).fetchall()
        told = json.dumps({"id": number, **dict(zip(columns, values, strict=True))})
        return Response(told, 201, content_type="application/json")

    return app


def fill(staff: Staff) -> str:
    """A hundred messages of a program in one conversation; its key."""
    with transaction():
        admin = Staff(district_id=staff.district_id, email="admin@example.test", name="Admin", role="district_admin", status="active")
        db.session.add(admin)
        db.session.flush()
        bearer = create_bearer(admin, name="Bench", bearer_type=BearerType.APPLICATION)
        token = create_key(admin, bearer.id).token
        talk = ClientConversation(district_id=staff.district_id, bearer_id=bearer.id, client_id="c-1")
        number = PhoneNumber(district_id=staff.district_id, address=OURS, purpose="conversation")
        school = db.session.execute(text("SELECT id FROM schools")).scalar_one()
        thread = Conversation(district_id=staff.district_id, school_id=school, title="Rosa Hernández", created_by_id=bearer.staff_id)
        content = DeliveryContent(body="")
        db.session.add_all([talk, number, thread, content])
        db.session.flush()
        moment = now()
        uuids = [new_uuid() for _ in range(MESSAGES)]
        same = {"district_id": staff.district_id}
        messages = [
            {**same, "uuid": uuid, "conversation_id": thread.id, "kind": "outbound", "body": f"¿A qué hora sale el bus? {n}", "status": "delivered",
             "sent_at": moment, "delivered_at": moment}
            for n, uuid in enumerate(uuids)
        ]  # fmt: skip
        ids = {row.uuid: row.id for row in db.session.execute(insert(Message).returning(Message.uuid, Message.id), messages)}
        deliveries = [
            {**same, "uuid": new_uuid(), "owner_kind": "message", "owner_id": ids[uuid], "content_id": content.id, "address": THEIRS,
             "state": "delivered", "due_at": moment, "provider_id": f"SM{n:032x}", "finished_at": moment}
            for n, uuid in enumerate(uuids)
        ]  # fmt: skip
        db.session.execute(insert(Delivery), deliveries)
        asked = [
            {**same, "uuid": uuid, "bearer_id": bearer.id, "conversation_id": talk.id, "message_id": ids[uuid], "sender": OURS,
             "receiver": THEIRS, "state": "taken"}
            for uuid in uuids
        ]  # fmt: skip
        db.session.execute(insert(ClientMessage), asked)
    with transaction():
        db.session.execute(text("ANALYZE"))
    return token


def environ(method: str, path: str, token: str, query: str = "", body: bytes = b"") -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "bench.test", "SERVER_PORT": "80", "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(body), "wsgi.errors": BytesIO(), "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "HTTP_HOST": "bench.test",
        "HTTP_AUTHORIZATION": f"Bearer {token}", "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json" if body else "",
    }  # fmt: skip


def call(application: Callable[..., Any], given: dict[str, Any]) -> bytes:
    status: list[str] = []
    answer = application(given, lambda line, _headers, _info=None: status.append(line))
    data = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    assert status[0][0] == "2", (status, data[:300])
    return data
