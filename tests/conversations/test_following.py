"""A bubble's status follows its deliveries, and never goes back."""

import uuid

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.conversations import service
from app.conversations.models import Message, MessageStatus
from app.conversations.service.statuses import outcome
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.errors import MayNotRetry, NotFailed
from app.live.models import LiveEvent
from tests.conversations.outcomes import deliveries_of, fresh_message, fresh_row, happened
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, Thread, family, thread

STATES = list(MessageStatus)


def sent_text(talk: Thread) -> Message:
    return service.send(talk.family.teacher, talk.id, "Zoo trip on Friday", uuid=uuid.uuid4())


@pytest.mark.parametrize(
    ("news", "end"),
    [
        (["sending", "sent", "delivered"], "delivered"),
        (["delivered", "sent", "sending"], "delivered"),
        (["sent", "sending", "sent"], "sent"),
        (["sending", "failed", "delivered"], "failed"),
    ],
)
def test_late_and_repeated_news_change_nothing(app: Flask, news: list[str], end: str) -> None:
    message = sent_text(thread())
    (delivery,) = deliveries_of(message)
    for state in news:
        happened(delivery, state, "30003" if state == "failed" else None)
    assert fresh_message(message).status == end


def test_browsers_hear_each_step_once(app: Flask) -> None:
    message = sent_text(thread())
    (delivery,) = deliveries_of(message)
    for state in ("sending", "sent", "sent", "delivered"):
        happened(delivery, state)
    told = db.session.scalars(select(LiveEvent).where(LiveEvent.name == "message:status").order_by(LiveEvent.id))
    assert [row.payload["status"] for row in told] == ["sending", "sent", "delivered"]


def test_a_failure_is_counted_until_somebody_deals_with_it(app: Flask) -> None:
    talk = thread()
    message = sent_text(talk)
    happened(deliveries_of(message)[0], "failed", "30007")
    assert (fresh_message(message).error_code, fresh_row(talk.id).failed_count) == ("30007", 1)
    service.settle_failure(talk.family.teacher, message.id)
    service.settle_failure(talk.family.teacher, message.id)
    assert fresh_row(talk.id).failed_count == 0


def test_a_retry_is_a_new_attempt_of_the_same_bubble(app: Flask) -> None:
    talk = thread()
    message = sent_text(talk)
    happened(deliveries_of(message)[0], "failed", "30007")
    service.retry(talk.family.teacher, message.id)
    assert (fresh_message(message).status, fresh_row(talk.id).failed_count) == ("pending", 0)
    with pytest.raises(NotFailed):
        service.retry(talk.family.teacher, message.id)
    happened(deliveries_of(message)[1], "delivered")
    again = fresh_message(message)
    assert (again.status, again.delivered, again.failed) == ("delivered", 1, 0)


def test_what_would_fail_again_is_not_retried(app: Flask) -> None:
    talk = thread()
    message = sent_text(talk)
    happened(deliveries_of(message)[0], "failed", "30004")
    with pytest.raises(MayNotRetry):
        service.retry(talk.family.teacher, message.id)
    assert fresh_message(message).status == "failed"


def test_the_other_guardian_gets_it_in_a_conversation_of_their_own(app: Flask) -> None:
    talk = thread()
    father = GuardianFactory(district_id=talk.family.school.district_id, given_name="Luis")
    GuardianshipFactory(student=talk.family.student, guardian=father)
    phone = ContactPointFactory(guardian=father)
    message = sent_text(talk)
    happened(deliveries_of(message)[0], "failed", "30006")
    again = service.retry(talk.family.teacher, message.id, phone.id)
    assert again.conversation_id != talk.id
    assert (again.body, deliveries_of(again)[0].address) == ("Zoo trip on Friday", phone.address)
    assert fresh_row(talk.id).failed_count == 0
    stranger = family()
    happened(deliveries_of(again)[0], "failed", "30007")
    with pytest.raises(NotVisible):
        service.retry(talk.family.teacher, again.id, stranger.contact_point.id)


counts = st.dictionaries(st.sampled_from(STATES), st.integers(0, 30), min_size=1).filter(lambda found: sum(found.values()) > 0)


@given(counts)
def test_an_outcome_counts_everybody_and_ends_only_with_the_last(found: dict[MessageStatus, int]) -> None:
    told = outcome(found)
    ended = {MessageStatus.CANCELLED, MessageStatus.BLOCKED, MessageStatus.DELIVERED, MessageStatus.FAILED}
    assert told.delivered == found.get(MessageStatus.DELIVERED, 0)
    assert told.failed == found.get(MessageStatus.FAILED, 0) + found.get(MessageStatus.BLOCKED, 0)
    assert (told.status in ended) == all(state in ended for state, number in found.items() if number)
    assert (told.status == MessageStatus.DELIVERED) == (told.delivered > 0 and told.status in ended)
    assert found.get(told.status, 0) > 0


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(STATES)), max_size=40))
def test_whatever_order_news_come_in_the_common_status_never_goes_back(news: list[tuple[int, MessageStatus]]) -> None:
    each = [MessageStatus.PENDING] * 4
    shown = MessageStatus.PENDING
    for number, state in news:
        if each[number].may_become(state):
            each[number] = state
        told = outcome({state: each.count(state) for state in each}).status
        assert told == shown or shown.may_become(told)
        shown = told
