"""A text for later leaves once, at its time, or says why it could not."""

import contextlib
import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.errors import AlreadyDecided, NotAllowed, NothingToSend, RecipientOptedOut, UnsuitableTime
from app.conversations.models import Message, ScheduledMessage
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from tests.conversations.outcomes import fresh_row
from tests.factories import StaffFactory, Thread, family, thread

HOUR = timedelta(hours=1)


def plan(talk: Thread, body: str = "Tomorrow is zoo day", **fields: object) -> ScheduledMessage:
    return service.schedule(talk.family.teacher, talk.id, body, **{"uuid": uuid.uuid4(), "due_at": now() + HOUR, **fields})


def fresh(planned: ScheduledMessage) -> ScheduledMessage:
    return db.session.get_one(ScheduledMessage, planned.id, populate_existing=True)


def test_it_waits_and_leaves_at_its_time_without_another_wait(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    planned = plan(talk)
    assert fresh_row(talk.id).scheduled_count == 1
    assert service.send_due() == 0
    school_time.shift(HOUR)
    assert service.send_due() == 1
    assert service.send_due() == 0
    message = db.session.scalars(select(Message)).one()
    assert (message.uuid, message.body) == (planned.uuid, "Tomorrow is zoo day")
    assert db.session.scalars(select(Delivery)).one().due_at <= now()
    assert (fresh(planned).state, fresh(planned).message_id, fresh_row(talk.id).scheduled_count) == ("sent", message.id, 0)


def test_a_double_click_plans_once(app: Flask) -> None:
    talk, key = thread(), uuid.uuid4()
    assert plan(talk, uuid=key).id == plan(talk, uuid=key).id
    assert fresh_row(talk.id).scheduled_count == 1


@pytest.mark.parametrize("away", [timedelta(0), timedelta(minutes=-1), timedelta(days=400)])
def test_yesterday_and_the_far_future_are_refused(app: Flask, away: timedelta) -> None:
    talk = thread()
    with pytest.raises(UnsuitableTime):
        plan(talk, due_at=now() + away)


def test_what_could_not_be_sent_now_is_not_planned(app: Flask) -> None:
    talk = thread()
    with pytest.raises(NothingToSend):
        plan(talk, " ")
    talk.family.contact_point.opted_out_at = now()
    with pytest.raises(RecipientOptedOut):
        plan(talk)


def test_editing_moving_and_cancelling(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    first, second = plan(talk), plan(talk, "Second")
    service.edit_scheduled(talk.family.teacher, first.id, "Bring a jacket")
    service.reschedule(talk.family.teacher, first.id, now() + 3 * HOUR)
    assert service.cancel_scheduled(talk.family.teacher, second.id) == "Second"
    school_time.shift(2 * HOUR)
    assert service.send_due() == 0
    school_time.shift(2 * HOUR)
    assert service.send_due() == 1
    assert db.session.scalars(select(Message.body)).all() == ["Bring a jacket"]
    for late in (service.cancel_scheduled, service.send_scheduled_now):
        with pytest.raises(AlreadyDecided):
            late(talk.family.teacher, first.id)


def test_nobody_puts_words_under_a_colleagues_name(app: Flask) -> None:
    talk = thread()
    planned = plan(talk, "Bring a coat")
    office = StaffFactory(role="office", schools=[talk.family.school])
    with pytest.raises(NotAllowed):
        service.edit_scheduled(office, planned.id, "Bring money")
    assert planned.body == "Bring a coat"
    service.reschedule(office, planned.id, now() + 3 * HOUR)
    assert service.cancel_scheduled(office, planned.id) == "Bring a coat"


def test_sending_now_does_not_send_again_later(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    planned = plan(talk)
    service.send_scheduled_now(talk.family.teacher, planned.id)
    school_time.shift(2 * HOUR)
    assert service.send_due() == 0
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_what_cannot_leave_says_why_and_counts_as_a_failure(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    planned = plan(talk)
    talk.family.contact_point.opted_out_at = now()
    db.session.commit()
    school_time.shift(2 * HOUR)
    assert service.send_due() == 0
    assert "texted STOP" in (fresh(planned).problem or "")
    assert (fresh(planned).state, fresh_row(talk.id).failed_count) == ("waiting", 1)
    service.cancel_scheduled(talk.family.teacher, planned.id)
    assert fresh_row(talk.id).failed_count == 0


def test_one_bad_plan_does_not_hold_up_the_others(app: Flask, school_time: time_machine.Traveller) -> None:
    talk, other = thread(), thread()
    plan(talk)
    plan(other)
    talk.family.contact_point.opted_out_at = now()
    db.session.commit()
    school_time.shift(2 * HOUR)
    assert service.send_due() == 1


def test_strangers_find_no_plan(app: Flask) -> None:
    planned = plan(thread())
    stranger = StaffFactory(role="office", schools=[family().school])
    with pytest.raises(NotVisible):
        service.cancel_scheduled(stranger, planned.id)


def leave_at_once(app: Flask, school_time: time_machine.Traveller) -> None:
    """Three workers tick while a person presses "Send now"."""
    talk = thread()
    planned = plan(talk)
    school_time.shift(2 * HOUR)
    staff_model, staff_id, number, start = type(talk.family.teacher), talk.family.teacher.id, planned.id, threading.Barrier(4)
    db.session.commit()

    def tick() -> None:
        with app.app_context():
            start.wait()
            service.send_due()
            db.session.remove()

    def press() -> None:
        with app.app_context():
            start.wait()
            with contextlib.suppress(AlreadyDecided):
                service.send_scheduled_now(db.session.get_one(staff_model, staff_id), number)
            db.session.remove()

    runners = [threading.Thread(target=tick) for _ in range(3)] + [threading.Thread(target=press)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 1
    assert (fresh(planned).state, fresh(planned).problem, fresh_row(talk.id).scheduled_count) == ("sent", None, 0)


def test_workers_and_people_at_once_send_once(app: Flask, school_time: time_machine.Traveller) -> None:
    leave_at_once(app, school_time)


def test_workers_and_people_at_once_send_once_on_postgres(postgres_app: Flask, school_time: time_machine.Traveller) -> None:
    leave_at_once(postgres_app, school_time)
