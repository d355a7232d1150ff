"""What goes straight to the driver says the same, breaks in the same words, and is heard by whoever counts statements."""

import psycopg
import pytest
from sqlalchemy import JSON, bindparam, event, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app.conversations.models import Conversation
from app.core import rested_connections
from app.core.clock import now
from app.core.database import db, leave_database, line, transaction
from app.core.json_rows import json_row, reader_of
from app.core.prepared import Prepared
from app.directory.models import School
from tests.factories import SchoolFactory, thread

c = Conversation.__table__.c
KINDS = ["app", "postgres_app"]
COLUMNS = (c.id, c.title, c.is_office, c.created_at, c.deleted_at)


@pytest.fixture(params=KINDS)
def number(request):
    request.getfixturevalue(request.param)
    return thread().id


def test_rows_are_what_sqlalchemy_brings(number):
    statement = select(*COLUMNS).where(c.id == bindparam("id")).limit(bindparam("size"))
    values = {"id": number, "size": 3, "more": "than asked for"}
    (found,) = Prepared(statement).records(values)
    expected = db.session.execute(statement, {"id": number, "size": 3}).one()
    assert tuple(found) == tuple(expected)
    assert (found.title, found.is_office) == (expected.title, False)
    assert found.created_at.tzinfo is not None


def test_a_row_as_one_text_reads_the_same(number):
    (text,) = Prepared(select(json_row(COLUMNS)).where(c.id == bindparam("id"))).rows({"id": number})[0]
    assert reader_of(COLUMNS)(text) == list(db.session.execute(select(*COLUMNS).where(c.id == number)).one())


def test_a_list_may_have_any_length(number):
    found = Prepared(select(c.id).where(c.id.in_(bindparam("ids", expanding=True)), c.id > bindparam("least")))
    for ids, expected in (([], []), ([number], [(number,)]), ([number, 999_999], [(number,)]), ([number], [(number,)])):
        assert found.rows({"ids": ids, "least": 0}) == expected


def test_it_reads_within_the_open_change(number):
    named = Prepared(select(c.title).where(c.id == bindparam("id")))
    with transaction():
        db.session.get_one(Conversation, number).title = "Changed"
        db.session.flush()
        assert named.rows({"id": number}) == [("Changed",)]


@pytest.mark.own_app
def test_listeners_hear_of_it(number):
    heard = []
    event.listen(db.engine, "before_cursor_execute", lambda _connection, _cursor, text, *_rest: heard.append(text))
    Prepared(select(c.title).where(c.id == bindparam("id"))).rows({"id": number})
    assert [text for text in heard if "title" in text]


def test_a_refusal_of_the_database_hides_the_values(number):
    broken = Prepared(select(func.no_such_function(bindparam("words", type_=c.title.type))))
    with pytest.raises(DBAPIError) as caught:
        broken.rows({"words": "what a family wrote"})
    assert "what a family wrote" not in str(caught.value)
    db.session.rollback()
    assert Prepared(select(func.count(c.id)).where(c.id > bindparam("least"))).rows({"least": number}) == [(0,)]


@pytest.mark.parametrize("with_session", [False, True])
def test_a_line_that_broke_is_not_used_again(postgres_app, with_session):
    SchoolFactory()
    db.session.commit()
    asked = Prepared(select(func.count(c.id)).where(c.id > bindparam("least")))
    with postgres_app.app_context():
        asked.rows({"least": 0})
        if with_session:
            db.session.execute(select(1))
        driver = line().driver.dbapi_connection
        assert driver is db.session.connection().connection.dbapi_connection if with_session else driver
        driver.close()
        with pytest.raises(OperationalError) as caught:
            asked.rows({"least": 0})
        assert caught.value.connection_invalidated
        db.session.rollback()
        assert asked.rows({"least": 0}) == [(0,)]


def test_after_a_restart_one_page_fails_and_the_rest_get_new_connections(postgres_app, monkeypatch):
    monkeypatch.setattr(rested_connections, "RESTED", 3600)  # however slow the machine: they came back a moment ago
    asked = Prepared(select(func.count(c.id)).where(c.id > bindparam("least")))
    held = [db.engine.connect() for _ in range(4)]
    numbers = [each.connection.dbapi_connection.info.backend_pid for each in held]
    for each in held:
        each.close()
    with psycopg.connect(db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", [numbers])

    def page():
        with postgres_app.app_context():
            return asked.rows({"least": 0})

    with pytest.raises(OperationalError):
        page()
    assert [page() for _ in range(8)] == [[(0,)]] * 8


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_goes_on_with_the_line_and_gives_it_back(kind, request):
    app = request.getfixturevalue(kind)
    school = SchoolFactory()
    db.session.commit()
    asked = Prepared(select(func.count(c.id)).where(c.id > bindparam("least")))
    free = db.engine.pool.checkedout()
    with app.app_context():
        asked.rows({"least": 0})
        assert db.session.get_one(School, school.id).name == school.name
        assert db.engine.pool.checkedout() == free + 1
        with transaction():
            asked.rows({"least": 0})
            db.session.get_one(School, school.id).name = "Renamed"
            assert db.engine.pool.checkedout() == free + 1
        assert db.engine.pool.checkedout() == free
        asked.rows({"least": 0})
        leave_database()
        assert db.engine.pool.checkedout() == free
        asked.rows({"least": 0})
    assert db.engine.pool.checkedout() == free
    db.session.expire_all()
    assert school.name == "Renamed"


def test_what_fails_within_a_change_is_not_kept(number):
    named = Prepared(select(c.title).where(c.id == bindparam("id")))
    broken = Prepared(select(func.no_such_function(bindparam("words", type_=c.title.type))))
    db.session.commit()

    def change() -> None:
        with transaction():
            named.rows({"id": number})
            db.session.get_one(Conversation, number).title = "Half done"
            db.session.flush()
            broken.rows({"words": ""})

    with pytest.raises(DBAPIError):
        change()
    assert named.rows({"id": number}) != [("Half done",)]


def test_moments_and_json_are_given_as_our_types_write_them(number):
    assert Prepared(select(c.id).where(c.created_at < bindparam("at"))).rows({"at": now()}) == [(number,)]
    asked = Prepared(select(bindparam("at", type_=JSON()).label("at")))
    assert asked.records({"at": {"a": 1}})[0].at == {"a": 1}


def test_only_numbers_and_texts_are_listed(number):
    listed = Prepared(select(c.id).where(c.created_at.in_(bindparam("moments", expanding=True)), c.id == bindparam("id")))
    with pytest.raises(TypeError):
        listed.rows({"moments": [now()], "id": number})


def test_a_change_outside_of_any_reading_is_committed(number):
    renamed = Prepared(update(c.id.table).where(c.id == bindparam("id")).values(title=bindparam("new_title")))
    db.session.commit()
    with transaction():
        renamed.rows({"id": number, "new_title": "Renamed"})
    db.session.expire_all()
    assert db.session.get_one(Conversation, number).title == "Renamed"


RENAMED = Prepared(update(c.id.table).where(c.id == bindparam("id")).values(title=bindparam("new_title")))
TITLE = Prepared(select(c.title).where(c.id == bindparam("id")))


def by_an_object(number):
    db.session.get_one(Conversation, number).is_office = True


def in_a_savepoint(number):
    with db.session.begin_nested():
        RENAMED.rows({"id": number, "new_title": "Inside"})


@pytest.mark.parametrize("joins", [by_an_object, in_a_savepoint, None])
def test_a_change_begun_by_the_driver_ends_whole_whoever_joins_it(number, joins):
    db.session.commit()
    free = db.engine.pool.checkedout()

    def change(*, breaks: bool) -> None:
        with transaction():
            RENAMED.rows({"id": number, "new_title": "First"})
            if joins is not None:
                joins(number)
            RENAMED.rows({"id": number, "new_title": "Last"})
            assert not breaks

    TITLE.rows({"id": number})
    with pytest.raises(AssertionError):
        change(breaks=True)
    assert TITLE.rows({"id": number}) not in ([("First",)], [("Last",)], [("Inside",)])
    change(breaks=False)
    leave_database()
    assert db.engine.pool.checkedout() == free
    db.session.expire_all()
    assert db.session.get_one(Conversation, number).title == "Last"
    assert db.session.get_one(Conversation, number).is_office is (joins is by_an_object)
