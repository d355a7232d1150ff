"""RingPlan's ids lead back to the row that they were made from, and to no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.identifiers import DIGITS, id24, within_id24
from app.conversations.models import Message
from app.core.ids import new_uuid


@given(st.uuids())
def test_an_id_is_24_hexadecimal_digits(uuid: object) -> None:
    assert len(id24(uuid)) == DIGITS  # type: ignore[arg-type]  # a strategy of the standard library's UUIDs
    int(id24(uuid), 16)  # type: ignore[arg-type]


def test_ten_thousand_rows_made_at_once_have_ids_of_their_own() -> None:
    uuids = [new_uuid() for _ in range(10_000)]
    assert len({id24(each) for each in uuids}) == len(uuids)


@pytest.mark.parametrize("text", ["", "x" * 24, "0" * 23, "0" * 25, "A" * 24, "0" * 23 + "\n"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="24"):
        within_id24(Message.uuid, text)
