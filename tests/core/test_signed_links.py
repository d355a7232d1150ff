"""A link opens what it was made for, until it expires, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.signed_links import BadLink, ExpiredLink, new_token, read, sign, steady_expiry, token_digest

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis wants naive bounds)


@given(st.text(max_size=100), st.integers(1, 10**7))
def test_a_link_opens_until_it_expires(subject: str, seconds: int) -> None:
    expires = NOON + timedelta(seconds=seconds)
    token = sign("key", "file", subject, expires)
    assert read("key", "file", token, expires - timedelta(seconds=1)) == subject
    with pytest.raises(ExpiredLink):
        read("key", "file", token, expires)


def test_a_link_is_good_for_its_purpose_and_key_only() -> None:
    token = sign("key", "file", "7", NOON)
    for key, purpose in (("key", "recording"), ("other", "file")):
        with pytest.raises(BadLink):
            read(key, purpose, token, NOON - timedelta(hours=1))


@given(st.text(max_size=80))
def test_a_made_up_token_is_refused(token: str) -> None:
    with pytest.raises(BadLink):
        read("key", "file", token, NOON)


@given(st.integers(0, 200), st.characters())
def test_a_changed_token_is_refused(position: int, character: str) -> None:
    token = sign("key", "file", "42", NOON)
    position %= len(token)
    changed = token[:position] + character + token[position + 1 :]
    if changed.translate(str.maketrans("+/", "-_")) == token:  # two alphabets write the same bytes
        return
    try:
        assert read("key", "file", changed, NOON - timedelta(hours=1)) == "42"  # base64 has spare bits in its last letter
        assert position in {len(token) - 1, token.rindex(".") - 1}
    except BadLink:
        pass


def test_a_very_long_token_is_refused_unread() -> None:
    with pytest.raises(BadLink):
        read("key", "file", "a" * 5_000_000, NOON)


def test_a_key_can_be_replaced() -> None:
    old = sign("old", "file", "7", NOON)
    new = sign(["old", "new"], "file", "8", NOON)
    early = NOON - timedelta(minutes=1)
    assert read(["old", "new"], "file", old, early) == "7"
    assert read("new", "file", new, early) == "8"


@given(moments, st.timedeltas(timedelta(minutes=1), timedelta(days=30)))
def test_a_steady_expiry_is_late_enough_and_rarely_changes(now: datetime, lifetime: timedelta) -> None:
    expiry = steady_expiry(now, lifetime)
    assert now + lifetime <= expiry < now + lifetime + timedelta(hours=1, seconds=1)
    assert expiry.minute == expiry.second == expiry.microsecond == 0


def test_random_tokens() -> None:
    first, second = new_token(), new_token()
    assert first.token != second.token
    assert first.digest == token_digest(first.token)
    assert first.token not in first.digest
    assert len(first.token) >= 43
