"""Who is looked up in a district with many conversations is found by indexes."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, insert, text

from app.accounts.models import Role, Staff
from app.conversations.models import Conversation, Participant
from app.conversations.queries_people import find_guardians
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import Guardian, School
from tests.factories import StaffFactory, family, thread

MANY = 400


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("lite_app" if request.param == "sqlite" else "postgres_app")


@pytest.fixture
def statements(app: Flask) -> Iterator[list[tuple[str, object]]]:
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def fill(reader: Staff) -> None:
    """A district in which many guardians have a conversation with somebody else."""
    district, school = reader.district_id, reader.school_ids[0]
    names = [
        {"district_id": district, "given_name": f"Adult{n}", "search_text": f"adult{n}", "uuid": new_uuid(), "language": "en"}
        for n in range(MANY)
    ]
    guardians = list(db.session.scalars(insert(Guardian).returning(Guardian.id), names))
    rows = [{"district_id": district, "school_id": school, "guardian_id": n, "title": "x", "uuid": new_uuid()} for n in guardians]
    talks = list(db.session.scalars(insert(Conversation).returning(Conversation.id), rows))
    pairs = zip(talks, guardians, strict=True)
    db.session.execute(insert(Participant), [{"conversation_id": a, "guardian_id": b, "uuid": new_uuid()} for a, b in pairs])
    others = [StaffFactory(role=Role.VIEWER, schools=[db.session.get_one(School, school)]).id for _ in range(20)]
    places = [{"conversation_id": talk, "staff_id": others[n % 20], "uuid": new_uuid()} for n, talk in enumerate(talks)]
    db.session.execute(insert(Participant), places)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def test_a_guardian_of_an_own_thread_is_found_without_walking_over_all_threads(statements: list[tuple[str, object]]) -> None:
    people = family(search_text="rosa hernandez")
    talk = thread(people)
    stranger = StaffFactory(role=Role.TEACHER, schools=[people.school])
    joined = StaffFactory(role=Role.TEACHER, schools=[people.school])
    db.session.add(Participant(conversation_id=talk.id, staff_id=joined.id))
    db.session.commit()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    fill(joined)
    assert find_guardians(stranger, "rosa") == []
    for reader in (joined, office):
        statements.clear()
        assert [found.guardian_id for found in find_guardians(reader, "rosa")] == [people.guardian.id]
        asked = next(each for each in statements if "participants" in each[0])
        plan = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
        steps = [str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{plan} {asked[0]}", asked[1])]  # type: ignore[arg-type]  # as the driver got them
        assert any("participants" in step and "ix_participants" in step for step in steps), "\n".join(steps)
        assert not [step for step in steps if "SCAN participants" in step or "Seq Scan on participants" in step], steps


def test_names_that_many_have_are_found_in_the_order_of_the_list(
    statements: list[tuple[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = family(search_text="rosa hernandez")
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    teacher = StaffFactory(role=Role.TEACHER, schools=[people.school])
    fill(office)
    monkeypatch.setattr("app.conversations.queries_people.FEW", MANY // 2)
    for word in ("a", "adult"):
        found = find_guardians(office, word)
        assert [each.name for each in found] == sorted(each.name for each in found)
        assert find_guardians(teacher, word) == []
    statements.clear()
    assert find_guardians(office, "\u200b") == []
    assert statements == []
