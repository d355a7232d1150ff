"""What pages cost stays what it is: statements, walks over tables, and bytes.

The limits are what was reached (docs/operating.md). Processor time is judged by `make bench`, on a machine that does nothing
else: here neighbours change it by a half either way, so only a page that costs a multiple of what it did is found out.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, text

from app.accounts.models import Role, Staff
from app.conversations.models import Conversation, Message, Participant
from app.core.assets import asset_url
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import School
from bench import fax_inbox
from bench.bare import bare_view
from bench.pages import Browser, call, cpu, environ_for
from tests.conftest import SignIn
from tests.factories import MessageFactory, SchoolFactory, StaffFactory, family, thread

QUERIES = {"inbox": 3, "thread": 5, "fragment": 2}
FAX_QUERIES = 5
"""Who asks, the rail, the counts, and the two groups of the list."""
STATEMENTS_OF_A_TEXT = 11
"""Who asks; hold and read the conversation; message, words, delivery; row, places, receipt; pushes; and its bubble, after all is told."""
TIMES_BARE = {"inbox": 4.0, "thread": 5.0, "fragment": 3.0}
"""Some three times what the bench measures: a guard, not a budget."""
BIG = {
    "messages",
    "conversations",
    "participants",
    "deliveries",
    "attachments",
    "reactions",
    "receipts",
    "live_events",
    "staff_sessions",
    "faxes",
}
FIRST_VISIT = 112_000
PAGES = {"inbox": 6_600, "thread": 10_100, "fragment": 700}
"""Bytes as they travel, packed."""
SAMPLES = 40


@pytest.fixture
def reader(app: Flask) -> Staff:
    assert app
    found: Staff = StaffFactory(role=Role.TEACHER, schools=[SchoolFactory()])
    return found


def fill(reader: Staff, conversations: int, messages: int) -> int:
    """Conversations of the reader, the newest with so many messages. Returns that one's id."""
    school = reader.school_ids[0]
    one = {"district_id": reader.district_id, "school_id": school, "created_by_id": reader.id, "subtitle": "Mateo · Gr 3"}
    with transaction():
        rows = [one | {"uuid": new_uuid(), "title": f"Rosa Hernández {n}"} for n in range(conversations)]
        ids = list(db.session.scalars(insert(Conversation).returning(Conversation.id), rows))
        said = {
            "district_id": reader.district_id,
            "kind": "inbound",
            "author": "Rosa",
            "body": "¿A qué hora sale el bus?",
            "created_at": now(),
        }
        counts = [(number, messages if number == ids[-1] else 1) for number in ids]
        lines = [
            said | {"uuid": new_uuid(), "conversation_id": number, "status": "delivered"} for number, many in counts for _n in range(many)
        ]
        db.session.execute(insert(Message), lines)
        newest = select(Message.conversation_id, Message.id).order_by(Message.id)
        for number, last in {row.conversation_id: row.id for row in db.session.execute(newest)}.items():
            row = db.session.get_one(Conversation, number)
            row.last_message_id, row.last_message_at, row.preview, row.preview_kind = last, now(), "¿A qué hora sale el bus?", "inbound"
            db.session.add(Participant(conversation_id=number, staff_id=reader.id, last_message_id=last, unread_count=1))
    return ids[-1]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[tuple[str, object]]]:
    assert app
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def addresses(thread: int) -> dict[str, str]:
    newest = select(Message.id).where(Message.conversation_id == thread).order_by(Message.id.desc()).limit(1)
    return {
        "inbox": "/conversations",
        "thread": f"/conversations/{thread}",
        "fragment": f"/conversations/{thread}/new?after={db.session.scalars(newest).one() - 1}",
    }


@pytest.mark.parametrize("rows", [1, 50, 500])
def test_a_page_asks_the_same_few_questions_however_much_there_is(
    rows: int, reader: Staff, sign_in: SignIn, statements: list[tuple[str, object]]
) -> None:
    pages = addresses(fill(reader, rows, rows))
    browser = sign_in(reader)
    browser.get("/conversations")
    asked = {}
    for name, address in pages.items():
        statements.clear()
        assert browser.get(address, headers={"HX-Request": "true"} if name == "fragment" else {}).status_code == 200
        asked[name] = len(statements)
    assert asked == QUERIES


def test_a_text_costs_the_same_few_statements_however_long_the_thread_is(reader: Staff, sign_in: SignIn) -> None:
    line = thread(family(db.session.get_one(School, reader.school_ids[0]), reader))
    for _each in range(3):
        MessageFactory(conversation=line.conversation)
    address = f"/conversations/{line.id}/messages"
    browser = sign_in(reader)
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    counts = []
    event.listen(db.engine, "before_cursor_execute", note)
    for _each in range(4):
        seen.clear()
        form = {"body": "The bus leaves at 3:30.", "mode": "text", "uuid": str(new_uuid())}
        answer = browser.post(address, data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        counts.append(len(seen))
    event.remove(db.engine, "before_cursor_execute", note)
    assert counts[1:] == [STATEMENTS_OF_A_TEXT] * 3, seen


def test_no_page_walks_over_a_whole_table(reader: Staff, sign_in: SignIn, statements: list[tuple[str, object]]) -> None:
    pages = addresses(fill(reader, 120, 200))
    pages |= {"done": "/conversations?filter=done", "older": f"{pages['thread']}/messages?before=150"}
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    browser = sign_in(reader)
    statements.clear()
    for address in pages.values():
        assert browser.get(address).status_code == 200
    walked = set()
    for statement, parameters in list(statements):
        for step in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):  # type: ignore[arg-type]  # as the driver got them
            found = re.match(r"SCAN (\w+)(?! USING)", str(step[3]))
            if found and found[1] in BIG:
                walked.add((found[1], statement))
    assert walked == set()


@pytest.mark.parametrize("rows", [2, 400])
def test_the_list_of_faxes_asks_the_same_few_questions_and_walks_over_no_whole_table(
    rows: int, app: Flask, sign_in: SignIn, statements: list[tuple[str, object]]
) -> None:
    assert app
    clerk = StaffFactory(role=Role.OFFICE, schools=[SchoolFactory()])
    fax_inbox.fill(clerk, rows)
    browser = sign_in(clerk)
    browser.get("/fax")
    for box, number in (("received", FAX_QUERIES), ("sent", FAX_QUERIES), ("failed", FAX_QUERIES), ("mine", FAX_QUERIES)):
        statements.clear()
        assert browser.get(f"/fax?box={box}").status_code == 200
        assert len(statements) <= number, box
        for statement, parameters in list(statements):
            for step in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):  # type: ignore[arg-type]  # as the driver got them
                assert not re.match(r"SCAN faxes(?! USING)", str(step[3])), statement


def seconds(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """The fastest tenths of both, taken in turn: what a busy neighbour costs is left out."""
    pairs = [(cpu(ours), cpu(bare)) for _each in range(SAMPLES)]
    return sorted(mine for mine, _ in pairs)[SAMPLES // 10], sorted(theirs for _, theirs in pairs)[SAMPLES // 10]


@pytest.mark.parametrize("which", TIMES_BARE)
def test_no_page_costs_a_multiple_of_what_it_did(which: str, app: Flask, reader: Staff) -> None:
    address = addresses(fill(reader, 50, 50))[which]
    browser = Browser(app, reader)
    with bare_view(len(browser.get(address))) as bare:
        for _each in range(15):
            browser.get(address)
            call(bare, environ_for("/bare"))
        ours, theirs = seconds(lambda: browser.get(address), lambda: call(bare, environ_for("/bare")))
    assert ours < TIMES_BARE[which] * theirs, (ours, theirs)


def test_the_first_visit_is_small(reader: Staff, sign_in: SignIn) -> None:
    pages = addresses(fill(reader, 50, 50))
    browser = sign_in(reader)
    packed = {"Accept-Encoding": "br"}
    sizes = {name: len(browser.get(address, headers=packed).data) for name, address in pages.items()}
    assert {name for name, size in sizes.items() if size > PAGES[name]} == set(), sizes
    page = browser.get("/conversations").text
    sizes |= files_of(browser, page, packed)
    assert sum(size for name, size in sizes.items() if name not in {"thread", "fragment"}) < FIRST_VISIT, sizes


def files_of(browser: FlaskClient, page: str, headers: dict[str, str]) -> dict[str, int]:
    """The bytes of all that a page names: style sheet, scripts, font, icons."""
    found = set(re.findall(rf"{re.escape(asset_url(''))}[^\"'#]+", page))
    assert any(name.endswith(".woff2") for name in found)
    return {name: len(browser.get(name, headers=headers).data) for name in found}
