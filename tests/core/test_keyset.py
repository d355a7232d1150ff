"""A list is walked from end to end without a gap or a repeat, also while it grows."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, delete, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.core.columns import UtcDateTime
from app.core.keyset import BadCursor, cursor_after, page_of_rows

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    """Tables of this test alone."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 (SQLAlchemy asks for it so)


class Letter(Base):
    """Something with moments and names that are not unique."""

    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    name: Mapped[str]


KEYS = (Letter.at, Letter.id)
LETTERS = select(Letter.id, Letter.at, Letter.name)


def filled(engine: Engine, minutes: list[int]) -> Session:
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all(
        Letter(id=number, at=START + timedelta(minutes=minute, microseconds=minute), name=f"é{minute}")
        for number, minute in enumerate(minutes, 1)
    )
    session.commit()
    return session


@pytest.fixture
def engine():
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


def walk(session, keys, limit, *, descending=True):
    pages, cursor = [], None
    while True:
        page = page_of_rows(session, LETTERS, keys, limit=limit, cursor=cursor, descending=descending)
        pages.append(page)
        cursor = page.next_cursor
        if cursor is None:
            return pages


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 5), max_size=25),
    st.integers(1, 7),
    st.booleans(),
    st.sampled_from([KEYS, (Letter.id,), (Letter.name, Letter.id), (Letter.name, Letter.at, Letter.id)]),
)
def test_walking_there_and_back(minutes, limit, descending, keys):
    engine = create_engine("sqlite://")
    with filled(engine, minutes) as session:
        pages = walk(session, keys, limit, descending=descending)
        seen = [row.id for page in pages for row in page.rows]
        expected = sorted(session.scalars(select(Letter)), key=lambda row: tuple(getattr(row, key.key) for key in keys), reverse=descending)
        assert seen == [row.id for row in expected]
        assert pages[0].previous_cursor is None
        back, page = [], pages[-1]
        while page.previous_cursor:
            page = page_of_rows(session, LETTERS, keys, limit=limit, cursor=page.previous_cursor, descending=descending)
            assert page.next_cursor
            back = [row.id for row in page.rows] + back
        assert back == seen[: len(back)]
        assert len(back) == len(seen) - len(pages[-1].rows)
    engine.dispose()


def test_rows_of_columns_in_one_query(engine):
    with filled(engine, [3, 1, 2, 2]) as session:
        asked = []
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
        page = page_of_rows(session, select(Letter.id, Letter.at, Letter.name), KEYS, limit=2)
        assert [(row.id, row.name) for row in page.rows] == [(1, "é3"), (4, "é2")]
        after = page_of_rows(session, select(Letter.id, Letter.at), KEYS, limit=2, cursor=page.next_cursor)
        assert [row.id for row in after.rows] == [3, 2]
        assert after.next_cursor is None
        assert len(asked) == 2


def test_new_rows_at_the_top_repeat_nothing_below(engine):
    with filled(engine, [1, 2, 3, 4]) as session:
        first = page_of_rows(session, LETTERS, KEYS, limit=2)
        session.add(Letter(id=9, at=START + timedelta(hours=1), name="new"))
        session.commit()
        second = page_of_rows(session, LETTERS, KEYS, limit=2, cursor=first.next_cursor)
        assert [row.id for row in second.rows] == [2, 1]
        newer = page_of_rows(session, LETTERS, KEYS, limit=2, cursor=second.previous_cursor)
        assert [row.id for row in newer.rows] == [4, 3]
        newest = page_of_rows(session, LETTERS, KEYS, limit=2, cursor=newer.previous_cursor)
        assert [row.id for row in newest.rows] == [9]


def test_when_all_that_stood_before_is_gone_the_top_is_shown(engine):
    with filled(engine, [1, 2, 3, 4]) as session:
        first = page_of_rows(session, LETTERS, KEYS, limit=2)
        second = page_of_rows(session, LETTERS, KEYS, limit=2, cursor=first.next_cursor)
        session.execute(delete(Letter).where(Letter.id.in_([row.id for row in first.rows])))
        session.commit()
        top = page_of_rows(session, LETTERS, KEYS, limit=2, cursor=second.previous_cursor)
        assert [row.id for row in top.rows] == [2, 1]
        assert top.previous_cursor is None


def test_the_statements_own_conditions_stay(engine):
    with filled(engine, [1, 2, 3, 4, 5]) as session:
        odd = LETTERS.where(Letter.id % 2 == 1)
        first = page_of_rows(session, odd, KEYS, limit=2)
        second = page_of_rows(session, odd, KEYS, limit=2, cursor=first.next_cursor)
        assert [row.id for row in first.rows + second.rows] == [5, 3, 1]


def made(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ä",
        "%%%",
        "A" * 5000,
        made(),
        made("a"),
        made("c", 1, 1),
        made("a", 1),
        made("a", 1, 1, 1),
        made("a", "1", 1),
        made("a", 1, None),
        made("a", 1, 2**63),
        made("a", 10**30, 1),
        made("a", -1, 1),
        made("a", True, 1),
        made("a", 1.5, 1),
        made("a", [1], 1),
        made(["a"], 1, 1),
        "bnVsbA",
        "W1tb" * 90,
    ],
)
def test_a_made_up_cursor_is_refused(engine, cursor):
    with filled(engine, [1]) as session, pytest.raises(BadCursor):
        page_of_rows(session, LETTERS, KEYS, cursor=cursor)


@given(st.text(max_size=60))
def test_any_text_is_refused_or_a_place(cursor):
    engine = create_engine("sqlite://")
    with filled(engine, [1]) as session:
        try:
            page_of_rows(session, LETTERS, KEYS, cursor=cursor)
        except BadCursor:
            assert cursor
    engine.dispose()


def test_a_text_key_that_no_database_takes_is_refused(engine):
    for name in ("a\0b", "\ud800"):
        with filled(engine, [1]) as session, pytest.raises(BadCursor):
            page_of_rows(session, LETTERS, (Letter.name, Letter.id), cursor=made("a", name, 1))


def test_postgres_walks_the_same(postgres_server):
    engine = create_engine(postgres_server)
    with filled(engine, [3, 1, 2, 2, 0]) as session:
        pages = walk(session, KEYS, 2)
        assert [[row.id for row in page.rows] for page in pages] == [[1, 4], [3, 2], [5]]
        assert pages[1].previous_cursor
    Base.metadata.drop_all(engine)
    engine.dispose()


def test_a_limit_out_of_bounds_is_bounded(engine):
    with filled(engine, [1, 2]) as session:
        assert len(page_of_rows(session, LETTERS, KEYS, limit=0).rows) == 1
        assert len(page_of_rows(session, LETTERS, KEYS, limit=10**9).rows) == 2


def test_a_cursor_carries_no_name_of_a_column():
    letter = Letter(id=7, at=START, name="x")
    assert json.loads(base64.urlsafe_b64decode(cursor_after(letter, KEYS) + "==")) == ["a", int(START.timestamp()) * 10**6, 7]
