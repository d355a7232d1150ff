"""The adapter, through the carrier's own client, against the simulated network over real HTTP."""

import io
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from app.carrier import twilio
from app.carrier.gateway import (
    CarrierBusy,
    CarrierRefused,
    CarrierStatus,
    CarrierUnreachable,
    MediaRefused,
    OutboundText,
    SmsCarrier,
)
from app.directory.models import ContactKind
from tests.servers import free_port
from tests.simulator.running import ACCOUNT, PICTURE, ROSA, SCHOOL, TOKEN, Network, School, running_network, served

MAGIC = "+1971555"


@pytest.fixture
def school() -> Iterator[School]:
    school = School()
    with served(school.app()) as url:
        school.url = url
        yield school


@pytest.fixture
def network(school: School) -> Iterator[Network]:
    with running_network(inbound_url=f"{school.url}/inbound") as network:
        network.set(callback_delay=0.01)
        yield network


@pytest.fixture
def carrier(network: Network, school: School) -> SmsCarrier:
    return twilio.build(account_sid=ACCOUNT, auth_token=TOKEN, base=network.url, callback_url=f"{school.url}/status", connections=4)


def a_text(to: str = ROSA, body: str = "Bring rain boots 🌧", **fields: object) -> OutboundText:
    return OutboundText(**{"to": to, "sender": SCHOOL, "body": body, "reference": "0190-abc.1"} | fields)


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=2)


def test_a_text_is_handed_over_and_followed(carrier: SmsCarrier, network: Network, school: School) -> None:
    provider_id = carrier.send(a_text())
    network.settle()
    (kept,) = network.control("messages")["messages"]
    assert (kept["sid"], kept["to"], kept["from"], kept["body"]) == (provider_id, ROSA, SCHOOL, "Bring rain boots 🌧")
    assert kept["status_callback"].endswith("/status?ref=0190-abc.1")
    assert school.statuses(provider_id) == ["queued", "sent", "delivered"]
    assert all(heard.is_signed for heard in school.heard)
    (status,) = carrier.find(to=ROSA, sender=SCHOOL, since=just_now() - timedelta(minutes=1))
    assert (status.status, status.error_code, status.to, status.body) == (CarrierStatus.DELIVERED, None, ROSA, "Bring rain boots 🌧")


def test_a_picture_goes_along(carrier: SmsCarrier, network: Network, school: School) -> None:
    provider_id = carrier.send(a_text(media_urls=(f"{school.url}/picture.png", f"{school.url}/picture.png")))
    network.settle()
    assert network.client.messages(provider_id).fetch().num_media == "2"
    assert [text.media for text in carrier.find(to=ROSA, sender=SCHOOL, since=just_now() - timedelta(minutes=1))] == [2]


def test_a_lost_text_is_found_among_others(carrier: SmsCarrier, network: Network) -> None:
    since = just_now()
    ids = [carrier.send(a_text(body=body)) for body in ("one", "two", "two")]
    carrier.send(a_text(to="+15035550124"))
    carrier.send(a_text(sender="+15035550199"))
    found = carrier.find(to=ROSA, sender=SCHOOL, since=since)
    assert [(text.provider_id, text.body) for text in found] == list(zip(ids[::-1], ["two", "two", "one"], strict=True))
    assert carrier.find(to=ROSA, sender=SCHOOL, since=since + timedelta(hours=1)) == []


@pytest.mark.parametrize("code", ["1211", "1408", "1610", "1611", "1614"])
def test_a_refusal_names_its_code(carrier: SmsCarrier, code: str) -> None:
    with pytest.raises(CarrierRefused) as refused:
        carrier.send(a_text(to=MAGIC + code))
    assert refused.value.code == "2" + code


def test_a_wrong_key_is_a_refusal(network: Network) -> None:
    stranger = twilio.build(account_sid=ACCOUNT, auth_token="wrong", base=network.url, callback_url="http://x.test/s", connections=1)
    with pytest.raises(CarrierRefused) as refused:
        stranger.send(a_text())
    assert refused.value.code == "20003"


def test_too_many_requests_means_surely_not_taken(carrier: SmsCarrier, network: Network) -> None:
    with pytest.raises(CarrierBusy):
        carrier.send(a_text(to=MAGIC + "4429"))
    assert network.control("messages/count")["count"] == 0


@pytest.mark.parametrize("line", ["4500", "4501", "4408"])
def test_what_nobody_knows_is_unreachable(carrier: SmsCarrier, network: Network, line: str) -> None:
    network.set(lost_answer_seconds=0)
    with pytest.raises(CarrierUnreachable):
        carrier.send(a_text(to=MAGIC + line))
    found = carrier.find(to=MAGIC + line, sender=SCHOOL, since=just_now())
    assert len(found) == (0 if line == "4500" else 1)


def test_nobody_there_means_surely_not_taken() -> None:
    nowhere = twilio.build(
        account_sid=ACCOUNT, auth_token=TOKEN, base=f"http://127.0.0.1:{free_port()}", callback_url="http://x.test/s", connections=1
    )
    with pytest.raises(CarrierBusy) as away:
        nowhere.send(a_text())
    assert away.value.is_away


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnonsense!", b""]
)
def test_an_answer_without_an_id_leaves_it_open(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        import threading

        def talk() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(65536)
                line.sendall(answer)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        strange = twilio.build(
            account_sid=ACCOUNT, auth_token=TOKEN, base=f"http://127.0.0.1:{listener.getsockname()[1]}", callback_url="http://x.test/s",
            connections=1,
        )  # fmt: skip
        with pytest.raises(CarrierUnreachable):
            strange.send(a_text())
        thread.join(5)


def test_numbers_are_looked_up_and_listed(carrier: SmsCarrier, network: Network) -> None:
    network.control("handsets", {"number": "+15032220001", "name": "Eleanor Whitehorse", "line_type": "landline"})
    assert carrier.lookup_number(ROSA).kind == ContactKind.MOBILE
    assert carrier.lookup_number("+15032220001").kind == ContactKind.LANDLINE
    assert carrier.lookup_number(MAGIC + "7001").kind == ContactKind.VOIP
    assert not carrier.lookup_number("+1503").is_valid
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Valley", "sms_url": "https://school.example/in"})
    more = {"number": "+15035550149", "voice_url": "https://school.example/calls", "status_callback": "https://school.example/over"}
    network.control("numbers", more)
    number, spoken = sorted(carrier.list_numbers(), key=lambda one: one.address != SCHOOL)
    assert spoken.takes_calls
    assert (spoken.calls_url, spoken.call_status_url) == (more["voice_url"], more["status_callback"])
    assert (number.address, number.name, number.takes_texts, number.inbound_url) == (
        SCHOOL, "Cedar Valley", True, "https://school.example/in",
    )  # fmt: skip


def test_a_picture_from_a_family_is_fetched_up_to_a_size(carrier: SmsCarrier, network: Network, school: School) -> None:
    import base64

    network.control(f"handsets/{ROSA}/texts", {"to": SCHOOL, "media": [base64.b64encode(PICTURE).decode()]})
    url = school.wait_for(1, "inbound")[0].form["MediaUrl0"]
    assert requests.get(url, timeout=60).status_code == 401
    into = io.BytesIO()
    assert carrier.fetch_media(url, into, most_bytes=1000) == "image/png"
    assert into.getvalue() == PICTURE
    with pytest.raises(MediaRefused):
        carrier.fetch_media(url, io.BytesIO(), most_bytes=10)
    with pytest.raises(MediaRefused):
        carrier.fetch_media("http://169.254.169.254/latest", io.BytesIO(), most_bytes=1000)
    with pytest.raises(CarrierUnreachable):
        carrier.fetch_media(url + "0", io.BytesIO(), most_bytes=1000)
