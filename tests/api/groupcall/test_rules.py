"""What batches work out before anything is written: units, tokens, HTML, spelling, callback addresses."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.groupcall.callbacks import NAMES, address_and_names
from app.api.groupcall.face import face
from app.api.groupcall.models import OVER, Fate
from app.api.groupcall.spelling import spelled
from app.api.groupcall.tokens import replaced, values_of
from app.api.refusals import Refused
from app.core.sms import measure
from tests.api.groupcall.conftest import Desk

SEGMENTATION: dict[str, Any] = face.contract.document["x-segmentation"]
OPERATIONS = {each.name: each for each in face.contract.operations()}


def written_out(notation: str) -> str:
    """The text that a vector describes."""
    repeated = (re.fullmatch(r"(.) x (\d+)", part, re.DOTALL) for part in notation.split(" + "))
    return "".join(each[1] * int(each[2]) if each else notation[-1] for each in repeated) if notation else ""


@pytest.mark.parametrize("vector", SEGMENTATION["vectors"], ids=lambda vector: vector["text"] or "empty")
def test_units_are_those_of_the_contract(vector: dict[str, Any]) -> None:
    counted = measure(written_out(vector["text"]))
    assert (counted.encoding, counted.units) == (vector["encoding"], vector["length"])
    assert (counted.segments if counted.fits else None) == vector["units"]


def test_every_token_is_replaced_once_and_those_without_a_value_stay() -> None:
    values = values_of({"Name": "family", "$Day$": "Monday"}, {"NAME": "Rosa", "Trick": "$Day$"})
    text, missing = replaced("Dear $name$, on $DAY$: $Trick$ costs $5, $Else$ and $Else$", values)
    assert text == "Dear Rosa, on Monday: $Day$ costs $5, $Else$ and $Else$"
    assert missing == ["$Else$"]


@given(st.text(max_size=200), st.dictionaries(st.from_regex(r"\w{1,8}", fullmatch=True), st.text(max_size=20), max_size=4))
def test_a_text_without_tokens_is_never_changed(text: str, values: dict[str, str]) -> None:
    bare = text.replace("$", "")
    assert replaced(bare, values_of(values, {})) == (bare, [])


def test_members_match_in_any_case_and_only_once() -> None:
    sms = OPERATIONS["sendSms"]
    body = {
        "MESSAGEDATA": [
            {"customerid": 1, "PASSWORD": "x", "smsMESSAGE": "Hi", "recipients": ["1", {"sendto": 1, "dynamictokens": {"aB": "c"}}]}
        ]
    }
    assert spelled(sms, body) == {
        "messageData": [
            {"CustomerId": 1, "Password": "x", "SMSMessage": "Hi", "Recipients": ["1", {"SendTo": 1, "DynamicTokens": {"aB": "c"}}]}
        ]
    }
    assert spelled(OPERATIONS["sendEmail"], {"CUSTOMERID": 1})["customerId"] == 1
    with pytest.raises(Refused, match="twice"):
        spelled(sms, {"Password": "a", "password": "b"})


def test_a_callback_address_gets_the_parameters_that_it_names_or_all() -> None:
    assert address_and_names("https://x.example/in") == ("https://x.example/in", [])
    url, names = address_and_names("https://x.example/in?status=&key=7&MESSAGEID=abc#top")
    assert (url, names) == ("https://x.example/in?key=7", ["Status", "MessageId"])
    assert set(names) < set(NAMES)


@given(st.lists(st.sampled_from(Fate), max_size=12))
def test_a_fate_only_moves_on_and_ends_once(news: list[Fate]) -> None:
    now, seen = Fate.IN_QUEUE, [Fate.IN_QUEUE]
    for one in news:
        if now.may_become(one):
            now = one
            seen.append(one)
    assert sum(one in OVER for one in seen) <= 1
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("data", [[{"SMSMessage": "y"}], 5, [], "whole", "nested"])
def test_a_message_is_one_or_a_batch(desk: Desk, data: Any) -> None:
    one = {**desk.credentials, "SMSMessage": "Hi", "Recipients": [{"IdaasId": "PC-g1"}]}
    data = {"whole": [one], "nested": [{**one, "messageData": [one]}]}.get(data, data) if isinstance(data, str) else data
    small = {**desk.small, "recipients": one["Recipients"]}
    bodies = {"sendSms": one, "sendEmail": {**small, "emailBody": "Hi", "styleClass": "x"}, "sendMulti": {**small, "smsMessage": "Hi"}}
    for name, body in bodies.items():
        answer = desk.client.ask(name, {**body, "messageData": data})
        assert answer.status_code == 400, (name, answer.text)
    assert desk.recipients() == []


@pytest.mark.parametrize("odd", ["2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "2026-12-01t08:00:00z"])
def test_a_moment_that_no_clock_shows_sends_nothing(desk: Desk, odd: str) -> None:
    for answer in (
        desk.text({"MobileNumber": "+12065550123"}, SendDateTime=odd),
        desk.email({"EmailAddress": "office@example.org"}, sendDateTime=odd),
        desk.client.ask("getUsage", {**desk.named, "FromDate": odd[:10].replace("2016-12-31", "0000-01-01"), "ToDate": "2026-11-18"}),
    ):
        assert answer.status_code == 400, answer.text
    assert "a date and time with an offset" in desk.text({"MobileNumber": "+12065550123"}, SendDateTime=odd).text
    assert desk.hand_on() == []
