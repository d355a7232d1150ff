"""Numbers, services and lookups, through the carrier's own client."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from tests.simulator.running import ROSA, SCHOOL, Network, School, running_network


def test_numbers_are_searched_bought_changed_and_given_back(network: Network, school: School) -> None:
    free = network.client.available_phone_numbers("US").local.list(area_code=971, limit=3)
    assert [number.phone_number[:5] for number in free] == ["+1971"] * 3
    bought = network.client.incoming_phone_numbers.create(phone_number=free[0].phone_number, friendly_name="Cedar Grove School")
    assert bought.capabilities == {"voice": True, "SMS": True, "MMS": True, "fax": False}
    with pytest.raises(TwilioRestException) as taken:
        network.client.incoming_phone_numbers.create(phone_number=free[0].phone_number)
    assert taken.value.code == 21422
    again = network.client.available_phone_numbers("US").local.list(area_code=971, limit=3)
    assert again[0].phone_number == free[1].phone_number
    assert bought.update(sms_url=f"{school.url}/sms").sms_url == f"{school.url}/sms"
    others = [network.client.incoming_phone_numbers.create(area_code="503") for _ in range(3)]
    listed = network.client.incoming_phone_numbers.list(page_size=2)
    assert [number.sid for number in listed] == [bought.sid, *[other.sid for other in others]]
    assert network.client.incoming_phone_numbers.list(phone_number=bought.phone_number)[0].friendly_name == "Cedar Grove School"
    assert bought.delete()
    with pytest.raises(TwilioRestException) as gone:
        bought.fetch()
    assert gone.value.status == 404


def test_a_service_pools_numbers_and_keeps_to_the_one_a_family_knows(network: Network) -> None:
    services = network.client.messaging.v1.services
    service = services.create(friendly_name="Announcements")
    with pytest.raises(TwilioRestException) as empty:
        network.send(from_=None, messaging_service_sid=service.sid)
    assert empty.value.code == 21704
    bought = [network.client.incoming_phone_numbers.create(area_code="503") for _ in range(3)]
    for number in bought:
        service.phone_numbers.create(phone_number_sid=number.sid)
    with pytest.raises(TwilioRestException) as twice:
        service.phone_numbers.create(phone_number_sid=bought[0].sid)
    assert twice.value.code == 21710
    assert [number.sid for number in service.phone_numbers.list(page_size=2)] == [number.sid for number in bought]
    assert [one.friendly_name for one in services.list()] == ["Announcements"]
    first = network.send(from_=None, messaging_service_sid=service.sid)
    assert (first.status, first.from_, first.messaging_service_sid) == ("accepted", None, service.sid)
    network.settle()
    used = first.fetch().from_
    assert used in {number.phone_number for number in bought}
    service.phone_numbers(next(n.sid for n in bought if n.phone_number != used)).delete()
    second = network.send(from_=None, messaging_service_sid=service.sid)
    network.settle()
    assert second.fetch().from_ == used
    assert service.delete()
    assert services.list() == []
    assert len(network.client.incoming_phone_numbers.list()) == 3


def test_a_services_callback_serves_texts_without_their_own(network: Network, school: School) -> None:
    service = network.client.messaging.v1.services.create(friendly_name="All", status_callback=f"{school.url}/service")
    sent = network.send(messaging_service_sid=service.sid)
    network.settle()
    assert school.statuses(sent.sid) == ["queued", "sent", "delivered"]
    assert school.heard[0].form["MessagingServiceSid"] == service.sid
    assert school.heard[0].form["From"] == SCHOOL


def test_a_strict_network_takes_only_senders_it_knows(network: Network) -> None:
    requests.post(f"{network.url}/_control/settings", json={"adopts_senders": False}, timeout=60).raise_for_status()
    with pytest.raises(TwilioRestException) as stranger:
        network.send()
    assert stranger.value.code == 21606
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove School"})
    assert network.send().status == "queued"


@pytest.mark.parametrize(
    ("number", "valid", "kind"),
    [
        (ROSA, True, "mobile"),
        ("+15032220001", True, "landline"),
        ("+15035553006", True, "landline"),
        ("+15035557001", True, "nonFixedVoip"),
        ("+15035551211", False, None),
        ("+1503555", False, None),
        ("5035550123", True, "mobile"),
    ],
)
def test_a_lookup_tells_the_kind_of_line(network: Network, number: str, valid: bool, kind: str | None) -> None:
    network.control("handsets", {"number": "+15032220001", "name": "Eleanor Whitehorse", "line_type": "landline"})
    found = network.client.lookups.v2.phone_numbers(number).fetch(fields="line_type_intelligence")
    assert found.valid is valid
    assert (found.line_type_intelligence or {}).get("type") == kind
    assert network.client.lookups.v2.phone_numbers(number).fetch().line_type_intelligence is None
    assert bool(found.validation_errors) is not valid


def test_the_control_side_is_for_this_machine_or_for_who_has_the_token(network: Network) -> None:
    behind_a_proxy = requests.get(f"{network.url}/_control/", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=60)
    from_a_page = requests.post(f"{network.url}/_control/reset", headers={"Sec-Fetch-Site": "cross-site"}, timeout=60)
    assert (behind_a_proxy.status_code, from_a_page.status_code) == (403, 403)
    with running_network(control_token="only tests know") as guarded:
        assert requests.get(f"{guarded.url}/_control/", timeout=60).status_code == 403
        known = {"Authorization": "Bearer only tests know"}
        assert requests.get(f"{guarded.url}/_control/", headers=known, timeout=60).status_code == 200


def test_starting_over_forgets_texts_and_then_everything(network: Network) -> None:
    network.control("handsets", [{"number": ROSA, "name": "Rosa María", "language": "es"}])
    network.send()
    network.settle()
    network.set(busy_rate=1)
    network.control("reset", {})
    assert network.control("")["messages"] == []
    assert network.control("settings")["busy_rate"] == 0
    assert [one["name"] for one in network.control("handsets?q=maria")["handsets"]] == ["Rosa María"]
    assert len(network.client.incoming_phone_numbers.list()) == 1
    network.control("reset", {"everything": True})
    assert network.control("handsets")["handsets"] == []
    assert network.client.incoming_phone_numbers.list() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "12"},
        {"number": 5035550123},
        {"number": ROSA, "line_type": "carrier pigeon"},
        {"number": ROSA, "behaviour": "0000"},
        {"number": ROSA, "age": 3},
        [1],
    ],
)
def test_a_wrong_handset_is_refused_and_nothing_of_the_list_is_kept(network: Network, wrong: object) -> None:
    given = [{"number": "+15032220009", "name": "First"}, wrong]
    answer = requests.post(f"{network.url}/_control/handsets", json=given, timeout=60)
    assert answer.status_code == 400
    assert network.control("handsets")["handsets"] == []


def test_phones_can_be_given_a_past(network: Network, school: School) -> None:
    service = {"sid": "MG" + "5" * 32, "name": "Cedar Grove"}
    network.control("services", service)
    network.control("numbers", [{"number": SCHOOL, "service_sid": service["sid"]}, {"number": "+15035550101"}])
    past = [
        {"handset": ROSA, "school": SCHOOL, "body": "The zoo trip is on Friday.", "at": 1_700_000_000},
        {"handset": ROSA, "school": SCHOOL, "body": "Gracias", "at": 1_700_000_060.5, "is_inbound": True},
    ]
    assert network.control("past", past) == {"kept": 2}
    assert [message.body for message in network.client.messages.list(to=ROSA)] == ["The zoo trip is on Friday."]
    assert network.client.messages.list(to=ROSA)[0].date_created.year == 2023
    page = requests.get(f"{network.url}/phones/{ROSA}/with/{SCHOOL}", timeout=60).text
    assert page.index("The zoo trip is on Friday.") < page.index("Gracias</p>")
    network.control("opt_outs", [{"handset": ROSA, "school": SCHOOL}, {"handset": "+15035550124"}])
    for to, sender in ((ROSA, SCHOOL), ("+15035550124", SCHOOL), ("+15035550124", "+15035550101")):
        with pytest.raises(TwilioRestException) as stopped:
            network.send(to=to, from_=sender)
        assert stopped.value.code == 21610
    assert network.send(from_="+15035550101").status == "queued"
    assert network.control("")["refused"] == {"21610": 3}
    assert school.heard == []


@pytest.mark.parametrize("path", ["handsets", "services", "numbers", "opt_outs", "past"])
def test_a_seed_that_is_wrong_says_where(network: Network, path: str) -> None:
    answer = requests.post(f"{network.url}/_control/{path}", json=[{"colour": "green"}], timeout=60)
    assert (answer.status_code, answer.json()["error"][:3]) == (400, "0: ")
    assert "colour" in answer.json()["error"]
