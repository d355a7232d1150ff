"""Texts from handsets: what the school's webhook gets, STOP and START, and what it may answer."""

import pytest
import requests
from flask import Response
from twilio.base.exceptions import TwilioRestException
from twilio.twiml.messaging_response import MessagingResponse

from tests.simulator.running import ACCOUNT, PICTURE, ROSA, SCHOOL, TOKEN, Network, School, running_network


def says(network: Network, body: str, **more) -> dict:
    return network.control(f"handsets/{ROSA}/texts", {"to": SCHOOL, "body": body} | more)


def test_a_text_reaches_the_school_signed_and_whole(network: Network, school: School) -> None:
    sent = says(network, "Gracias maestra 🙏")
    heard = school.wait_for(1, "inbound")[0]
    assert heard.is_signed
    assert {name: heard.form[name] for name in ("MessageSid", "From", "To", "Body", "NumMedia", "NumSegments", "SmsStatus")} == {
        "MessageSid": sent["sid"], "From": ROSA, "To": SCHOOL, "Body": "Gracias maestra 🙏", "NumMedia": "0", "NumSegments": "1",
        "SmsStatus": "received",
    }  # fmt: skip
    assert "OptOutType" not in heard.form
    kept = network.client.messages(sent["sid"]).fetch()
    assert (kept.direction, kept.status, kept.from_, kept.to) == ("inbound", "received", ROSA, SCHOOL)


def test_a_picture_is_kept_where_only_the_account_can_fetch_it(network: Network, school: School) -> None:
    import base64

    says(network, "", media=[base64.b64encode(PICTURE).decode()])
    form = school.wait_for(1)[0].form
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert requests.get(form["MediaUrl0"], timeout=60).status_code == 401
    fetched = requests.get(form["MediaUrl0"], auth=(ACCOUNT, TOKEN), timeout=60)
    assert (fetched.content, fetched.headers["Content-Type"]) == (PICTURE, "image/png")


def test_a_text_is_brought_again_until_the_school_is_back(network: Network, school: School) -> None:
    answers = iter([503, 500, 204])
    school.answers = lambda _heard: Response(status=next(answers))
    says(network, "Anybody there?")
    network.settle()
    assert len(school.heard) == 3
    assert len({(heard.form["MessageSid"], heard.token) for heard in school.heard}) == 1


def test_a_number_or_its_service_names_its_own_webhook(network: Network, school: School) -> None:
    number = network.client.incoming_phone_numbers.create(phone_number=SCHOOL, sms_url=f"{school.url}/number")
    says(network, "To the number")
    network.settle()
    service = network.client.messaging.v1.services.create(friendly_name="Office", inbound_request_url=f"{school.url}/service")
    service.phone_numbers.create(phone_number_sid=number.sid)
    says(network, "To the service")
    network.settle()
    service.update(use_inbound_webhook_on_number=True)
    says(network, "To the number again")
    network.settle()
    assert [heard.path for heard in school.heard] == ["number", "service", "number"]
    assert [heard.form.get("MessagingServiceSid") for heard in school.heard] == [None, service.sid, service.sid]


def test_stop_blocks_that_sender_until_start(network: Network, school: School) -> None:
    says(network, " Stop ")
    assert school.wait_for(1)[0].form["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as blocked:
        network.send()
    assert blocked.value.code == 21610
    assert network.send(from_="+15035550101").status == "queued"
    assert network.send(to="+15035550124").status == "queued"
    says(network, "unstop")
    assert school.wait_for(2, "inbound")[1].form["OptOutType"] == "START"
    assert network.send().status == "queued"


def test_stop_holds_for_every_number_of_a_service(network: Network) -> None:
    service = network.client.messaging.v1.services.create(friendly_name="School")
    for number in (SCHOOL, "+15035550101"):
        bought = network.client.incoming_phone_numbers.create(phone_number=number)
        service.phone_numbers.create(phone_number_sid=bought.sid)
    says(network, "STOPALL")
    for fields in ({"from_": "+15035550101"}, {"from_": None, "messaging_service_sid": service.sid}):
        with pytest.raises(TwilioRestException) as blocked:
            network.send(**fields)
        assert blocked.value.code == 21610


def test_the_network_acknowledges_a_keyword_once(network: Network) -> None:
    for body in ("STOP", "STOP", "START", "HELP", "stop it please"):
        says(network, body)
    network.settle()
    replies = [message.body for message in network.client.messages.list(to=ROSA)]
    assert [reply.split(".")[0].split(" and")[0] for reply in reversed(replies)] == [
        "You are unsubscribed", "You are subscribed again", "Reply STOP to get no more texts from this number",
    ]  # fmt: skip


def test_the_school_may_answer_in_twiml(network: Network, school: School) -> None:
    answer = MessagingResponse()
    answer.message("Ms. Lee answers by 15:30.").media(f"{school.url}/picture.png")
    answer.message("Call 911 in an emergency.", to="+15035550124")
    school.answers = lambda _heard: Response(str(answer), mimetype="text/xml")
    says(network, "Hello?")
    network.settle()
    replies = {message.to: message for message in network.client.messages.list(from_=SCHOOL)}
    assert {to: (reply.body, reply.status, reply.num_media, reply.direction) for to, reply in replies.items()} == {
        ROSA: ("Ms. Lee answers by 15:30.", "delivered", "1", "outbound-reply"),
        "+15035550124": ("Call 911 in an emergency.", "delivered", "0", "outbound-reply"),
    }


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<Response/>", "text/xml"),
        ("<Response><Message/></Response>", "text/xml"),
        ("<Response><Message>unfinished", "text/xml"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response><Message>&a;</Message></Response>', "text/xml"),
        ("<html>Thanks</html>", "text/html"),
        ("", "text/plain"),
    ],
)
def test_an_answer_without_a_text_sends_nothing(network: Network, school: School, content: str, kind: str) -> None:
    school.answers = lambda _heard: Response(content, mimetype=kind)
    says(network, "Hello?")
    network.settle()
    assert network.client.messages.list(to=ROSA) == []


def test_who_said_stop_gets_no_answer(network: Network, school: School) -> None:
    school.answers = lambda _heard: Response("<Response><Message>Sorry!</Message></Response>", mimetype="text/xml")
    says(network, "STOP")
    network.settle()
    assert [message.body for message in network.client.messages.list(to=ROSA) if message.body == "Sorry!"] == []


def test_a_number_without_a_webhook_keeps_the_text(school: School) -> None:
    with running_network() as alone:
        says(alone, "Is this on?")
        alone.settle()
        assert alone.control("webhooks")["webhooks"][0]["problem"] == "no address"
        assert [message.body for message in alone.client.messages.list(to=SCHOOL)] == ["Is this on?"]
