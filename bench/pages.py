"""Goals 1 and 3 to 5: what the inbox and a thread cost, beside a bare view of fifty rows."""

import time
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event, insert, select, text

from app.accounts import sessions
from app.accounts.models import Staff
from app.conversations.models import Conversation, Message, Participant
from app.conversations.views import rows, stretches
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import District, School
from bench.bare import bare_view
from bench.figures import Figure, median
from bench.house import house

SAMPLES = 300
COLD_SAMPLES = 30
WARM_UP = 30
CONVERSATIONS = 50
MESSAGES = 50
LARGE = 1_000_000
SMALL = 10_000


def figures() -> Iterator[Figure]:
    with house(demo=False) as app:
        staff = people()
        thread = fill(staff, CONVERSATIONS, MESSAGES)
        browser = Browser(app, staff)
        yield from page_costs(browser, thread)
        yield from query_counts(browser, thread)
    yield from growth()


class Browser:
    """Calls the application as a server would, and times only this thread's CPU."""

    def __init__(self, app: Flask, staff: Staff) -> None:
        self.app = app
        token = sessions.start_session(staff, user_agent="bench", address="127.0.0.1")
        db.session.commit()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        self.cookie = "homeroom=" + serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": "0" * 40})

    def get(self, path: str, **headers: str) -> bytes:
        """The body of a page, asked for outside of any context, as a server does: nothing may be left from the page before."""
        environ = environ_for(path, self.cookie) | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        return Context().run(call, self.app.wsgi_app, environ)


def environ_for(path: str, cookie: str = "") -> dict[str, Any]:
    from werkzeug.test import EnvironBuilder

    environ = EnvironBuilder(path=path.partition("?")[0], query_string=path.partition("?")[2]).get_environ()
    environ["HTTP_COOKIE"] = cookie
    environ["HTTP_ACCEPT"] = "text/html"
    return environ


def call(application: Any, environ: dict[str, Any]) -> bytes:
    status: list[str] = []
    body = application(environ, lambda line, _headers, _info=None: status.append(line))
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    assert status[0].startswith("200"), (status, environ["PATH_INFO"])
    return data


def cpu(work: Callable[[], object]) -> float:
    start = time.thread_time()
    work()
    return (time.thread_time() - start) * 1000


def page_costs(browser: Browser, thread: int) -> Iterator[Figure]:
    pages = {"inbox": "/conversations", "thread": f"/conversations/{thread}"}
    for name, path in pages.items():
        size = len(browser.get(path))
        with bare_view(size) as bare:
            ours, baseline = measured(lambda path=path: browser.get(path), lambda: call(bare, environ_for("/bare")))
            yield ratio(f"page.{name}.cpu", ours, baseline, 1.5, "ms", bytes_ours=size, bytes_bare=len(call(bare, environ_for("/bare"))))
        yield first_time(name, lambda path=path: browser.get(path))
    newest = db.session.scalars(
        select(Message.id).where(Message.conversation_id == thread).order_by(Message.id.desc()).offset(1).limit(1)
    ).one()
    fragment, page = measured(
        lambda: browser.get(f"/conversations/{thread}/new?after={newest}", hx_request="true"), lambda: browser.get(pages["thread"])
    )
    yield ratio("fragment.new_message.cpu", fragment, page, 0.35, "ms", what="of the thread page")


def first_time(name: str, get: Callable[[], bytes]) -> Figure:
    """The same page in a process that has printed none of its rows, bubbles and frames: what the memory saves."""
    costs = []
    for _each in range(COLD_SAMPLES):
        forget_printed()
        costs.append(cpu(get))
    return Figure(f"page.{name}.first_time.cpu", median(costs), None, None, "report: docs/decisions/0010", True, "ms")


def forget_printed() -> None:
    rows.forget_printed()
    stretches.forget_printed()
    current_app.extensions["frames"].cache_clear()


def measured(ours: Callable[[], object], baseline: Callable[[], object], samples: int = SAMPLES) -> tuple[float, float]:
    for _ in range(WARM_UP):
        ours()
        baseline()
    pairs = [(cpu(ours), cpu(baseline)) for _ in range(samples)]
    return median([mine for mine, _ in pairs]), median([bare for _, bare in pairs])


def ratio(name: str, ours: float, baseline: float, goal: float, unit: str, **details: Any) -> Figure:
    value = round(ours / baseline, 3)
    return Figure(name, ours, baseline, value, f"<= {goal}", value <= goal, unit, details)


def query_counts(browser: Browser, thread: int) -> Iterator[Figure]:
    for name, path, goal in (("inbox", "/conversations", 6), ("thread", f"/conversations/{thread}", 6)):
        counts = {MESSAGES: count(browser, path)}
        yield Figure(
            f"page.{name}.queries",
            max(counts.values()),
            None,
            None,
            f"<= {goal}",
            max(counts.values()) <= goal,
            "queries",
            {"rows": counts},
        )


def count(browser: Browser, path: str) -> int:
    seen: list[str] = []

    def listener(*arguments: Any) -> None:
        seen.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", listener)
    browser.get(path)
    event.remove(db.engine, "before_cursor_execute", listener)
    return len([statement for statement in seen if not statement.startswith("BEGIN")])


def growth() -> Iterator[Figure]:
    """Goal 3: the same pages with ten thousand and with a million messages, two databases in turn."""
    with house(demo=False) as small_app:
        small_staff = people()
        small_thread = fill(small_staff, CONVERSATIONS, MESSAGES, SMALL)
        small = Browser(small_app, small_staff)
        with house(demo=False) as large_app:
            large_staff = people()
            large_thread = fill(large_staff, CONVERSATIONS, MESSAGES, LARGE)
            large = Browser(large_app, large_staff)
            paths = {
                "inbox": ("/conversations", "/conversations", 1.2),
                "thread": (f"/conversations/{small_thread}", f"/conversations/{large_thread}", 1.2),
                "search": ("/conversations?q=bus", "/conversations?q=bus", 1.5),
            }
            for name, (few, many, goal) in paths.items():
                ours, baseline = measured(partial(large.get, many), partial(small.get, few), 100)
                yield ratio(f"growth.{name}.cpu", ours, baseline, goal, "ms", messages=[SMALL, LARGE])


def people() -> Staff:
    with transaction():
        district = District(name="Bench", time_zone="America/Los_Angeles")
        db.session.add(district)
        db.session.flush()
        school = School(district_id=district.id, name="Bench School", time_zone="America/Los_Angeles", office_hours={})
        staff = Staff(district_id=district.id, email="bench@example.test", name="Bench Teacher", role="teacher", status="active")
        db.session.add_all([school, staff])
    return staff


def fill(staff: Staff, conversations: int, messages: int, total: int | None = None) -> int:
    """Conversations of `staff` with `messages` each; `total` messages more in others. Returns the newest conversation."""
    school = db.session.scalars(select(School.id).where(School.district_id == staff.district_id)).one()
    moment = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    rows: list[dict[str, Any]] = []
    with transaction():
        ids = list(
            db.session.scalars(
                insert(Conversation).returning(Conversation.id),
                [
                    {
                        "uuid": new_uuid(), "district_id": staff.district_id, "school_id": school, "created_by_id": staff.id, "title": f"Rosa Hernández {n}",
                        "subtitle": "Mateo · Gr 3", "language": "es",
                    }
                    for n in range(conversations)
                ],
            )
        )  # fmt: skip
        for number in ids:
            rows += [
                {
                    "uuid": new_uuid(), "district_id": staff.district_id, "conversation_id": number, "kind": "inbound" if n % 2 else "outbound",
                    "staff_id": None if n % 2 else staff.id, "author": "Rosa" if n % 2 else staff.name, "body": f"¿A qué hora sale el bus? {n}",
                    "language": "es", "translation": f"What time does the bus leave? {n}", "translation_language": "en", "translated_by": "phrases",
                    "status": "delivered", "search_text": f"a que hora sale el bus {n}", "created_at": moment,
                }
                for n in range(messages)
            ]  # fmt: skip
        if total:
            pad(staff, school, total, moment)
        db.session.execute(insert(Message), rows)
        for number in ids:
            last = db.session.scalars(
                select(Message.id).where(Message.conversation_id == number).order_by(Message.id.desc()).limit(1)
            ).one()
            row = db.session.get_one(Conversation, number)
            row.last_message_id, row.last_message_at, row.preview, row.preview_kind = last, moment, "¿A qué hora sale el bus?", "inbound"
            db.session.add(Participant(conversation_id=number, staff_id=staff.id, last_message_id=last, unread_count=1))
    with transaction():
        db.session.execute(text("ANALYZE"))
    return ids[-1]


def pad(staff: Staff, school: int, total: int, moment: datetime) -> None:
    """Other people's messages, a hundred in each conversation, written by the database itself."""
    other = Conversation(district_id=staff.district_id, school_id=school, title="Others")
    db.session.add(other)
    db.session.flush()
    start = other.id
    others = [
        {"uuid": new_uuid(), "district_id": staff.district_id, "school_id": school, "title": f"Family {n}"} for n in range(total // 100)
    ]
    db.session.execute(insert(Conversation), others)
    columns = (
        "uuid, district_id, conversation_id, kind, author, body, is_automatic, status, is_doubtful, failure_settled, is_held, recipients, delivered, "
        "failed, segments, channel, details, search_text, created_at"
    )
    required = {c.name for c in Message.__table__.columns if not c.nullable and c.server_default is None and not c.primary_key}
    missing = required - {name.strip() for name in columns.split(",")}
    assert not missing, missing
    db.session.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {total}) "
            f"INSERT INTO messages ({columns}) SELECT lower(hex(randomblob(16))), {staff.district_id}, {start} + (i % {total // 100}), 'inbound', 'Somebody', "
            "'Thank you for the reminder ' || i, 0, 'delivered', 0, 0, 0, 1, 0, 0, 1, 'sms', '{}', "
            "'thank you for the reminder ' || i || CASE WHEN i % 50 = 0 THEN ' bus' ELSE '' END, :moment FROM n"
        ),
        {"moment": moment.strftime("%Y-%m-%d %H:%M:%S.%f")},
    )
