"""What is wrong with a body is told where it is wrong, and without what was sent."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.api.complaints import complaints
from app.api.contract import Contract
from app.api.reader.shelf import FACES
from app.api.wanted import FORMATS, PATTERNS

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
        "this must be a phone number with its country code, digits alone: +15035550142",
    ),
]


@pytest.mark.parametrize(("slug", "name", "body", "place", "words"), CASES, ids=[case[3] for case in CASES])
def test_it_says_where(slug: str, name: str, body: Any, place: str, words: str) -> None:
    operation = next(each for each in FACES[slug].contract.operations() if each.name == name)
    found = complaints(operation.body_validator, body, "body", operation.contract.members_at)
    assert place in found, found
    assert any(word in " ".join(found[place]) for word in words.split("|")), found
    assert SECRET not in str(found)


def test_a_long_text_is_not_repeated() -> None:
    operation = next(each for each in FACES["common-services"].contract.operations() if each.name == "createMessage")
    found = complaints(operation.body_validator, {"message": {"message_body": "x" * 5000}}, "body", operation.contract.members_at)
    assert "longer than" in str(found), found
    assert "xxx" not in str(found)


def test_alternatives_of_members_are_named() -> None:
    operation = next(each for each in FACES["common-services"].contract.operations() if each.name == "createMessage")
    found = complaints(operation.body_validator, {"message": {}}, "body", operation.contract.members_at)
    assert "is required" in str(found), found
    assert "anyOf" not in str(found)


@pytest.mark.parametrize(
    ("slug", "name", "body", "place", "sentence"),
    [
        (
            "common-services",
            "createMessage",
            {"message": {"sendAt": "2026-12-01T08:00:00Z"}},
            "body/message/sendAt",
            "'sendAt' is not known. Did you mean 'send_at'?",
        ),
        ("ringplan", "publishMessage", {"text": "Hi", "file_ids": []}, "body/file_ids", "'file_ids' is not known. Did you mean 'files'?"),
        (
            "ringplan",
            "createExtension",
            {"data": {"Callerid": 1}},
            "body/data/Callerid",
            "'Callerid' is not known. Did you mean 'callerid'?",
        ),
        (
            "ringplan",
            "updateUser",
            {"contacts": {"phones": {"mobil": 1}}},
            "body/contacts/phones/mobil",
            "'mobil' is not known. Did you mean 'mobile'?",
        ),
        (
            "common-services",
            "createMessage",
            {"message_body": "Hi"},
            "body/message_body",
            "'message_body' belongs inside 'message'.",
        ),
        (
            "ringplan",
            "publishMessage",
            {"text": "Hi", "bogus": 1},
            "body/bogus",
            "'bogus' is not known here. Known are text, files, stamp_id.",
        ),
    ],
)
def test_a_member_that_nobody_knows_is_told_with_the_one_that_was_meant(slug: str, name: str, body: Any, place: str, sentence: str) -> None:
    operation = next(each for each in FACES[slug].contract.operations() if each.name == name)
    assert complaints(operation.body_validator, body, "body", operation.contract.members_at)[place] == [sentence]


@pytest.mark.parametrize("name", ["x" * 200_000, SECRET, "a b", "ä", "<script>", "\n"])
def test_what_is_no_name_is_not_repeated(name: str) -> None:
    operation = next(each for each in FACES["courier"].contract.operations() if each.name == "createMessage")
    body = {"data": {"type": "messaging-messages", "attributes": {name: 1}}}
    found = complaints(operation.body_validator, body, "body", operation.contract.members_at)
    assert "A name is not known here." in str(found), found
    assert len(str(found)) < 2_000
    assert name not in str([sentence for sentences in found.values() for sentence in sentences])


def closed(contract: Contract, schema: Any) -> Iterator[tuple[str, bool]]:
    """Each object within a body that names its members, and whether it takes no others."""
    schema = contract.resolved(schema)
    parts = [contract.resolved(each) for joint in ("allOf", "anyOf", "oneOf") for each in schema.get(joint, ())]
    if schema.get("properties") or "unevaluatedProperties" in schema:
        yield str(schema)[:200], schema.get("additionalProperties", schema.get("unevaluatedProperties")) is False
    items = (schema["items"],) if "items" in schema else ()
    inner = [*schema.get("properties", {}).values(), *items, *(() if "unevaluatedProperties" in schema else parts)]
    for each in inner:
        yield from closed(contract, each)


@pytest.mark.parametrize("slug", ["common-services", "ringplan", "courier"])
def test_no_body_takes_what_the_contract_does_not_name(slug: str) -> None:
    contract = FACES[slug].contract
    open_ones = [
        (operation.name, told)
        for operation in contract.operations()
        if operation.content_type and not operation.is_open and operation.spec.get("x-school-fit") != "outside"
        for told, is_closed in closed(contract, contract.at(operation.body_pointer))
        if not is_closed
    ]
    assert open_ones == []


def patterns(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name in ("pattern", "format"):
            if isinstance(value.get(name), str):
                yield name, value[name]
        for each in value.values():
            yield from patterns(each)
    elif isinstance(value, list):
        for each in value:
            yield from patterns(each)


@pytest.mark.parametrize("slug", FACES)
def test_every_pattern_is_told_in_words(slug: str) -> None:
    known = {("pattern", each) for each in PATTERNS} | {("format", each) for each in FORMATS}
    assert set(patterns(FACES[slug].contract.document)) - known == set()


def test_samples_of_advice_are_what_the_pattern_takes() -> None:
    shown = {pattern: words.rpartition(": ")[2].rpartition(", or ")[2] for pattern, words in PATTERNS.items() if ": " in words}
    assert [(pattern, sample) for pattern, sample in shown.items() if " and " not in sample and not re.search(pattern, sample)] == []


def test_types_and_formats_are_told_in_words() -> None:
    operation = next(each for each in FACES["common-services"].contract.operations() if each.name == "createMessage")
    body = {"message": {"receiver_number": 5, "send_at": "tomorrow", "media_urls": "x", "client_conversation_id": "c"}}
    assert complaints(operation.body_validator, body, "body", operation.contract.members_at) == {
        "body/message/receiver_number": ["this must be text in quotation marks"],
        "body/message/send_at": ["this must be a date and time with an offset: 2026-12-01T08:00:00-08:00"],
        "body/message/media_urls": ["this must be a list, in [ ]"],
    }
