"""A promise of an answer follows the school's clock and calendar."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.office_hours import WEEKDAYS, BadOfficeHours, OfficeHours, from_stored

PORTLAND = ZoneInfo("America/Los_Angeles")
WEEK = {day: [["08:00", "12:00"], ["12:30", "15:30"]] for day in WEEKDAYS[:5]}
SCHOOL = from_stored(PORTLAND, WEEK, [date(2026, 11, 26), date(2026, 11, 27)])
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PORTLAND)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-20 07:59", "2026-11-20 08:00"),
        ("2026-11-20 08:00", "2026-11-20 08:00"),
        ("2026-11-20 11:59", "2026-11-20 11:59"),
        ("2026-11-20 12:00", "2026-11-20 12:30"),
        ("2026-11-20 15:30", "2026-11-23 08:00"),  # Friday afternoon
        ("2026-11-25 16:00", "2026-11-30 08:00"),  # Thanksgiving
        ("2026-10-31 23:00", "2026-11-02 08:00"),  # the clocks go back
        ("2027-03-13 23:00", "2027-03-15 08:00"),  # and forward
    ],
)
def test_the_next_open_moment(now, opens):
    assert SCHOOL.next_open(at(now)) == at(opens)
    assert SCHOOL.next_open(at(now).astimezone(UTC)) == at(opens)
    assert SCHOOL.is_open(at(now)) == (now == opens)


def test_it_is_told_in_the_schools_zone():
    opens = SCHOOL.next_open(datetime(2026, 11, 21, 3, tzinfo=UTC))
    assert f"{opens:%a %H:%M}" == "Mon 08:00"


def test_never_open_promises_nothing():
    nobody = OfficeHours(PORTLAND, {})
    assert not nobody.is_open(at("2026-11-20 09:00"))
    assert nobody.next_open(at("2026-11-20 09:00")) is None


def test_open_until_midnight_and_over_it():
    late = from_stored(PORTLAND, {"fri": [["18:00", "24:00"]]})
    assert late.is_open(at("2026-11-20 23:59"))
    assert not late.is_open(at("2026-11-21 00:00"))
    night = OfficeHours(PORTLAND, {4: [(time(20), time(2))]})
    assert night.is_open(at("2026-11-21 01:59"))
    assert not night.is_open(at("2026-11-21 02:00"))


stored_weeks = st.dictionaries(
    st.sampled_from(WEEKDAYS),
    st.lists(st.integers(0, 47), min_size=2, max_size=6, unique=True)
    .map(sorted)
    .map(
        lambda halves: [
            [f"{start // 2:02}:{start % 2 * 30:02}", f"{end // 2:02}:{end % 2 * 30:02}"]
            for start, end in zip(halves[::2], halves[1::2], strict=False)
        ]
    ),
)


@given(moments, stored_weeks)
def test_the_next_open_moment_is_never_past_and_always_open(now, stored):
    hours = from_stored(PORTLAND, stored)
    opens = hours.next_open(now)
    assert (opens is None) == (not stored)
    if opens is None:
        return
    assert now <= opens
    assert hours.is_open(opens)
    assert (opens == now) == hours.is_open(now)


@pytest.mark.parametrize(
    "stored",
    [
        {"funday": [["08:00", "09:00"]]},
        {"mon": [["8", "soon"]]},
        {"mon": [["08:00"]]},
        {"mon": [["08:00", "09:00", "10:00"]]},
        {"mon": [["09:00", "08:00"]]},
        {"mon": [["09:00", "09:00"]]},
        {"mon": [["08:00", "10:00"], ["09:00", "11:00"]]},
        {"mon": [["08:00", "24:00"], ["09:00", "11:00"]]},
        {"mon": [[8, 9]]},
        {"mon": [["08:00+01:00", "09:00+01:00"]]},
    ],
)
def test_hours_that_make_no_sense(stored):
    with pytest.raises(BadOfficeHours):
        from_stored(PORTLAND, stored)
