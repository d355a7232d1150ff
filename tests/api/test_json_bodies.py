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
