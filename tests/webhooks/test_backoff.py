"""How patience runs out: pauses grow, are spread, and end with the day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.webhooks.backoff import FIRST_PAUSE, LONGEST_PAUSE, LONGEST_QUIET, MOST_ASKED_FOR, next_try, pause_after, quiet_after
from app.webhooks.errands import Outcome, Problem
from app.webhooks.models import PATIENCE
from app.webhooks.standing import IN_HAND, IN_HAND_OF_THE_SLOW, SHOWN, Standing

SPREAD = 1.25
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
asked = st.none() | st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=9))


@given(st.integers(1, 10_000), asked)
def test_a_pause_is_neither_nothing_nor_for_ever(tries: int, asked_for: timedelta | None) -> None:
    pause = pause_after(tries, asked_for=asked_for)
    assert FIRST_PAUSE * 0.7 <= pause <= LONGEST_PAUSE * SPREAD
    if asked_for is not None:
        assert pause >= min(asked_for, MOST_ASKED_FOR)
    assert timedelta(0) <= quiet_after(tries, asked_for=asked_for) <= max(LONGEST_QUIET * SPREAD, MOST_ASKED_FOR)


@given(st.floats(0, 20), asked)
def test_an_event_is_tried_some_twenty_times_and_last_when_the_day_is_over(seconds: float, asked_for: timedelta | None) -> None:
    at, tries, gives_up_at = NOON, 0, NOON + PATIENCE
    due_at: datetime | None = at
    while due_at is not None:
        assert at <= due_at <= gives_up_at
        at, tries = due_at + timedelta(seconds=seconds), tries + 1
        due_at = next_try(at, tries, gives_up_at, asked_for=asked_for)
    assert at >= gives_up_at
    assert 13 <= tries <= 40


@given(st.lists(st.tuples(st.sampled_from([200, 400, 503, None]), st.integers(0, 400), st.integers(0, 30)), max_size=60))
def test_a_receiver_that_fails_is_asked_with_one_event_at_a_time_and_one_that_takes_is_healthy(
    answers: list[tuple[int | None, int, int]],
) -> None:
    standing, at = Standing(), NOON
    for status, pause, seconds in answers:
        begun_at = max(at + timedelta(seconds=pause), standing.quiet_until or at)
        assert standing.room(0, begun_at) in {1, *range(IN_HAND_OF_THE_SLOW, IN_HAND + 1)}
        at = begun_at + timedelta(seconds=seconds)
        problem = None if status == 200 else Problem.STATUS if status else Problem.NOT_REACHED
        before = standing.failures
        standing.learn(Outcome(begun_at, seconds * 1000, status, problem), at)
        assert standing.failures == {200: 0, 400: before}.get(status or 0, before + 1)
        assert (standing.failing_since is None) == (standing.failures == 0)
        if standing.failures:
            assert standing.room(1, at) == 0
            assert standing.room(0, at) <= 1
        assert len(standing.recent) <= SHOWN
        assert (standing.recent[-1] > 0) == (status == 200)


def test_what_failed_together_is_one_failure() -> None:
    standing = Standing()
    for _each in range(16):
        standing.learn(Outcome(NOON, 10, 503, Problem.STATUS), NOON + timedelta(seconds=1))
    assert (standing.failures, standing.quiet_until) == (1, None)


def test_only_after_a_whole_day_of_failing_events_die_without_a_try() -> None:
    standing, at = Standing(), NOON
    while at < NOON + PATIENCE:
        assert not standing.is_hopeless(at)
        standing.learn(Outcome(at, 10, None, Problem.NOT_REACHED), at)
        at = standing.quiet_until or at + timedelta(seconds=1)
    assert standing.is_hopeless(at)
    standing.learn(Outcome(at, 10, 200), at)
    assert not standing.is_hopeless(at)
