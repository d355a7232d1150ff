"""Nothing rings at night, in the recipient's zone, also when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.postal_zones import zone_of_postal_code
from app.core.quiet_hours import (
    NIGHT,
    NO_QUIET,
    Passage,
    Window,
    is_quiet,
    next_quiet,
    recipient_zone,
    release_time,
    zone_named,
)

PORTLAND = ZoneInfo("America/Los_Angeles")
zones = st.sampled_from(
    ["America/Los_Angeles", "America/New_York", "America/Phoenix", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]
).map(ZoneInfo)
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)
windows = st.builds(Window, st.times().map(lambda at: at.replace(microsecond=0)), st.times().map(lambda at: at.replace(microsecond=0)))


@pytest.mark.parametrize(
    ("local", "released"),
    [
        ("2026-11-20 20:59:59", "2026-11-20 20:59:59"),
        ("2026-11-20 21:00", "2026-11-21 08:00"),
        ("2026-11-20 23:30", "2026-11-21 08:00"),
        ("2026-11-21 00:00", "2026-11-21 08:00"),
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-21 08:00", "2026-11-21 08:00"),
        ("2026-11-21 12:00", "2026-11-21 12:00"),
        ("2026-10-31 22:00", "2026-11-01 08:00"),  # the clocks go back that night
        ("2027-03-13 22:00", "2027-03-14 08:00"),  # and forward in this one
    ],
)
def test_nights_in_portland(local, released):
    at = datetime.fromisoformat(local).replace(tzinfo=PORTLAND)
    expected = datetime.fromisoformat(released).replace(tzinfo=PORTLAND)
    assert release_time(at.astimezone(UTC), PORTLAND) == expected
    assert release_time(at, PORTLAND).tzinfo is UTC


def test_an_emergency_and_a_reply_pass():
    midnight = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert release_time(midnight, PORTLAND, passage=Passage.EMERGENCY) == midnight
    assert release_time(midnight, PORTLAND, passage=Passage.REPLY) == midnight
    assert release_time(midnight, PORTLAND) > midnight


@given(moments, zones, windows)
def test_released_is_later_allowed_and_final(now, zone, window):
    released = release_time(now, zone, window)
    assert released >= now
    assert not is_quiet(released, zone, window)
    assert release_time(released, zone, window) == released


@given(moments, zones, windows)
def test_nothing_is_held_outside_the_window(now, zone, window):
    assert (release_time(now, zone, window) == now) == (not is_quiet(now, zone, window))


@given(moments, zones)
def test_the_night_is_over_within_half_a_day(now, zone):
    released = release_time(now, zone)
    assert released - now <= timedelta(hours=12)
    if released != now:
        assert released.astimezone(zone).time() == time(8)


@given(moments, moments, zones, windows)
def test_the_order_of_messages_stays(one, other, zone, window):
    assume(one <= other)
    assert release_time(one, zone, window) <= release_time(other, zone, window)


@given(moments, zones)
def test_an_empty_window_holds_nothing(now, zone):
    assert release_time(now, zone, NO_QUIET) == now


def test_a_window_within_the_day():
    siesta = Window(time(12), time(14))
    assert siesta.covers(time(13))
    assert not siesta.covers(time(14))
    assert NIGHT.covers(time(3))


@pytest.mark.parametrize(
    ("known", "zone"),
    [
        ({"own": "America/Chicago", "postal_code": "10001", "phone": "+15035550142"}, "America/Chicago"),
        ({"postal_code": "10001", "phone": "+15035550142"}, "America/New_York"),
        ({"phone": "+12125550142"}, "America/New_York"),
        ({"phone": "+18005550142"}, "America/Denver"),
        ({"phone": "72345"}, "America/Denver"),
        ({"own": "Mars/Olympus", "postal_code": "nowhere", "phone": "+442079460958"}, "Europe/London"),
        ({"own": "../../etc/passwd"}, "America/Denver"),
        ({"own": ""}, "America/Denver"),
        ({}, "America/Denver"),
    ],
)
def test_the_recipient_decides_the_zone(known, zone):
    assert recipient_zone("America/Denver", **known) == ZoneInfo(zone)


def test_a_school_without_a_zone_still_has_an_hour():
    assert recipient_zone("") == ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("postal_code", "zone"),
    [
        ("97301", "America/Los_Angeles"),
        ("97301-1234", "America/Los_Angeles"),
        ("979141234", "America/Boise"),
        (" 02139 ", "America/New_York"),
        ("00901", "America/Puerto_Rico"),
        ("32501", "America/Chicago"),
        ("32301", "America/New_York"),
        ("33101", "America/New_York"),
        ("37402", "America/New_York"),
        ("37201", "America/Chicago"),
        ("38103", "America/Chicago"),
        ("31901", "America/New_York"),
        ("46204", "America/Indiana/Indianapolis"),
        ("47708", "America/Chicago"),
        ("48201", "America/Detroit"),
        ("57701", "America/Denver"),
        ("60601", "America/Chicago"),
        ("79901", "America/Denver"),
        ("80202", "America/Denver"),
        ("83814", "America/Los_Angeles"),
        ("85001", "America/Phoenix"),
        ("86515", "America/Denver"),
        ("89101", "America/Los_Angeles"),
        ("96813", "Pacific/Honolulu"),
        ("99501", "America/Anchorage"),
        ("09012", None),
        ("96201", None),
        ("00001", None),
        ("9730", None),
        ("SW1A 1AA", None),
        ("٩٧٣٠١", "America/Los_Angeles"),
        ("", None),
    ],
)
def test_postal_codes(postal_code, zone):
    assert zone_of_postal_code(postal_code) == zone


@given(st.integers(0, 99_999).map("{:05}".format))
def test_every_postal_code_has_a_zone_that_exists_or_none(postal_code):
    zone = zone_of_postal_code(postal_code)
    assert zone is None or zone_named(zone) is not None


@given(moments, zones, windows)
def test_the_next_night_begins_where_the_day_ends(now, zone, window):
    begins = next_quiet(now, zone, window)
    if window.start == window.end:
        assert begins is None
    elif not is_quiet(now, zone, window) and begins is not None:
        assert begins > now
        assert is_quiet(begins, zone, window)
        assert release_time(begins, zone, window) > begins
