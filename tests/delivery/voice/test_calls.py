"""The whole way of a call: what they hear, how it ends, and what becomes of the delivery."""

from datetime import timedelta

import pytest

from app.carrier.error_codes import HouseCode
from app.core.clock import now
from app.core.database import db
from app.delivery.events import DeliveryChanged
from app.delivery.models import DeliveryState
from app.delivery.voice.models import PlacedCall
from app.directory.models import Consent, ContactHealth
from app.directory.queries import has_opted_out
from tests.delivery.house import state_of, wait_for
from tests.delivery.voice.conftest import Calls, phone_of, to_line
from tests.factories.threads import Family


def test_a_person_hears_who_calls_the_message_and_the_choices(calls: Calls, people: Family, heard: list[DeliveryChanged]) -> None:
    delivery = calls.queue(people)
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert delivery.reached == "person"
    hello, message, choices, goodbye = calls.words()
    assert people.school.name in hello
    assert message == "School is closed tomorrow."
    assert "press 1" in choices
    assert "press 9" in choices
    assert "5 0 3" in choices
    assert goodbye == "Goodbye."
    (call,) = db.session.query(PlacedCall)
    assert (call.answered_by, call.outcome, call.address) == ("human", "person", people.contact_point.address)
    told = [(fact.previous, fact.state, fact.reached) for fact in heard]
    assert told[-1] == ("sent", "delivered", "person")
    assert len(calls.at_the_network()) == 1


def test_a_voicemail_gets_the_message_after_the_beep(calls: Calls, people: Family) -> None:
    to_line(people, "8003")
    delivery = calls.queue(people, language="es", body="Mañana no hay clases.")
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert delivery.reached == "voicemail"
    lines = [(line["kind"], line["words"]) for line in calls.at_the_network()[0]["lines"]]
    assert lines.index(("beep", "")) < lines.index(("heard", "Mañana no hay clases."))
    assert calls.words()[0].startswith("Hola. Le llama")
    assert calls.words()[-1].startswith("Para comunicarse")


def test_a_busy_phone_rings_three_times_then_the_next_one_in_order(calls: Calls, people: Family, heard: list[DeliveryChanged]) -> None:
    to_line(people, "8001")
    phone_of(people, "+15032221003", label="work")
    phone_of(people, "+15032221002", label="home")
    delivery = calls.queue(people)
    for time in range(2):
        calls.go()
        assert state_of(delivery) == (DeliveryState.PENDING, "busy"), time
        wait = (delivery.due_at - db.session.query(PlacedCall).order_by(PlacedCall.id.desc()).first().ended_at).total_seconds()
        assert wait == pytest.approx(15 * 60, abs=1)
        calls.come_due(delivery)
    calls.go()  # the third try, after which the next phone may ring at once
    calls.go()
    assert delivery.address == "+15032221002"
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert [one["handset"] for one in calls.at_the_network()] == ["+15035558001"] * 3 + ["+15032221002"]
    assert heard[-1].contact_point_id == delivery.contact_point_id


def test_nobody_answers_anywhere(calls: Calls, people: Family) -> None:
    to_line(people, "8002")
    delivery = calls.queue(people)
    for _ in range(3):
        calls.go()
        if delivery.state == DeliveryState.PENDING:
            calls.come_due(delivery)
    assert state_of(delivery) == (DeliveryState.FAILED, "no_answer")
    calls.place()
    assert len(calls.at_the_network()) == 3


def test_a_number_that_does_not_exist_is_left_at_once(calls: Calls, people: Family) -> None:
    to_line(people, "8004")
    phone_of(people, "+15032221002")
    delivery = calls.queue(people)
    calls.go()
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert delivery.address == "+15032221002"
    db.session.refresh(people.contact_point)
    assert people.contact_point.health == ContactHealth.DEAD


@pytest.mark.parametrize(
    ("line", "code"), [("8005", "hung_up"), ("8006", "cut_off"), ("8007", "fax"), ("8009", "21217"), ("1211", "21211")]
)
def test_what_is_over_is_not_tried_again(calls: Calls, people: Family, line: str, code: str) -> None:
    to_line(people, line)
    delivery = calls.queue(people)
    calls.go()
    calls.go()
    assert state_of(delivery) == (DeliveryState.FAILED, code)
    assert len(calls.at_the_network()) <= 1


@pytest.mark.parametrize("line", ["8008", "8013", "8014", "8015"])
def test_lost_answers_and_callbacks_in_any_order_make_one_call(calls: Calls, people: Family, line: str) -> None:
    calls.house.network.set(lost_answer_seconds=0.2)
    to_line(people, line)
    delivery = calls.queue(people)
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert delivery.reached == "person"
    assert len(calls.at_the_network()) == 1
    (call,) = db.session.query(PlacedCall)
    assert call.provider_id == delivery.provider_id


def test_a_call_whose_news_is_lost_is_looked_up(calls: Calls, people: Family) -> None:
    to_line(people, "8012")
    delivery = calls.queue(people)
    calls.go()
    assert state_of(delivery)[0] == DeliveryState.SENDING
    assert calls.look_up() == 0
    calls.house.set(delivery, claimed_until=delivery.started_at)
    assert calls.look_up() == 1
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)


def test_a_call_left_in_the_middle_of_placing_is_found_and_not_placed_again(calls: Calls, people: Family) -> None:
    to_line(people, "8012")
    delivery = calls.queue(people)
    calls.go()
    call = db.session.query(PlacedCall).one()
    sid, call.provider_id = call.provider_id, None
    db.session.commit()
    calls.house.set(delivery, state="processing", provider_id=None, claimed_by="gone", claimed_until=delivery.started_at)
    assert calls.look_up() == 1
    assert delivery.provider_id == sid
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert len(calls.at_the_network()) == 1


def test_a_call_that_never_left_is_placed_after_all(calls: Calls, people: Family) -> None:
    delivery = calls.queue(people)
    a_while_ago = now() - timedelta(seconds=20)
    calls.house.set(delivery, state="processing", attempts=1, claimed_by="gone", started_at=a_while_ago, claimed_until=a_while_ago)
    assert calls.look_up() == 1
    calls.go()
    assert state_of(delivery) == (DeliveryState.DELIVERED, None)
    assert len(calls.at_the_network()) == 1


def test_key_1_says_it_again_and_key_9_stops_the_calls(calls: Calls, people: Family) -> None:
    number = people.contact_point.address
    calls.house.network.control(f"handsets/{number}/call/hold", {})
    calls.house.network.set(call_speed=20)
    calls.queue(people, owner_id=1)
    calls.place()

    def press(act: str, keys: str = "") -> None:
        wait_for(lambda: calls.at_the_network()[-1]["phase"] in {"ringing", "playing"})
        calls.house.network.control(f"handsets/{number}/call/{act}", {"keys": keys})

    press("answer")
    wait_for(lambda: "press 1" in " ".join(calls.words()))
    press("press", "1")
    wait_for(lambda: calls.words().count("School is closed tomorrow.") == 2)
    press("press", "9")
    wait_for(lambda: "no more of these calls" in calls.words()[-1])
    calls.house.hear()
    assert has_opted_out(people.school.district_id, number, "calls")
    assert not has_opted_out(people.school.district_id, number, people.number.consent_scope)  # texts are another matter
    assert db.session.query(Consent).filter_by(address=number, source="keypad").count() == 1
    second = calls.queue(people, owner_id=2)
    assert (second.state, second.error_code) == (DeliveryState.BLOCKED, HouseCode.OPTED_OUT)
