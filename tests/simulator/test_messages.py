"""The school's side, through the carrier's own client over real HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.running import ACCOUNT, ROSA, SCHOOL, Network, PointedHere, School


def test_a_text_is_taken_and_kept_with_every_field(network: Network) -> None:
    sent = network.send(body="The bus leaves at 8:45 🚌")
    assert (sent.status, sent.to, sent.from_, sent.num_segments, sent.num_media) == ("queued", ROSA, SCHOOL, "1", "0")
    assert sent.sid.startswith("SM")
    assert sent.account_sid == ACCOUNT
    assert abs(sent.date_created - datetime.now(UTC)) < timedelta(seconds=5)
    network.settle()
    kept = network.client.messages(sent.sid).fetch()
    assert (kept.status, kept.body, kept.error_code) == ("delivered", "The bus leaves at 8:45 🚌", None)
    history = network.control("messages")["messages"][0]["history"]
    assert [line["status"] for line in history] == ["queued", "sent", "delivered"]


def test_segments_are_counted_as_the_carrier_bills_them(network: Network) -> None:
    assert network.send(body="a" * 160).num_segments == "1"
    assert network.send(body="a" * 161).num_segments == "2"
    assert network.send(body="ё" * 71).num_segments == "2"


@pytest.mark.parametrize(
    ("fields", "code", "status"),
    [
        ({"to": "12"}, 21211, 400),
        ({"to": "+10005551234"}, 21211, 400),
        ({"to": ""}, 21604, 400),
        ({"body": ""}, 21602, 400),
        ({"body": "x" * 1601}, 21617, 400),
        ({"from_": "nobody!"}, 21212, 400),
        ({"from_": ""}, 21603, 400),
        ({"from_": ROSA}, 21266, 400),
        ({"from_": "+15005550007"}, 21606, 400),
        ({"from_": "+15005550008"}, 21611, 400),
        ({"media_url": ["ftp://school.example/a.png"]}, 21620, 400),
        ({"media_url": [f"https://school.example/{n}.png" for n in range(11)]}, 21623, 400),
        ({"messaging_service_sid": "MG" + "1" * 32}, 21701, 404),
    ],
)
def test_a_wrong_request_is_refused_in_the_carriers_words(network: Network, fields: dict, code: int, status: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        network.client.messages.create(**{"to": ROSA, "from_": SCHOOL, "body": "Hello"} | fields)
    assert (refused.value.code, refused.value.status) == (code, status)
    assert network.control("messages/count")["count"] == 0


def test_the_account_is_asked_for(network: Network) -> None:
    with pytest.raises(TwilioRestException) as refused:
        Client(ACCOUNT, "wrong", http_client=PointedHere(network.url)).messages.create(to=ROSA, from_=SCHOOL, body="Hi")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    other = "AC" + "9" * 32
    with pytest.raises(TwilioRestException) as elsewhere:
        network.client.api.accounts(other).messages.create(to=ROSA, from_=SCHOOL, body="Hi")
    assert elsewhere.value.code == 20404
    assert requests.get(f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", timeout=60).status_code == 401


def test_pages_follow_each_other_without_a_gap_or_a_repeat(network: Network) -> None:
    sids = [network.send(body=f"Text {number}").sid for number in range(23)]
    assert [message.sid for message in network.client.messages.list(page_size=5)] == sids[::-1]
    assert [message.sid for message in network.client.messages.list(limit=7, page_size=3)] == sids[:-8:-1]
    first = network.client.messages.page(page_size=10)
    network.send(body="meanwhile")
    assert [message.sid for message in first.next_page()] == sids[12:2:-1]


def test_a_lost_message_is_found_by_whom_it_was_for_and_when(network: Network, school: School) -> None:
    wanted = network.send(body="Where am I?")
    network.send(to="+15035550124", body="Where am I?")
    network.send(from_="+15035550101", body="Where am I?")
    network.control(f"handsets/{ROSA}/texts", {"to": SCHOOL, "body": "Hello?"})
    since = datetime.now(UTC) - timedelta(minutes=1)
    found = network.client.messages.list(to=ROSA, from_=SCHOOL, date_sent_after=since)
    assert [message.sid for message in found] == [wanted.sid]
    assert not network.client.messages.list(to=ROSA, from_=SCHOOL, date_sent_after=since + timedelta(hours=1))
    assert [message.body for message in network.client.messages.list(to=SCHOOL)] == ["Hello?"]
    assert [message.body for message in network.client.messages.list(from_=ROSA)] == ["Hello?"]
    assert len(network.client.messages.list(date_sent=datetime.now(UTC).date())) == 4


def test_a_text_can_be_redacted_canceled_and_deleted(network: Network, school: School) -> None:
    network.set(callback_delay=5)
    waiting = network.send(body="Secret", status_callback=f"{school.url}/status")
    with pytest.raises(TwilioRestException) as busy:
        network.client.messages(waiting.sid).delete()
    assert busy.value.status == 409
    assert network.client.messages(waiting.sid).update(body="").body == ""
    assert network.client.messages(waiting.sid).update(status="canceled").status == "canceled"
    network.settle()
    assert school.statuses(waiting.sid)[-1] == "canceled"
    with pytest.raises(TwilioRestException) as late:
        network.client.messages(waiting.sid).update(status="canceled")
    assert late.value.code == 30409
    assert network.client.messages(waiting.sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        network.client.messages(waiting.sid).fetch()
    assert gone.value.status == 404


def test_a_picture_is_fetched_and_kept(network: Network, school: School) -> None:
    sent = network.send(body="The flyer", media_url=[f"{school.url}/picture.png"])
    assert (sent.sid[:2], sent.num_media) == ("MM", "1")
    network.settle()
    assert network.client.messages(sent.sid).fetch().status == "delivered"
    files = network.client.messages(sent.sid).media.list()
    assert [file.content_type for file in files] == ["image/png"]
    address = f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sent.sid}/Media/{files[0].sid}"
    assert requests.get(address, timeout=60).status_code == 401
    assert requests.get(address, auth=(ACCOUNT, "simulated-auth-token"), timeout=60).headers["Content-Type"] == "image/png"


def test_a_picture_that_is_not_there_fails_the_text(network: Network, school: School) -> None:
    sent = network.send(media_url=[f"{school.url}/nothing.png"], status_callback=f"{school.url}/status")
    network.settle()
    failed = network.client.messages(sent.sid).fetch()
    assert (failed.status, failed.error_code) == ("failed", 11200)
    assert school.heard[-1].form["ErrorCode"] == "11200"
