"""What is wrong with a body is told where it is wrong, and without what was sent."""

from typing import Any

import pytest

from app.api.complaints import complaints
from app.api.reader.shelf import FACES

SECRET = "hr_live_a-secret-that-belongs-in-no-log"
BATCH = {
    "UserName": "sis",
    "CustomerId": "100001",
    "Password": SECRET,
    "SMSMessage": "Hello",
    "Recipients": [{"MobileNumber": "+15035550123"}],
}
CASES: list[tuple[str, str, Any, str, str]] = [
    ("groupcall", "sendSms", BATCH | {"Recipients": []}, "body/Recipients", "0 items|less than 1 item|shorter|[]"),
    ("groupcall", "sendSms", BATCH | {"SMSMessage": ""}, "body/SMSMessage", "shorter than 1"),
    ("groupcall", "sendSms", {"messageData": [BATCH | {"SMSMessage": ""}]}, "body/messageData/0/SMSMessage", "shorter than 1"),
    (
        "groupcall",
        "sendSms",
        {"messageData": [BATCH | {"Recipients": [{"MobileNumber": "123"}]}]},
        "body/messageData/0/Recipients/0/MobileNumber",
        "match",
    ),
]


@pytest.mark.parametrize(("slug", "name", "body", "place", "words"), CASES, ids=[case[3] for case in CASES])
def test_it_says_where(slug: str, name: str, body: Any, place: str, words: str) -> None:
    operation = next(each for each in FACES[slug].contract.operations() if each.name == name)
    found = complaints(operation.body_validator, body, "body")
    assert place in found, found
    assert any(word in " ".join(found[place]) for word in words.split("|")), found
    assert SECRET not in str(found)


def test_a_long_text_is_not_repeated() -> None:
    operation = next(each for each in FACES["common-services"].contract.operations() if each.name == "createMessage")
    found = complaints(operation.body_validator, {"message": {"message_body": "x" * 5000}}, "body")
    assert "longer than" in str(found), found
    assert "xxx" not in str(found)


def test_alternatives_of_members_are_named() -> None:
    operation = next(each for each in FACES["common-services"].contract.operations() if each.name == "createMessage")
    found = complaints(operation.body_validator, {"message": {}}, "body")
    assert "is required" in str(found), found
    assert "anyOf" not in str(found)


def test_a_name_that_nobody_knows_is_not_repeated() -> None:
    operation = next(each for each in FACES["courier"].contract.operations() if each.name == "createMessage")
    body = {"data": {"type": "messaging-messages", "attributes": {"x" * 200_000: 1}}}
    found = complaints(operation.body_validator, body, "body")
    assert "does not know" in str(found), found
    assert len(str(found)) < 2_000
