"""Into the outbox and out of it again, before anything leaves."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db, transaction
from app.delivery import service
from app.delivery.errors import AlreadyLeft, MayNotRetry, NotFailed
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import ALL_SENDERS, ConsentKind, ConsentSource, Guardianship
from app.directory.service import record_consent
from tests.delivery.parcels import request_to
from tests.factories import DistrictFactory, Family, PhoneNumberFactory, SchoolFactory, family

NOON = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # noon in Oregon
NIGHT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)  # half past ten at night there


@time_machine.travel(NOON, tick=False)
def test_a_text_waits_in_the_outbox_until_it_is_due(app: Flask) -> None:
    people = family()
    (delivery,) = service.enqueue(request_to(people, body="a" * 161, due_at=NOON + timedelta(seconds=5)))
    assert (delivery.state, delivery.due_at, delivery.segments) == (DeliveryState.PENDING, NOON + timedelta(seconds=5), 2)
    assert delivery.held_until is None


@time_machine.travel(NOON, tick=False)
def test_it_lives_and_dies_with_its_owner(app: Flask) -> None:
    people = family()
    db.session.commit()
    with pytest.raises(ZeroDivisionError), transaction():
        service.enqueue(request_to(people))
        raise ZeroDivisionError
    assert db.session.query(Delivery).count() == 0


@time_machine.travel(NIGHT, tick=False)
def test_quiet_hours_hold_all_but_replies_and_emergencies(app: Flask, heard: list[DeliveryChanged]) -> None:
    people = family()
    (held,) = service.enqueue(request_to(people))
    morning = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert (held.due_at, held.held_until, held.state) == (morning, morning, DeliveryState.PENDING)
    assert [(fact.is_held, fact.due_at) for fact in heard] == [(True, morning)]
    for passage in ({"is_reply": True}, {"is_emergency": True}):
        (free,) = service.enqueue(request_to(people, **passage))
        assert (free.due_at, free.held_until) == (NIGHT, None)


@time_machine.travel(NIGHT, tick=False)
def test_the_night_is_the_recipients_own(app: Flask) -> None:
    people = family()
    people.contact_point.time_zone = "Pacific/Honolulu"  # half past eight in the evening
    (free,) = service.enqueue(request_to(people))
    assert free.held_until is None
    people.contact_point.time_zone, people.guardian.postal_code = None, "96813"
    (free,) = service.enqueue(request_to(people))
    assert free.held_until is None


@time_machine.travel(NIGHT, tick=False)
def test_a_district_may_have_other_quiet_hours_or_none(app: Flask) -> None:
    for hours, is_held in ((["23:00", "06:00"], False), ([], False), (["20:00", "07:00"], True), ("nonsense", True)):
        district = DistrictFactory(settings={"quiet_hours": hours})
        (delivery,) = service.enqueue(request_to(family(SchoolFactory(district=district))))
        assert (delivery.held_until is not None) is is_held, hours


def forbid_contact(people: Family) -> None:
    bond = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == people.guardian.id)).one()
    bond.may_contact = False
    db.session.commit()


@time_machine.travel(NOON, tick=False)
def test_whom_the_records_forbid_is_skipped_with_the_reason_whatever_it_is(app: Flask) -> None:
    people = family()
    forbid_contact(people)
    for passage in ({}, {"is_reply": True}, {"is_emergency": True}):
        (delivery,) = service.enqueue(request_to(people, **passage))
        assert (delivery.state, delivery.error_code) == (DeliveryState.BLOCKED, "not_permitted")
    (acknowledged,) = service.enqueue(request_to(people, ignores_consent=True))
    assert acknowledged.state == DeliveryState.PENDING


@time_machine.travel(NOON, tick=False)
def test_who_opted_out_is_skipped_with_the_reason(app: Flask, heard: list[DeliveryChanged]) -> None:
    people = family()
    record_consent(
        people.school.district_id, people.contact_point.address, people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD
    )
    other = PhoneNumberFactory(district_id=people.school.district_id)
    blocked, free = service.enqueue(
        EnqueueRequest(
            people.school.district_id, "test", 7, "Hi",
            (Recipient(people.contact_point.address, people.number.id), Recipient(people.contact_point.address, other.id)),
        )
    )  # fmt: skip
    assert (blocked.state, blocked.error_code) == (DeliveryState.BLOCKED, "opted_out")
    assert free.state == DeliveryState.PENDING
    assert [(fact.owner_id, fact.delivery_id, fact.error_code) for fact in heard] == [(7, blocked.id, "opted_out")]


@time_machine.travel(NOON, tick=False)
def test_the_newest_wish_decides_and_all_senders_means_all(app: Flask) -> None:
    people = family()
    district, address, scope = people.school.district_id, people.contact_point.address, people.number.consent_scope

    def state() -> str:
        return service.enqueue(request_to(people))[0].state

    record_consent(district, address, ALL_SENDERS, ConsentKind.OPTED_OUT, ConsentSource.STAFF)
    assert state() == DeliveryState.BLOCKED
    db.session.refresh(people.contact_point)
    assert people.contact_point.opted_out_at is not None
    record_consent(district, address, scope, ConsentKind.OPTED_IN, ConsentSource.KEYWORD)
    assert state() == DeliveryState.PENDING
    db.session.refresh(people.contact_point)
    assert people.contact_point.opted_out_at is None
    record_consent(district, address, scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    assert state() == DeliveryState.BLOCKED
    (goodbye,) = service.enqueue(request_to(people, ignores_consent=True))
    assert goodbye.state == DeliveryState.PENDING


@time_machine.travel(NOON, tick=False)
def test_undo_takes_back_all_of_it_or_nothing(app: Flask, heard: list[DeliveryChanged]) -> None:
    people = family()
    request = EnqueueRequest(
        people.school.district_id, "test", 3, "Hi",
        (Recipient("+15035550001", people.number.id), Recipient("+15035550002", people.number.id)),
    )  # fmt: skip
    service.enqueue(request)
    assert service.cancel("test", 3) == 2
    assert [fact.state for fact in heard] == ["cancelled", "cancelled"]
    with pytest.raises(AlreadyLeft):
        service.cancel("test", 3)
    first, second = service.enqueue(request)
    first.state = DeliveryState.PROCESSING
    db.session.commit()
    with pytest.raises(AlreadyLeft):
        service.cancel("test", 3)
    assert service.cancel_pending("test", 3) == 1
    assert second.state == DeliveryState.CANCELLED


@time_machine.travel(NOON, tick=False)
def test_send_now_skips_the_wait(app: Flask) -> None:
    people = family()
    (delivery,) = service.enqueue(request_to(people, due_at=NOON + timedelta(days=2)))
    assert service.send_now("test", delivery.owner_id) == 1
    assert delivery.due_at == now()
    with pytest.raises(AlreadyLeft):
        service.send_now("test", 999)


@time_machine.travel(NOON, tick=False)
def test_a_failed_one_is_tried_again_once_by_a_new_row(app: Flask, heard: list[DeliveryChanged]) -> None:
    people = family()
    (old,) = service.enqueue(request_to(people))
    with pytest.raises(NotFailed):
        service.retry(old.id)
    old.state, old.error_code = DeliveryState.FAILED, "30007"
    db.session.commit()
    fresh = service.retry(old.id)
    assert (fresh.id != old.id, fresh.content_id, fresh.retry_of_id) == (True, old.content_id, old.id)
    assert (heard[-1].is_retry, heard[-1].state) == (True, "pending")
    with pytest.raises(NotFailed):
        service.retry(old.id)


@time_machine.travel(NOON, tick=False)
def test_what_would_fail_again_is_not_tried_again_except_elsewhere(app: Flask) -> None:
    people = family()
    (old,) = service.enqueue(request_to(people))
    old.state, old.error_code = DeliveryState.FAILED, "30005"
    db.session.commit()
    with pytest.raises(MayNotRetry):
        service.retry(old.id)
    fresh = service.retry(old.id, Recipient("+15035550199", people.number.id))
    assert (fresh.address, fresh.state) == ("+15035550199", DeliveryState.PENDING)
