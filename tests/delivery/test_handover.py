"""From the outbox to the phone, against the simulated network over real HTTP."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.carrier.gateway import CarrierBusy
from app.core.clock import now
from app.core.database import db
from app.delivery import reconciler, service
from app.delivery.backoff import MOST_ATTEMPTS
from app.delivery.errors import AlreadyLeft
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState, Pace
from app.directory.models import ConsentKind, ConsentSource, ContactHealth, ContactKind, Guardianship
from app.directory.queries import has_opted_out
from app.directory.service import record_consent
from tests.delivery.house import House
from tests.delivery.parcels import request_to
from tests.factories.threads import Family

MAGIC = "+1971555"


def text(people: Family, line: str | None = None, **fields: object) -> Delivery:
    if line:
        people.contact_point.address = MAGIC + line
        db.session.commit()
    return service.enqueue(request_to(people, is_reply=True, **fields))[0]


def test_a_text_leaves_and_its_arrival_is_known(house: House, quick_family: Family, heard: list[DeliveryChanged]) -> None:
    quick_family.contact_point.health = ContactHealth.UNCONFIRMED
    delivery = text(quick_family, body="Bring rain boots 🌧")
    house.hand_over()
    (sent,) = house.at_the_network()
    assert (sent["to"], sent["from"], sent["body"]) == (delivery.address, quick_family.number.address, "Bring rain boots 🌧")
    house.hear()
    assert (delivery.state, delivery.provider_id, delivery.error_code) == (DeliveryState.DELIVERED, sent["sid"], None)
    assert (delivery.claimed_by, delivery.attempts, delivery.finished_at is not None) == (None, 1, True)
    assert [heard[0].state, heard[-1].state] == ["sending", "delivered"]
    db.session.refresh(quick_family.contact_point)
    assert quick_family.contact_point.health == ContactHealth.OK


def test_nothing_leaves_before_it_is_due(house: House, quick_family: Family) -> None:
    later = text(quick_family, due_at=now() + timedelta(hours=1))
    house.hand_over()
    assert later.state == DeliveryState.PENDING
    assert house.at_the_network() == []


@pytest.mark.parametrize(
    ("line", "code", "kind", "health"),
    [
        ("1211", "21211", ContactKind.MOBILE, ContactHealth.DEAD),
        ("1408", "21408", ContactKind.MOBILE, ContactHealth.OK),
        ("1614", "21614", ContactKind.LANDLINE, ContactHealth.OK),
        ("3004", "30004", ContactKind.MOBILE, ContactHealth.OK),
        ("3005", "30005", ContactKind.MOBILE, ContactHealth.DEAD),
        ("3006", "30006", ContactKind.LANDLINE, ContactHealth.OK),
        ("3007", "30007", ContactKind.MOBILE, ContactHealth.OK),
        ("3034", "30034", ContactKind.MOBILE, ContactHealth.OK),
        ("3999", "39999", ContactKind.MOBILE, ContactHealth.OK),
    ],
)
def test_a_failure_is_kept_with_its_code_and_what_follows(
    house: House, quick_family: Family, line: str, code: str, *, kind: str, health: str
) -> None:
    delivery = text(quick_family, line)
    house.hand_over()
    house.hear()
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, code)
    point = quick_family.contact_point
    db.session.refresh(point)
    assert (point.kind, point.health) == (kind, health)
    assert not has_opted_out(point.district_id, point.address, quick_family.number.consent_scope)


def test_an_opt_out_that_only_the_carrier_knew_is_recorded(house: House, quick_family: Family) -> None:
    first = text(quick_family, "1610")
    house.hand_over()
    assert (first.state, first.error_code) == (DeliveryState.FAILED, "21610")
    assert has_opted_out(first.district_id, first.address, quick_family.number.consent_scope)
    second = text(quick_family)
    assert (second.state, second.error_code) == (DeliveryState.BLOCKED, "opted_out")


def test_a_phone_that_is_off_is_tried_again_twice_and_then_given_up(
    house: House, quick_family: Family, heard: list[DeliveryChanged]
) -> None:
    delivery = text(quick_family, "3003")
    for retries in range(3):
        assert (delivery.state, delivery.retries) == (DeliveryState.PENDING, retries)
        delivery.due_at = now()
        house.hand_over()
        house.hear()
    assert (delivery.state, delivery.error_code, delivery.retries) == (DeliveryState.FAILED, "30003", 2)
    assert len(house.at_the_network()) == 3
    assert [fact.error_code for fact in heard if fact.state == "pending"] == ["30003", "30003"]
    db.session.refresh(quick_family.contact_point)
    assert quick_family.contact_point.health == ContactHealth.UNREACHABLE


@pytest.mark.parametrize("line", ["4429", "1611"])
def test_what_the_carrier_had_no_room_for_is_tried_again_a_bounded_number_of_times(house: House, quick_family: Family, line: str) -> None:
    delivery = text(quick_family, line)
    house.hand_over()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert now() < delivery.due_at < now() + timedelta(seconds=10)
    delivery.attempts, delivery.due_at = MOST_ATTEMPTS - 1, now()
    house.hand_over()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, MOST_ATTEMPTS)
    assert house.at_the_network() == []


def test_a_busy_carrier_gets_everything_in_the_end_and_nothing_twice(house: House, quick_family: Family) -> None:
    house.network.set(busy_rate=0.3)
    for number in range(30):
        text(quick_family, body=f"Text {number}")
    house.hand_over(until=lambda: db.session.query(Delivery).filter_by(state="pending").count() == 0, seconds=60)
    assert sorted(one["body"] for one in house.at_the_network()) == sorted(f"Text {number}" for number in range(30))


def test_a_carrier_that_is_away_costs_nothing(house: House, quick_family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.carrier.choice import carrier_of

    carrier = carrier_of(house.app)

    class Away:
        def send(self, _text: object) -> str:
            raise CarrierBusy(is_away=True)

    house.app.extensions["carrier"] = Away()
    delivery = text(quick_family)
    house.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.PENDING, "carrier_away")
    house.app.extensions["carrier"] = carrier
    delivery.due_at = now()
    house.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.SENDING, None)


@pytest.mark.parametrize("line", ["4501", "4408"])
def test_a_lost_answer_is_looked_up_and_adopted(house: House, quick_family: Family, line: str) -> None:
    house.network.set(lost_answer_seconds=0.05)
    text(quick_family, line, body="An earlier one")
    delivery = text(quick_family, body="Did you get this?")
    house.hand_over()
    assert (delivery.state, delivery.claimed_by) == (DeliveryState.PROCESSING, None)
    house.set(delivery, claimed_until=now())
    assert house.look_up() >= 1
    (sent,) = house.at_the_network(body="Did you get this?")
    assert (delivery.state in {"sending", "sent", "delivered"}, delivery.provider_id) == (True, sent["sid"])


def test_what_the_carrier_surely_does_not_have_is_sent_again_after_a_grace(house: House, quick_family: Family) -> None:
    delivery = text(quick_family, "4500")
    house.hand_over()
    house.set(delivery, claimed_until=now())
    assert house.look_up() == 1
    assert delivery.state == DeliveryState.PROCESSING
    assert delivery.claimed_until == delivery.started_at + reconciler.GRACE
    house.set(delivery, started_at=now() - reconciler.GRACE, claimed_until=now())
    house.look_up()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)


def test_two_equal_lost_texts_are_two(house: House, quick_family: Family) -> None:
    house.network.set(lost_answer_seconds=0)
    pair = [text(quick_family, "4408", body="Same words") for _ in range(2)]
    house.hand_over()
    for one in pair:
        house.set(one, claimed_until=now())
    assert house.look_up() == 2
    sids = {one["sid"] for one in house.at_the_network()}
    assert len(sids) == 2
    assert {one.provider_id for one in pair} == sids


def test_a_callback_alone_can_find_a_lost_text(house: House, quick_family: Family) -> None:
    house.network.set(lost_answer_seconds=0)
    delivery = text(quick_family, "4408")
    house.hand_over()
    house.hear()
    (sent,) = house.at_the_network()
    assert (delivery.state, delivery.provider_id) == (DeliveryState.DELIVERED, sent["sid"])
    assert house.look_up() == 0


def test_when_the_carrier_cannot_be_asked_a_person_decides(house: House, quick_family: Family, heard: list[DeliveryChanged]) -> None:
    delivery = text(quick_family, "4500")
    house.hand_over()
    house.app.extensions["carrier"].client.http_client._base = house.app.extensions["carrier"].client.http_client._base._replace(
        netloc="127.0.0.1:9"
    )
    house.set(delivery, claimed_until=now())
    house.look_up()
    assert (delivery.state, delivery.doubtful_since) == (DeliveryState.PROCESSING, None)
    house.set(delivery, started_at=now() - reconciler.DOUBT_AFTER, claimed_until=now())
    house.look_up()
    assert delivery.doubtful_since is not None
    assert heard[-1].is_doubtful
    service.resolve_doubt(delivery.id, service.Doubt.SEND_AGAIN)
    assert (delivery.state, delivery.doubtful_since) == (DeliveryState.PENDING, None)


def test_stop_between_queueing_and_handover_is_obeyed(house: House, quick_family: Family, heard: list[DeliveryChanged]) -> None:
    delivery = text(quick_family)
    record_consent(delivery.district_id, delivery.address, quick_family.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    house.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.BLOCKED, "opted_out")
    assert house.at_the_network() == []
    assert heard[-1].state == "blocked"


def test_a_record_that_changes_between_queueing_and_handover_is_obeyed(house: House, quick_family: Family) -> None:
    delivery = text(quick_family, body="Held over night")
    db.session.execute(update(Guardianship).where(Guardianship.guardian_id == quick_family.guardian.id).values(may_contact=False))
    db.session.commit()
    house.hand_over()
    assert (delivery.state, delivery.error_code) == (DeliveryState.BLOCKED, "not_permitted")
    assert house.at_the_network() == []


def test_undo_and_handover_never_both_win(house: House, quick_family: Family) -> None:
    deliveries = [text(quick_family, body=str(number)) for number in range(60)]
    undone: set[int] = set()

    def undo() -> None:
        with house.app.app_context():
            for one in reversed(deliveries):
                try:
                    service.cancel("test", one.owner_id)
                    undone.add(one.id)
                except AlreadyLeft:
                    continue
            db.session.remove()

    thread = threading.Thread(target=undo)
    thread.start()
    house.hand_over()
    thread.join()
    house.hand_over()
    left = {int(one["body"]) for one in house.at_the_network()}
    assert left == {number for number, one in enumerate(deliveries) if one.id not in undone}
    assert {one.state for one in deliveries if one.id in undone} <= {"cancelled"}


def test_the_pace_of_a_number_is_used_and_never_exceeded(house: House, quick_family: Family) -> None:
    quick_family.number.segments_per_second = 4
    for number in range(12):
        text(quick_family, body=f"{number}")
    house.hand_over()
    created = [one["created"] for one in house.at_the_network()]
    assert 2.4 < created[-1] - created[0] < 8
    # Two turns of tolerance: a busy machine may take a text off the wire later than it was put there.
    assert all(later - earlier >= 1 for earlier, later in zip(created, created[6:], strict=False))


def test_texts_to_one_phone_keep_their_order(house: House, quick_family: Family) -> None:
    house.network.set(latency_min=0.0, latency_max=0.02)
    for number in range(25):
        text(quick_family, body=f"{number}")
    house.hand_over()
    assert [one["body"] for one in house.at_the_network()] == [str(number) for number in range(25)]


def test_single_texts_never_wait_behind_an_announcement(house: House, quick_family: Family) -> None:
    from app.delivery.models import Priority

    quick_family.number.segments_per_second = 50
    for number in range(100):
        text(quick_family, body=f"bulk {number}", priority=Priority.BULK)
    for number in range(3):
        text(quick_family, body=f"single {number}")
    house.hand_over(seconds=20)
    bodies = [one["body"] for one in house.at_the_network()]
    assert bodies[:3] == ["single 0", "single 1", "single 2"]


def test_a_clock_that_was_set_back_silences_nobody(house: House, quick_family: Family) -> None:
    text(quick_family, body="Before the clock was set back.")
    house.hand_over()
    db.session.execute(update(Pace).values(next_at=now() + timedelta(hours=1)))
    text(quick_family, body="After it.")
    house.hand_over()
    assert [one["body"] for one in house.at_the_network()] == ["Before the clock was set back.", "After it."]
