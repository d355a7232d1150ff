"""People find what they mean, in both databases, and what they type is never syntax."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from app.core.search_text import MOST_TERMS, fold, indexable, postgres_tsquery, sqlite_match

MESSAGES = {
    "es": "El autobús llegó tarde; Niña López está en la biblioteca.",
    "vi": "Cô giáo đón bé Nguyễn Đặng lúc 15:30.",
    "ar": "المَدْرَسَةُ مُغلَقة غدًا يا أحمد",
    "zh": "明天学校停课，请在三点半接孩子。",
    "ru": "Завтра ёлка, школа закрыта до 9:00",
    "uk": "П’ятниця: школа зачинена через їжака",
    "so": "Iskuulku berri waa xiran yahay, Cabdi.",
    "hi": "कल स्कूल बंद रहेगा",
    "th": "พรุ่งนี้โรงเรียนปิด",
    "en": "O'Brien's e-mail is pat@example.org (503-555-0142) — call me!",
}

FOUND = [
    ("autobus", "es"),
    ("NIÑA lop", "es"),
    ("don be nguyen", "vi"),
    ("Đặng", "vi"),
    ("المدرسة", "ar"),
    ("احمد", "ar"),
    ("学校", "zh"),
    ("接孩子", "zh"),
    ("课", "zh"),
    ("елка", "ru"),
    ("п'ят", "uk"),
    ("cabdi iskuul", "so"),
    ("स्कूल", "hi"),
    ("โรงเรียน", "th"),
    ("o'brien", "en"),
    ("0142", "en"),
    ("pat@example.org", "en"),
    ("E-MAIL", "en"),
]
SYNTAX = ['a" OR "b', "NEAR(a b)", "body:a", "a* AND NOT b", "^a", "(a", "a:*", "'a' | !b", "a\\", "a'b", "a--b", "a\0b"]
PIECES = [piece for body in MESSAGES.values() for piece in (*body.split(), " ", ", ", "'", '"', "-", "@", ". ")]


@pytest.fixture
def index() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE messages USING fts5(body, language UNINDEXED, prefix='2 3')")
        database.executemany("INSERT INTO messages VALUES (?, ?)", [(indexable(body), code) for code, body in MESSAGES.items()])
        yield database
    database.close()


@pytest.mark.parametrize(("query", "language"), FOUND)
def test_found_by_what_people_type(index: sqlite3.Connection, query: str, language: str) -> None:
    assert _search(index, query) == [language]


def test_postgres_finds_the_same(postgres_server: str) -> None:
    engine = create_engine(postgres_server)
    with engine.begin() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE messages (body text, language text)"))
        rows = [{"body": indexable(body), "language": code} for code, body in MESSAGES.items()]
        connection.execute(text("INSERT INTO messages VALUES (:body, :language)"), rows)
        search = text("SELECT language FROM messages WHERE to_tsvector('simple', body) @@ to_tsquery('simple', :query)")
        found = [(query, list(connection.scalars(search, {"query": postgres_tsquery(query)}))) for query, _language in FOUND]
        hostile = [list(connection.scalars(search, {"query": postgres_tsquery(query)})) for query in SYNTAX]
    engine.dispose()
    assert found == [(query, [language]) for query, language in FOUND]
    assert len(hostile) == len(SYNTAX)


@pytest.mark.parametrize("query", ["bus", "校学", "lopes", "xyz autobus"])
def test_other_words_find_nothing(index: sqlite3.Connection, query: str) -> None:
    assert _search(index, query) == []


@pytest.mark.parametrize("query", ["", "  ", "?!", '"', "*", "😀", "-- ;", "\u200b"])
def test_nothing_to_look_for(query: str) -> None:
    assert sqlite_match(query) is None
    assert postgres_tsquery(query) is None


@pytest.mark.parametrize("query", SYNTAX)
def test_syntax_is_only_words(index: sqlite3.Connection, query: str) -> None:
    _search(index, query)
    assert not set(postgres_tsquery(query) or "") & set('()|!\\"<>\0')


def test_the_two_expressions() -> None:
    assert sqlite_match("Autobús  tarde") == '"autobus" "tarde"*'
    assert postgres_tsquery("Autobús  tarde") == "'autobus' & 'tarde':*"


@given(st.text(max_size=80))
def test_any_query_is_a_valid_expression(query: str) -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE messages USING fts5(body)")
        _search_raw(database, query)
    database.close()


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_every_text_is_found_by_itself(text: str) -> None:
    match = sqlite_match(text)
    assume(match is not None)
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE VIRTUAL TABLE messages USING fts5(body)")
        database.execute("INSERT INTO messages VALUES (?)", (indexable(text),))
        found = database.execute("SELECT count(*) FROM messages WHERE messages MATCH ?", (match,)).fetchone()[0]
    database.close()
    assert found == 1


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=2000))
def test_a_query_stays_short(text: str) -> None:
    assert (postgres_tsquery(text) or "").count("&") < MOST_TERMS


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Straße  ÅNGSTRÖM ", "strasse angstrom"),
        ("٣٠ فبراير", "30 فبراير"),
        ("ＡＢＣ１", "abc1"),
        ("ex\u00adample\u200b", "example"),
        ("がっこう", "がっこう"),
        ("한국어", "한국어"),
        ("İstanbul", "istanbul"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def _search(database: sqlite3.Connection, query: str) -> list[str]:
    rows = database.execute("SELECT language FROM messages WHERE messages MATCH ?", (sqlite_match(query),))
    return [row[0] for row in rows]


def _search_raw(database: sqlite3.Connection, query: str) -> None:
    if match := sqlite_match(query):
        database.execute("SELECT count(*) FROM messages WHERE messages MATCH ?", (match,)).fetchall()
