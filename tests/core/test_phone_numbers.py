"""People write numbers in every way; inside there is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.phone_numbers import (
    PhoneKind,
    UnusablePhoneNumber,
    area_code,
    for_people,
    is_e164,
    is_short_code,
    is_valid,
    kind,
    mask,
    parse,
    parse_or_none,
    time_zones,
)

portland = st.integers(2_000_000, 9_999_999).map(lambda line: f"+1503{line}")


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("5035550142", "+15035550142"),
        ("(503) 555-0142", "+15035550142"),
        ("503.555.0142", "+15035550142"),
        ("503/555-0142", "+15035550142"),
        ("503–555–0142", "+15035550142"),
        ("1 (503) 5550142", "+15035550142"),
        ("+1 503 555 0142", "+15035550142"),
        ("tel:+1-503-555-0142", "+15035550142"),
        ("503-555-0142 x12", "+15035550142"),
        ("call me at 503-555-0142 (mom)", "+15035550142"),
        ("Room 12, 503-555-0142", "+15035550142"),
        ("503.555.0142/503.555.0199", "+15035550142"),
        ("٥٠٣٥٥٥٠١٤٢", "+15035550142"),
        ("=+15035550142", "+15035550142"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("+52 55 1234 5678", "+525512345678"),
        ("1-800-FLOWERS", "+18003569377"),
        ("  503 555 0142\n", "+15035550142"),
    ],
)
def test_any_way_of_writing(text: str, e164: str) -> None:
    assert parse(text) == e164
    assert parse_or_none(text) == e164


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no phone number"),
        ("unknown", "no phone number"),
        ("555-0142", "too short"),
        ("911", "too short"),
        ("123-456-7890", "no such"),
        ("503555014250355501425035550142", "too long"),
        ("<script>", "no phone number"),
        ("1" * 5000, "too long"),
    ],
)
def test_what_cannot_be_called_says_why(text: str, says: str) -> None:
    with pytest.raises(UnusablePhoneNumber, match=says):
        parse(text)
    assert parse_or_none(text) is None


def test_a_number_of_another_country() -> None:
    assert parse("020 7946 0958", region="GB") == "+442079460958"
    assert for_people("+442079460958") == "+44 20 7946 0958"
    assert for_people("+442079460958", region="GB") == "020 7946 0958"
    assert for_people("+15035550142") == "(503) 555-0142"


@given(portland)
def test_written_for_people_it_reads_back(e164: str) -> None:
    assert not is_valid(e164) or parse(for_people(e164)) == e164


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_nothing(text: str) -> None:
    found = parse_or_none(text)
    assert found is None or (is_e164(found) and is_valid(found))


def test_senders_that_are_no_numbers() -> None:
    assert for_people("72345") == "72345"
    assert for_people("LINCOLN") == "LINCOLN"
    assert is_short_code("72345")
    assert not is_short_code("+15035550142")
    assert not is_valid("72345")
    assert kind("LINCOLN") is PhoneKind.UNKNOWN
    assert time_zones("72345") == ()
    assert area_code("72345") is None


def test_what_a_number_tells() -> None:
    assert area_code("+15035550142") == "503"
    assert area_code("+18005551234") is None
    assert time_zones("+15035550142") == ("America/Los_Angeles",)
    assert time_zones("+18005551234") == ()
    assert kind("+15035550142") is PhoneKind.UNKNOWN
    assert kind("+18005551234") is PhoneKind.TOLL_FREE
    assert kind("+447911123456") is PhoneKind.MOBILE
    assert kind("+442079460958") is PhoneKind.LANDLINE


@given(portland)
def test_a_mask_hides_the_number(e164: str) -> None:
    hidden = mask(e164)
    assert len(hidden) == len(e164)
    assert hidden.count("*") == 8
    assert hidden.endswith(e164[-2:])
    assert mask("123") == "***"
