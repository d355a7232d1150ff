"""The second, exact check of a sender's pace."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.lanes import AFTER_ARRIVAL, MARGIN, Lane

QUICKEST = 0.005


@dataclass
class Seen:
    """A text as the carrier saw it."""

    at: float
    weight: int


def drive(lane: Lane, weights: list[int], chance: random.Random, hiccup: float) -> list[Seen]:
    """Send as fast as the lane allows, with threads that come late and answers that take their time."""
    seen, at = [], 1000.0
    for weight in weights:
        while (pause := lane.wait(weight, at)) > 0:
            at += pause + chance.random() * 0.001
        if chance.random() < 0.05:
            at += chance.random() * hiccup
            continue
        passage = lane.begin(weight, at)
        took = QUICKEST + chance.random() * 0.03
        arrived = at + chance.random() * (took - AFTER_ARRIVAL * QUICKEST)
        seen.append(Seen(arrived, weight))
        passage.end(at + took, QUICKEST)
    return seen


def most_in_any_window(seen: list[Seen], length: float) -> int:
    moments = sorted(seen, key=lambda one: one.at)
    return max((sum(one.weight for one in moments if first.at <= one.at < first.at + length) for first in moments), default=0)


@given(st.integers(1, 200), st.integers(0, 10_000), st.floats(0, 0.5))
def test_never_above_the_pace_in_any_second(per_second: int, seed: int, hiccup: float) -> None:
    seen = drive(Lane(per_second), [1] * min(3 * per_second, 300), random.Random(seed), hiccup)
    assert most_in_any_window(seen, 1.0) <= per_second


@given(st.integers(5, 50), st.integers(0, 10_000), st.lists(st.integers(1, 5), min_size=20, max_size=100))
def test_heavy_texts_count_by_their_segments(per_second: int, seed: int, weights: list[int]) -> None:
    seen = drive(Lane(per_second), weights, random.Random(seed), 0.0)
    assert most_in_any_window(seen, 1.0) <= per_second


@pytest.mark.parametrize(
    ("per_second", "window", "capacity", "length"), [(1, 1, 1, 1), (0.5, 1, 1, 2), (1.25, 60, 75, 60), (2.5, 1, 3, 1.2)]
)
def test_broken_paces_are_kept_over_a_longer_time(per_second: float, window: float, capacity: int, length: float) -> None:
    lane = Lane(per_second, window)
    assert (lane.capacity, lane.length) == (capacity, pytest.approx(length + MARGIN))


def test_a_text_heavier_than_the_pace_goes_alone() -> None:
    lane = Lane(1)
    assert lane.wait(3, 0.0) == 0
    lane.begin(3, 0.0).end(0.01, 0.0)
    assert lane.wait(1, 0.5) == pytest.approx(0.51 + MARGIN)
