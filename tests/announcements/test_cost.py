"""What an announcement costs, where clocks would lie: no statement of it reads a whole table, and a batch is a fixed number of them."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.announcements import expansion, service
from app.core.database import db
from app.delivery.models import Delivery
from tests.announcements.schools import Campus, again, campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.house import House

STATEMENTS_OF_A_YES = 7
"""Who asks; the announcement; what this person usually sends; the school whose name would be typed; the change, its audit line, pushes."""
LARGE = "announcement_counts|announcement_recipients|deliveries|guardians|students|guardianships|contact_points|consents"
ALLOWED = re.compile(r"^SELECT announcement_recipients\.channel, announcement_recipients\.reason, count")
"""Settling counts all recipients of an announcement, once."""


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Every statement, with its values."""
    statements: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        statements.append((sql, values[0] if many else values))

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def whole_tables(statements: list[tuple[str, Any]]) -> set[str]:
    """The statements that would read all rows of a large table or index."""
    found = set()
    for sql, values in dict(statements).items():
        if not sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")) or "announcement_stretch" in sql or ALLOWED.match(sql):
            continue
        steps = [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
        found |= {
            f"{step}: {sql[:300]}"
            for step in steps
            if re.match(
                rf"SCAN ({LARGE})(_\d+)?\b(?!.* ix_deliveries_(due|sender|leases|calls|emails|on_the_line|trouble)\b)",
                step,
            )
        }
    return found


@pytest.fixture
def place(house: House, monkeypatch: pytest.MonkeyPatch) -> Campus:
    monkeypatch.setattr(expansion, "SMALL", -1)
    place = campus(numbers=1, per_second=100_000)
    place.families(30)
    return place


def test_nothing_that_is_done_by_the_thousand_reads_a_whole_table(house: House, place: Campus) -> None:
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    with heard() as statements:
        run(until="sending")
        run(3)
        house.hand_over()
        run(3)
        house.hear()
    assert again(announcement).state == "finished"
    assert db.session.query(Delivery).filter_by(state="delivered").count() == 30
    assert whole_tables(statements) == set()


def test_a_stretch_and_a_batch_are_the_same_few_statements_for_any_number(
    house: House, place: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = counted(house, place)
    place.families(90)
    many = counted(house, place)
    assert (few["announcement_stretch"], few["announcement_recipients"]) == (many["announcement_stretch"], many["announcement_recipients"])
    assert many["deliveries"] <= 12, "some for each turn of the clerk, of which there are few"
    monkeypatch.setattr(expansion, "STRETCH", 40)
    stretches = counted(house, place)
    assert stretches["announcement_stretch"] == many["announcement_stretch"] + 2 * 2


def test_to_accept_is_the_same_few_statements_for_any_number(app: Flask, sign_in: SignIn) -> None:
    assert app
    place = campus(numbers=1)
    place.families(3)
    db.session.commit()
    admin = sign_in(place.admin)
    few = said_yes(place, admin)
    place.families(90)
    assert few == said_yes(place, admin) <= STATEMENTS_OF_A_YES


def test_words_are_saved_without_counting_anybody_again(app: Flask, sign_in: SignIn) -> None:
    assert app
    place = campus(numbers=1)
    place.families(3)
    place.child(given_name="Nobody")
    db.session.commit()
    admin, words = sign_in(place.admin), "$FirstName$: school is closed."
    form = {
        "has_audience": "1", "has_channels": "1", "title": "Closed", "school": str(place.school.id), "send_to": "all",
        "include": [f"school:{place.school.id}"], "channel": ["sms", "voice", "email"], "when": "now", "fallback": "en",
        "body-sms-en": words, "body-voice-en": words, "body-email-en": words, "subject-email-en": "Closed",
    }  # fmt: skip
    address, version = "/announcements/new", 0

    def people_read(**typed: object) -> tuple[int, str]:
        """How many statements look for adults, when somebody types this; and what the page says then."""
        nonlocal address, version
        saved = admin.post(address, data=form | typed | {"version": str(version)}, headers={"Accept": "application/json"}).json
        assert saved
        address, version = saved["address"], saved["version"]
        with heard() as statements:
            page = admin.get(f"/announcements/{saved['id']}/plan").text
        return sum("contact_points" in sql for sql, _values in statements), page

    first, page = people_read()
    assert first >= 6
    assert "guardians of 4 students" in page
    assert people_read(**{"body-sms-en": "$FirstName$: school is closed on Friday."})[0] == 0
    place.families(1)
    db.session.commit()
    again_typed, page = people_read(title="Closed on Friday")
    assert (again_typed, "guardians of 4 students" in page) == (0, True), "for a minute"
    other, page = people_read(exclude=[f"student:{place.child().id}"])
    assert (other, "guardians of 5 students" in page) == (first, True)


def said_yes(place: Campus, admin: FlaskClient) -> int:
    """Statements of the request that sends a draft, after somebody looked at it."""
    announcement = draft(place)
    planned = service.plan(place.admin, announcement.id, version=1)
    with heard() as statements:
        answer = admin.post(
            f"/announcements/{announcement.id}/send", data={"version": "1", "fingerprint": planned.fingerprint, "sure": "on"}
        )
    assert answer.status_code == 303
    return len(statements)


def counted(house: House, place: Campus) -> Counter[str]:
    """Statements that write rows of an announcement from its acceptance to its last hand-over, by table."""
    announcement = draft(place, has_canary=False)
    send(announcement, place.admin)
    with heard() as statements:
        run(until="sending")
        run(1)
        house.hand_over()
    house.hear()  # nothing else writes while the next families are made
    tables = (re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", sql) for sql, _ in statements)
    return Counter(found[1] for found in tables if found and found[1] in {"announcement_recipients", "announcement_stretch", "deliveries"})
