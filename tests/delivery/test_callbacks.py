"""The carrier's news in any order, any number of times: a delivery only moves forward, and stays once it is final."""

from itertools import count

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.carrier.callback_inbox import append
from app.carrier.forms import StatusForm
from app.carrier.models import CarrierCallback
from app.core.database import db
from app.delivery import callbacks, service
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.directory.queries import has_opted_out
from tests.delivery.parcels import request_to
from tests.factories import family

LIFE = ["queued", "sending", "sent", "delivered", "undelivered", "failed"]
FINAL = {"delivered": DeliveryState.DELIVERED, "undelivered": DeliveryState.FAILED, "failed": DeliveryState.FAILED}
ORDER = list(DeliveryState)
_sids = count(1)


def handed_over() -> Delivery:
    """A text that the carrier has."""
    (delivery,) = service.enqueue(request_to(family(), is_reply=True))
    delivery.state, delivery.attempts, delivery.provider_id = DeliveryState.SENDING, 1, f"SM{next(_sids)}"
    db.session.commit()
    return delivery


def in_hand() -> Delivery:
    """A text that is being handed over, or of which the answer was lost."""
    delivery = handed_over()
    delivery.state, delivery.provider_id = DeliveryState.PROCESSING, None
    db.session.commit()
    return delivery


def news(provider_id: str | None, status: str, code: str | None = None, reference: str | None = None) -> StatusForm:
    return StatusForm(provider_id or "", status, code, reference, {})


def apply(*forms: StatusForm) -> None:
    append(list(forms))
    while callbacks.apply_batch():
        pass
    db.session.expire_all()


@given(st.lists(st.lists(st.sampled_from(LIFE), min_size=1, max_size=4), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_statuses_only_move_forward(app: Flask, batches: list[list[str]]) -> None:
    delivery = handed_over()
    seen = [delivery.state]
    for batch in batches:
        apply(*(news(delivery.provider_id, status, "30007" if status in {"undelivered", "failed"} else None) for status in batch))
        seen.append(delivery.state)
    assert [ORDER.index(state) for state in seen] == sorted(ORDER.index(state) for state in seen)
    told = [status for batch in batches for status in batch]
    ends = [FINAL[status] for status in told if status in FINAL]
    if ends:
        assert seen[-1] == ends[0]
    else:
        assert seen[-1] == ("sent" if "sent" in told else "sending")
    assert db.session.query(CarrierCallback).filter(CarrierCallback.applied_at.is_(None)).count() == 0


def test_each_step_is_told_once(app: Flask, heard: list[DeliveryChanged]) -> None:
    delivery = handed_over()
    heard.clear()
    for _ in range(2):
        apply(news(delivery.provider_id, "sent"))
        apply(news(delivery.provider_id, "delivered"))
    assert [(fact.previous, fact.state) for fact in heard] == [("sending", "sent"), ("sent", "delivered")]


def test_many_steps_in_one_batch_are_told_as_one(app: Flask, heard: list[DeliveryChanged]) -> None:
    delivery = handed_over()
    heard.clear()
    apply(news(delivery.provider_id, "delivered"), news(delivery.provider_id, "sent"), news(delivery.provider_id, "queued"))
    assert [(fact.previous, fact.state) for fact in heard] == [("sending", "delivered")]


def test_news_that_overtakes_the_answer_finds_its_delivery_by_reference(app: Flask) -> None:
    delivery = in_hand()
    apply(news("SMfast", "delivered", reference=f"{delivery.uuid}.1"))
    assert (delivery.state, delivery.provider_id) == (DeliveryState.DELIVERED, "SMfast")


@pytest.mark.parametrize("reference", [None, "nonsense", "0190.1", "{uuid}", "{uuid}.2", "{uuid}.x"])
def test_news_of_something_else_changes_nothing(app: Flask, reference: str | None) -> None:
    delivery = in_hand()
    apply(news("SMother", "delivered", reference=reference and reference.format(uuid=delivery.uuid)))
    assert (delivery.state, delivery.provider_id) == (DeliveryState.PROCESSING, None)
    assert db.session.query(CarrierCallback).one().applied_at is not None


def test_a_text_that_waits_for_another_try_is_not_brought_back_by_late_news(app: Flask) -> None:
    delivery = handed_over()
    old = delivery.provider_id
    apply(news(old, "undelivered", "30003"))
    assert (delivery.state, delivery.retries) == (DeliveryState.PENDING, 1)
    apply(news(old, "sent", reference=f"{delivery.uuid}.1"))
    assert delivery.state == DeliveryState.PENDING
    apply(news(old, "delivered"))
    assert delivery.state == DeliveryState.DELIVERED


def test_an_error_that_means_opted_out_is_a_consent_entry(app: Flask) -> None:
    delivery = handed_over()
    apply(news(delivery.provider_id, "failed", "21610"))
    assert has_opted_out(delivery.district_id, delivery.address, f"number:{delivery.phone_number_id}")


def test_a_failure_without_a_code_is_a_failure(app: Flask) -> None:
    delivery = handed_over()
    apply(news(delivery.provider_id, "failed"))
    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, None)


def test_words_that_nobody_knows_are_put_aside(app: Flask) -> None:
    delivery = handed_over()
    apply(news(delivery.provider_id, "teleported"))
    assert delivery.state == DeliveryState.SENDING
    assert db.session.query(CarrierCallback).one().applied_at is not None
