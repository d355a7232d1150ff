"""Whatever bytes come: a value, or a refusal that says what is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.json_bodies import DEEPEST, read
from app.api.refusals import Refused, Why

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(min_codepoint=32, max_codepoint=126)), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_what_a_program_writes_is_read(value: Any) -> None:
    assert read(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_and_never_crash(raw: bytes) -> None:
    try:
        read(raw)
    except Refused as refused:
        why = refused.why
    else:
        why = Why.INVALID
    assert why is Why.INVALID


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
        b'{"a":' * 60_000,
        b'{"number": 99999999999999999999}',
        b'{"number": NaN}',
        b'{"number": -Infinity}',
        b'{"number": 1e400}',
        b'{"text": "a\\u0000b"}',
        b'{"te\\u0000xt": "a"}',
        b'{"text": "\\ud800"}',
        b"\xff\xfe",
        b"1" * 5_000,
    ],
)
def test_what_no_database_keeps_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        read(raw)


def test_a_member_that_is_given_twice_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read(b'{"message": {"send_at": "2030-01-01T08:00:00Z", "message_body": "Later", "send_at": null}}')
    assert refused.value.sentence == "'send_at' is given twice in one object. Send it once."
    with pytest.raises(Refused) as refused:
        read(b'{"\\u0000": 1, "\\u0000": 2}')
    assert refused.value.sentence == "A member is given twice in one object. Send it once."
    assert read(b'{"a": {"b": 1}, "c": [{"b": 2}, {"b": 3}]}') == {"a": {"b": 1}, "c": [{"b": 2}, {"b": 3}]}
