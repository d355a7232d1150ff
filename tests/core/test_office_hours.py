"""A promise of an answer follows the school's clock and calendar."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.office_hours import WEEKDAYS, BadOfficeHours, OfficeHours, from_stored, to_stored

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
    assert SCHOOL.promised_reply(at(now)) == at(opens)


def test_a_promise_is_told_in_the_schools_zone():
    promised = SCHOOL.promised_reply(datetime(2026, 11, 21, 3, tzinfo=UTC))
    assert f"{promised:%a %H:%M}" == "Mon 08:00"


@pytest.mark.parametrize(
    ("now", "hours", "promised"),
    [
        ("2026-11-20 07:00", 2, "2026-11-20 10:00"),
        ("2026-11-20 11:00", 2, "2026-11-20 13:30"),  # lunch does not count
        ("2026-11-20 15:00", 1, "2026-11-23 08:30"),
        ("2026-11-20 15:00", 7, "2026-11-23 15:00"),
        ("2026-11-20 08:00", 7, "2026-11-20 15:30"),
    ],
)
def test_open_time_is_counted(now, hours, promised):
    assert SCHOOL.promised_reply(at(now), timedelta(hours=hours)) == at(promised)


def test_never_open_promises_nothing():
    nobody = OfficeHours(PORTLAND, {})
    assert not nobody.is_open(at("2026-11-20 09:00"))
    assert nobody.next_open(at("2026-11-20 09:00")) is None
    assert nobody.promised_reply(at("2026-11-20 09:00")) is None


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


@given(stored_weeks)
def test_stored_and_read_again(stored):
    assert to_stored(from_stored(PORTLAND, stored)) == stored


@given(moments, stored_weeks, st.timedeltas(timedelta(0), timedelta(hours=30)))
def test_a_promise_falls_into_open_hours_and_never_before_now(now, stored, within):
    hours = from_stored(PORTLAND, stored)
    opens, promised = hours.next_open(now), hours.promised_reply(now, within)
    assert (opens is None) == (not stored)
    if opens is None or promised is None:
        return
    assert now <= opens <= promised
    assert promised - opens >= within
    assert hours.is_open(opens)
    assert hours.is_open(promised) or hours.is_open(promised - timedelta(microseconds=1))


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
