"""Numbers and settings that make the network misbehave."""

import threading
import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from app.simulator import behaviour
from tests.simulator.running import ROSA, SCHOOL, Network, School

AREA = "+1971555"


def test_the_table_of_numbers_names_every_line() -> None:
    written = {line.split("|")[1].strip().removeprefix("555-") for line in behaviour.__doc__.splitlines() if line.startswith("| 555-")}
    assert written == set(behaviour.LINES)


@pytest.mark.parametrize(
    ("to", "code", "status"),
    [
        (AREA + "1211", 21211, 400),
        (AREA + "1408", 21408, 400),
        (AREA + "1610", 21610, 400),
        (AREA + "1611", 21611, 400),
        (AREA + "1614", 21614, 400),
        (AREA + "4429", 20429, 429),
        (AREA + "4500", 20500, 500),
        ("+15005550001", 21211, 400),
        ("+15005550002", 21612, 400),
        ("+15005550003", 21408, 400),
        ("+15005550004", 21610, 400),
        ("+15005550009", 21614, 400),
    ],
)
def test_numbers_that_are_refused_at_once(network: Network, to: str, code: int, status: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        network.send(to=to)
    assert (refused.value.code, refused.value.status) == (code, status)
    assert network.control("messages/count")["count"] == 0


@pytest.mark.parametrize(
    ("line", "final", "code"),
    [
        ("3003", "undelivered", "30003"),
        ("3004", "undelivered", "30004"),
        ("3005", "undelivered", "30005"),
        ("3006", "undelivered", "30006"),
        ("3007", "undelivered", "30007"),
        ("3008", "undelivered", "30008"),
        ("3034", "undelivered", "30034"),
        ("3999", "failed", "39999"),
        ("7001", "delivered", None),
    ],
)
def test_numbers_that_fail_later(network: Network, school: School, line: str, final: str, code: str | None) -> None:
    sid = network.send(to=AREA + line, status_callback=f"{school.url}/status").sid
    network.settle()
    assert school.statuses(sid) == ["queued", "sent", final]
    assert school.heard[-1].form.get("ErrorCode") == code
    assert network.client.messages(sid).fetch().error_code == (int(code) if code else None)


@pytest.mark.parametrize(
    ("line", "told", "kept"),
    [
        ("6000", [], "delivered"),
        ("6001", ["queued", "sent"], "sent"),
        ("6002", ["queued"] * 3 + ["sent"] * 3 + ["delivered"] * 3, "delivered"),
        ("6003", ["delivered", "sent", "queued"], "delivered"),
    ],
)
def test_numbers_whose_callbacks_go_astray(network: Network, school: School, line: str, told: list[str], kept: str) -> None:
    sid = network.send(to=AREA + line, status_callback=f"{school.url}/status").sid
    network.settle()
    assert school.statuses(sid) == told
    assert network.client.messages(sid).fetch().status == kept


def test_an_error_may_hide_a_text_that_was_taken(network: Network) -> None:
    with pytest.raises(TwilioRestException) as failed:
        network.send(to=AREA + "4501")
    assert failed.value.status == 500
    assert [message.to for message in network.client.messages.list(to=AREA + "4501")] == [AREA + "4501"]


def test_an_answer_that_never_comes_hides_a_text_that_was_taken(network: Network) -> None:
    with pytest.raises(requests.exceptions.Timeout):
        network.patient(0.3).messages.create(to=AREA + "4408", from_=SCHOOL, body="Did you get this?")
    network.set(lost_answer_seconds=0)
    with pytest.raises(requests.exceptions.ConnectionError):
        network.send(to=AREA + "4408", body="And this?")
    assert [message.body for message in network.client.messages.list(to=AREA + "4408")] == ["And this?", "Did you get this?"]


def test_shares_of_sends_fail_before_they_are_taken(network: Network) -> None:
    network.set(busy_rate=0.3, error_rate=0.3)
    codes = []
    for number in range(60):
        try:
            network.send(body=str(number))
        except TwilioRestException as error:
            codes.append(error.status)
    assert {*codes} == {429, 500}
    assert 10 < len(codes) < 55
    assert network.control("messages/count")["count"] == 60 - len(codes)


def test_the_line_on_a_number_fills_up(network: Network, school: School) -> None:
    network.set(segments_per_second=4, queue_seconds=0.6)
    sids = [network.send(body="b" * 200, status_callback=f"{school.url}/status").sid for _ in range(2)]
    with pytest.raises(TwilioRestException) as full:
        network.send(status_callback=f"{school.url}/status")
    assert full.value.code == 21611
    assert network.send(from_="+15035550101").status == "queued"
    network.settle()
    sent = [next(h.at for h in school.heard if h.form["MessageSid"] == sid and h.form["MessageStatus"] == "sent") for sid in sids]
    assert 0.35 < sent[1] - sent[0] < 1.5


def test_answers_take_their_time_and_are_counted_while_they_do(network: Network) -> None:
    network.set(latency_min=0.2, latency_max=0.25)
    start = time.monotonic()
    threads = [threading.Thread(target=network.send, kwargs={"body": str(n)}) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start > 0.2
    assert 2 <= network.control("")["most_at_once"] <= 8
    network.set(most_at_once=1)
    slow = threading.Thread(target=network.send, kwargs={"body": "slow"})
    slow.start()
    _until(lambda: network.control("")["in_progress"] == 1)
    with pytest.raises(TwilioRestException) as busy:
        network.send(body="one too many")
    assert busy.value.code == 20429
    slow.join()


def _until(holds) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_phone_follows_its_switches(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behaviour, "OFF_SECONDS", 0.1)
    network.control(f"handsets/{ROSA}/switches", {"is_off": True})
    sid = network.send().sid
    network.settle()
    assert network.client.messages(sid).fetch().error_code == 30003
    network.control(f"handsets/{ROSA}/switches", {"is_off": False, "is_slow": True})
    network.send()
    assert network.control("settle", {"seconds": 0.4}) == {"settled": False}


def test_a_phone_of_the_list_follows_a_line_or_its_kind(network: Network) -> None:
    network.control("handsets", [
        {"number": "+15032220001", "name": "Eleanor Whitehorse", "line_type": "landline"},
        {"number": "+15032220002", "name": "Old number", "behaviour": "3007"},
    ])  # fmt: skip
    landline, filtered = network.send(to="+15032220001"), network.send(to="+15032220002")
    network.settle()
    assert network.client.messages(landline.sid).fetch().error_code == 30006
    assert network.client.messages(filtered.sid).fetch().error_code == 30007


@pytest.mark.parametrize("wrong", [{"latency": 1}, {"busy_rate": -1}, {"busy_rate": "often"}, {"reorder_callbacks": 1}])
def test_a_wrong_setting_is_refused_by_name(network: Network, wrong: dict) -> None:
    answer = requests.post(f"{network.url}/_control/settings", json=wrong, timeout=60)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]
