"""The family page says how texts are answered: counted from past ones, and nothing where too little is known."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.accounts.models import Role
from app.conversations.models import MessageKind, MessageStatus
from tests.conftest import SignIn
from tests.factories import GuardianshipFactory, MessageFactory, StaffFactory, Thread, family, thread
from tests.query_counts import count_selects

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
MORNING = datetime(2026, 11, 2, 17, tzinfo=UTC)
"""9 o'clock in Los Angeles, where the district is."""


@pytest.fixture(autouse=True)
def november() -> object:
    """The day on which the tests are told."""
    with time_machine.travel(NOW, tick=False):
        yield


def asks(talk: Thread, at: datetime, **fields: object) -> None:
    values = {"kind": MessageKind.OUTBOUND, "status": MessageStatus.DELIVERED, "body": "?", **fields}
    MessageFactory(conversation=talk.conversation, created_at=at, sent_at=at, **values)


def answers(talk: Thread, at: datetime) -> None:
    MessageFactory(conversation=talk.conversation, created_at=at, body="!", participant_id=talk.guardian.id)


def spoken(*, answered: int, asked: int, wait: timedelta = timedelta(minutes=25)) -> Thread:
    talk = thread()
    talk.guardian.joined_at = MORNING - timedelta(days=1)
    for day in range(asked):
        asks(talk, MORNING + timedelta(days=day))
        if day < answered:
            answers(talk, MORNING + timedelta(days=day) + wait)
    return talk


def page(talk: Thread, sign_in: SignIn) -> str:
    return sign_in(talk.family.teacher).get(f"/families/guardian/{talk.family.guardian.id}").text


def test_a_family_that_answers_is_known_by_its_habits(app: Flask, sign_in: SignIn) -> None:
    text = page(spoken(answered=6, asked=8), sign_in)
    for words in ("<dt>Best way</dt><dd>Text Rosa", "<dt>Usually replies</dt><dd>in 25 min", "<dt>Best time</dt><dd>Mornings"):
        assert words in text
    assert "Answered 6 of 8 texts." in text


def test_one_that_rarely_answers_is_not_praised(app: Flask, sign_in: SignIn) -> None:
    text = page(spoken(answered=1, asked=8), sign_in)
    assert "Best way" not in text
    assert "Answered 1 of 8 texts." in text


@pytest.mark.parametrize("asked", [0, 3])
def test_too_little_says_nothing(app: Flask, sign_in: SignIn, asked: int) -> None:
    text = page(spoken(answered=asked, asked=asked), sign_in)
    assert "Best way" not in text
    assert "Answered" not in text


def test_what_asked_nothing_is_not_counted(app: Flask, sign_in: SignIn) -> None:
    talk = spoken(answered=4, asked=4)
    asks(talk, MORNING + timedelta(days=5), is_automatic=True)
    asks(talk, MORNING + timedelta(days=6), status=MessageStatus.FAILED)
    asks(talk, MORNING + timedelta(days=7))
    asks(talk, MORNING + timedelta(days=7, minutes=5))  # the same question, in two texts
    answers(talk, MORNING + timedelta(days=7, minutes=30))
    asks(talk, NOW - timedelta(hours=2))  # may still be answered
    assert "Answered 5 of 5 texts." in page(talk, sign_in)


def test_answers_all_over_the_day_have_no_best_time(app: Flask, sign_in: SignIn) -> None:
    talk = spoken(answered=3, asked=3)
    for day in range(3, 6):
        asks(talk, MORNING + timedelta(days=day))
        answers(talk, MORNING + timedelta(days=day, hours=5 * (day - 2)))
    text = page(talk, sign_in)
    assert "Usually replies" in text
    assert "Best time" not in text


def test_only_threads_that_one_sees_count(app: Flask, sign_in: SignIn) -> None:
    talk = spoken(answered=6, asked=8)
    people = talk.family
    other = StaffFactory(role=Role.TEACHER, schools=[people.school])
    beside = family(school=people.school, teacher=other)
    GuardianshipFactory(student=beside.student, guardian=people.guardian)
    assert "Answered" not in sign_in(other).get(f"/families/guardian/{people.guardian.id}").text
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    assert "Answered 6 of 8 texts." in office.get(f"/families/guardian/{people.guardian.id}").text


def test_a_long_history_costs_no_more_than_a_short_one(app: Flask, sign_in: SignIn) -> None:
    talk = spoken(answered=2, asked=2)
    browser = sign_in(talk.family.teacher)
    address = f"/families/guardian/{talk.family.guardian.id}"
    few = count_selects(lambda: browser.get(address))
    for day in range(3, 9):
        asks(talk, MORNING + timedelta(days=day))
        answers(talk, MORNING + timedelta(days=day, minutes=2))
    assert count_selects(lambda: browser.get(address)) == few
