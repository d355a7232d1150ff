"""A fax leaves once, is followed to its end, tried again by the house where that may help, and never sent twice blindly."""

from datetime import UTC, datetime, timedelta

import pytest

from app.carrier import telnyx_faxes
from app.carrier.error_codes import HouseCode
from app.carrier.fax_choice import faxes_of
from app.carrier.fax_codes import FaxCode
from app.core.clock import now
from app.core.database import db
from app.delivery import service
from app.delivery.errors import AlreadyLeft, MayNotRetry
from app.delivery.events import DeliveryChanged
from app.delivery.fax import lookups
from app.delivery.fax.models import ARRIVED
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import Doubt
from app.directory import service as directory
from app.directory.models import ConsentKind, ConsentSource
from tests.delivery.fax.conftest import Faxes
from tests.delivery.house import state_of, wait_for
from tests.servers import free_port
from tests.simulator.faxing import CLINIC

LINE = "+1503555{}"
BUSY, SILENT, BUSY_TWICE = LINE.format("9001"), LINE.format("9017"), LINE.format("9007")
NIGHT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""One o'clock in the morning, in Oregon."""


def test_a_fax_goes_through_and_its_owner_hears_each_step(faxes: Faxes, heard: list[DeliveryChanged]) -> None:
    delivery = faxes.queue(pages=3)
    faxes.go()
    assert state_of(delivery) == ("delivered", None)
    assert [fact.state for fact in heard] == ["sending", "sent", "delivered"]
    (one,) = faxes.tries(delivery)
    assert (one.outcome, one.pages, one.attempt, one.address, one.has_arrived) == (ARRIVED, 3, 1, CLINIC, True)
    assert one.seconds
    assert one.placed_at <= one.sending_at <= one.ended_at
    (there,) = faxes.at_the_network()
    assert (there["sid"], there["machine"], there["school"]) == (one.provider_id, CLINIC, faxes.number.address)
    assert (there["station"], there["quality"], there["pages"]) == ("Bridge School", "fine", 3)


def test_standard_quality_is_what_the_carrier_hears(faxes: Faxes) -> None:
    faxes.queue(details={"fine": False})
    faxes.go()
    assert [one["quality"] for one in faxes.at_the_network()] == ["standard"]


def test_a_busy_line_is_tried_three_times_and_seven_minutes_apart(faxes: Faxes, heard: list[DeliveryChanged]) -> None:
    delivery = faxes.queue(BUSY)
    faxes.go()
    pause = delivery.due_at - now()
    assert state_of(delivery) == ("pending", FaxCode.BUSY)
    assert timedelta(minutes=6) < pause < timedelta(minutes=8)
    assert (heard[-1].state, heard[-1].error_code, heard[-1].due_at) == ("pending", FaxCode.BUSY, delivery.due_at)
    for _ in range(2):
        faxes.come_due(delivery)
        faxes.go()
    assert state_of(delivery) == ("failed", FaxCode.BUSY)
    assert [(one.outcome, one.raw_code) for one in faxes.tries(delivery)] == [(FaxCode.BUSY, "user_busy")] * 3
    faxes.come_due(delivery)
    faxes.go()
    assert len(faxes.at_the_network()) == 3


def test_the_house_goes_on_until_it_is_through(faxes: Faxes) -> None:
    delivery = faxes.queue(BUSY_TWICE)
    for _ in range(3):
        faxes.go()
        faxes.come_due(delivery) if state_of(delivery)[0] == "pending" else None
    assert state_of(delivery) == ("delivered", None)
    assert [one.outcome for one in faxes.tries(delivery)] == [FaxCode.BUSY, FaxCode.BUSY, ARRIVED]


def test_more_patience_is_a_wish_of_the_fax(faxes: Faxes) -> None:
    delivery = faxes.queue(BUSY, details={"tries": 5, "pause": 900})
    faxes.go()
    assert timedelta(minutes=14) < delivery.due_at - now() < timedelta(minutes=16)
    for _ in range(4):
        faxes.come_due(delivery)
        faxes.go()
    assert state_of(delivery) == ("failed", FaxCode.BUSY)
    assert len(faxes.tries(delivery)) == 5


def test_an_interruption_says_how_many_pages_arrived(faxes: Faxes) -> None:
    delivery = faxes.queue(LINE.format("9006"), pages=5)
    faxes.go()
    (one,) = faxes.tries(delivery)
    assert (one.outcome, one.pages) == (FaxCode.INTERRUPTED, 3)
    assert state_of(delivery) == ("pending", FaxCode.INTERRUPTED)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("9003", FaxCode.NOT_A_FAX), ("9004", FaxCode.BAD_NUMBER), ("9009", FaxCode.BAD_NUMBER), ("9018", FaxCode.BAD_DOCUMENT),
        ("9020", FaxCode.REFUSED),
    ],
)  # fmt: skip
def test_what_would_only_fail_again_is_over_at_once(faxes: Faxes, line: str, code: FaxCode) -> None:
    delivery = faxes.queue(LINE.format(line))
    faxes.go()
    assert state_of(delivery) == ("failed", code)
    (one,) = faxes.tries(delivery)
    assert (one.outcome, one.ended_at is None) == (code, False)


def test_nobody_is_tried_again_whom_it_would_disturb(faxes: Faxes) -> None:
    delivery = faxes.queue(LINE.format("9003"))
    faxes.go()
    with pytest.raises(MayNotRetry):
        service.retry(delivery.id)


def test_a_failed_one_is_tried_again_as_a_new_delivery(faxes: Faxes, heard: list[DeliveryChanged]) -> None:
    delivery = faxes.queue(LINE.format("9018"))
    faxes.go()
    fresh = service.retry(delivery.id)
    assert heard[-1].is_retry
    faxes.go()
    assert state_of(fresh) == ("failed", FaxCode.BAD_DOCUMENT)
    assert [one.attempt for one in faxes.tries(fresh)] == [1]


def test_the_answer_is_lost_and_the_fax_is_not(faxes: Faxes) -> None:
    faxes.house.network.set(drop_callbacks=1.0, lost_answer_seconds=0.1)
    delivery = faxes.queue(LINE.format("9008"))
    faxes.place()
    assert state_of(delivery)[0] == "processing"
    faxes.house.hear()
    assert faxes.grow_silent(delivery) == 1
    assert state_of(delivery) == ("delivered", None)
    (one,) = faxes.tries(delivery)
    assert one.provider_id == faxes.at_the_network()[0]["sid"]
    assert len(faxes.at_the_network()) == 1


def test_news_comes_before_the_answer(faxes: Faxes) -> None:
    faxes.house.network.set(lost_answer_rate=1.0, lost_answer_seconds=0.5)
    delivery = faxes.queue()
    faxes.go()
    assert state_of(delivery) == ("delivered", None)
    assert len(faxes.at_the_network()) == 1


def test_another_fax_to_the_same_machine_is_never_taken_for_the_lost_one(faxes: Faxes) -> None:
    faxes.house.network.set(drop_callbacks=1.0, lost_answer_seconds=0.1)
    lost, other = faxes.queue(LINE.format("9008")), faxes.queue(LINE.format("9008"), owner_id=2)
    faxes.place()
    faxes.house.hear()
    faxes.grow_silent(other)
    faxes.grow_silent(lost)
    assert {state_of(one) for one in (lost, other)} == {("delivered", None)}
    ids = {faxes.tries(one)[0].provider_id for one in (lost, other)}
    assert ids == {one["sid"] for one in faxes.at_the_network()}


def test_what_never_reached_the_carrier_is_sent_again_but_not_at_once(faxes: Faxes) -> None:
    delivery = faxes.queue()
    faxes.house.set(delivery, state="processing", attempts=1, started_at=now(), claimed_until=now())
    assert faxes.grow_silent(delivery) == 1
    assert state_of(delivery)[0] == "processing"
    faxes.grow_silent(delivery, started_at=now() - lookups.GRACE)
    assert state_of(delivery)[0] == "pending"
    faxes.go()
    assert state_of(delivery) == ("delivered", None)
    assert len(faxes.at_the_network()) == 1


def test_while_the_carrier_cannot_be_asked_a_person_decides(faxes: Faxes, heard: list[DeliveryChanged]) -> None:
    delivery = faxes.queue()
    faxes.house.set(delivery, state="processing", attempts=1, started_at=now() - timedelta(minutes=6), claimed_until=now())
    nobody = f"http://127.0.0.1:{free_port()}"
    faxes.house.app.extensions["fax_carrier"] = telnyx_faxes.build(api_key="k", application="a", callback_url=nobody, base=nobody)
    lookups.look_up(faxes.house.app)
    assert state_of(delivery)[0] == "processing"
    assert heard[-1].is_doubtful
    service.resolve_doubt(delivery.id, Doubt.SENT)
    assert state_of(delivery)[0] == "delivered"


def test_silence_is_asked_about(faxes: Faxes) -> None:
    faxes.house.network.set(drop_callbacks=1.0)
    delivery = faxes.queue()
    faxes.go()
    assert state_of(delivery)[0] == "sending"
    faxes.grow_silent(delivery)
    assert state_of(delivery) == ("delivered", None)


def test_one_that_the_carrier_never_ends_is_given_to_a_person_after_half_a_day(faxes: Faxes) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    wait_for(lambda: state_of(delivery)[0] == "sending")
    faxes.grow_silent(delivery)
    assert state_of(delivery)[0] == "sending"
    (one,) = faxes.tries(delivery)
    one.placed_at = now() - lookups.LONGEST - timedelta(minutes=1)
    db.session.commit()
    faxes.grow_silent(delivery)
    assert state_of(delivery) == ("failed", FaxCode.NO_END)


def test_one_that_the_carrier_forgot_is_not_sent_again_by_itself(faxes: Faxes) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    wait_for(lambda: state_of(delivery)[0] == "sending")
    carrier = faxes_of(faxes.house.app)
    assert carrier is not None
    carrier.forget(faxes.tries(delivery)[0].provider_id or "")
    faxes.grow_silent(delivery)
    assert state_of(delivery) == ("failed", FaxCode.NO_END)


@pytest.mark.parametrize("line", ["9013", "9014", "9015"])
def test_news_that_comes_thrice_late_or_backwards_changes_nothing(faxes: Faxes, line: str, heard: list[DeliveryChanged]) -> None:
    delivery = faxes.queue(LINE.format(line))
    faxes.go()
    assert state_of(delivery) == ("delivered", None)
    assert [fact.state for fact in heard].count("delivered") == 1
    assert [one.outcome for one in faxes.tries(delivery)] == [ARRIVED]


def test_a_carrier_without_room_is_asked_later(faxes: Faxes) -> None:
    delivery = faxes.queue(LINE.format("9010"))
    with faxes.faxing():
        wait_for(lambda: state_of(delivery) == ("pending", HouseCode.CARRIER_BUSY))
    assert delivery.due_at > delivery.created_at
    assert [one.outcome for one in faxes.tries(delivery)] == [None]


def test_a_stop_of_that_number_is_kept(faxes: Faxes) -> None:
    directory.record_consent(
        faxes.number.district_id, CLINIC, faxes.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.STAFF, wording="no more"
    )  # fmt: skip
    db.session.commit()
    delivery = faxes.queue()
    assert state_of(delivery) == ("blocked", HouseCode.OPTED_OUT)
    faxes.go()
    assert faxes.at_the_network() == []


def test_nobody_is_woken_by_a_fax_who_may_not_have_a_machine(faxes: Faxes) -> None:
    known = faxes.queue(due_at=NIGHT, is_reply=True)
    unknown = faxes.queue(due_at=NIGHT, is_reply=False, owner_id=2)
    assert known.held_until is None
    assert unknown.held_until is not None
    assert unknown.held_until > NIGHT


def test_until_it_leaves_it_can_be_taken_back(faxes: Faxes) -> None:
    delivery = faxes.queue(due_at=now() + timedelta(seconds=10))
    assert service.cancel("test", 1) == 1
    faxes.go()
    assert state_of(delivery)[0] == "cancelled"
    assert faxes.at_the_network() == []
    other = faxes.queue(SILENT, owner_id=2)
    faxes.place()
    with pytest.raises(AlreadyLeft):
        service.cancel("test", 2)
    assert state_of(other)[0] == "sending"


def test_without_a_carrier_nothing_waits_for_ever(faxes: Faxes) -> None:
    app = faxes.house.app
    delivery = faxes.queue()
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"fax_carrier": "none"})
    faxes.place()
    assert state_of(delivery) == ("failed", FaxCode.NO_LINE)


def test_no_more_are_on_the_line_than_allowed(faxes: Faxes) -> None:
    app = faxes.house.app
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"faxes_at_once": 2})
    for index in range(5):
        faxes.queue(SILENT, owner_id=index)
    with faxes.faxing():
        wait_for(lambda: db.session.query(Delivery).filter_by(state=DeliveryState.SENDING).count() == 2)
        assert db.session.query(Delivery).filter_by(state=DeliveryState.PENDING).count() == 3
    assert len(faxes.at_the_network()) == 2
