"""What this face does with a member that its contract does not name."""

import pytest

from tests.api.groupcall.conftest import Desk


def test_a_misspelt_member_is_refused_and_nothing_is_sent(desk: Desk) -> None:
    tomorrow = "2026-11-20T16:00:00Z"
    answer = desk.text({"IdaasId": "PC-g1"}, SendDatetme=tomorrow)
    assert answer.status_code == 400
    assert answer.json["errors"] == {"body/SendDatetme": ["'SendDatetme' is not known. Did you mean 'SendDateTime'? Nothing was done."]}
    batch = {"messageData": [{**desk.credentials, "SMSMessage": "Hello", "Recipients": [{"MobileNumbr": "+15035550123"}]}]}
    answer = desk.client.ask("sendSms", batch)
    assert list(answer.json["errors"]) == ["body/messageData/0/Recipients/0/MobileNumbr"]
    assert desk.hand_on() == []


@pytest.mark.parametrize(
    "name",
    [
        "SendAt",
        "SendOn",
        "Schedule",
        "scheduled_for",
        "DeliverAt",
        "SendLater",
        "sendat",
        "When",
        "Date",
        "IsTest",
        "Test",
        "TestSend",
        "DryRun",
    ],
)
def test_what_says_when_or_whether_to_send_is_never_left_aside(desk: Desk, name: str) -> None:
    answer = desk.text({"IdaasId": "PC-g1"}, **{name: "2026-12-01T08:00:00Z"})
    assert answer.status_code == 400, answer.json
    assert answer.json["errorMsg"].endswith("Nothing was done.")
    assert answer.json["errors"]
    assert desk.hand_on() == []


def test_a_stranger_is_left_aside_with_a_warning(desk: Desk) -> None:
    answer = desk.text(
        {"IdaasId": "PC-g1", "Colour": "red"},
        Campaign="autumn",
        ClassDate="2026-11-20",
        DynamicTokens={"anything": "goes"},
    )
    assert answer.status_code == 200, answer.json
    assert answer.json["WarningMessages"] == ["Not known here, and left aside: Colour, Campaign, ClassDate."]
    batch = {"priority": 1, "messageData": [{**desk.credentials, "SMSMessage": "Hello", "Recipients": [{"IdaasId": "PC-g1"}], "a b": 1}]}
    answer = desk.client.ask("sendSms", batch)
    assert answer.json[0]["WarningMessages"] == ["Not known here, and left aside: priority, …."]
    assert len(desk.hand_on()) == 2


def test_a_body_of_strangers_is_refused_at_once(desk: Desk) -> None:
    answer = desk.text(*({"IdaasId": "PC-g1", f"q{number}": 1} for number in range(200)))
    assert (answer.status_code, answer.json["errorMsg"]) == (400, "More than 100 members are not known here. Nothing was done.")
