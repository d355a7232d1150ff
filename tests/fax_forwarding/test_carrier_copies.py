"""The carrier forgets what the house has itself, and is asked again where it was away."""

from datetime import timedelta

import pytest
import time_machine

from app.carrier.gateway import CarrierBusy, CarrierRefused
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery, DeliveryContent, DeliveryState
from app.delivery.news import news_of
from app.directory.models import District
from app.fax.models import FaxLeftover
from tests.factories.faxes import fax
from tests.fax_forwarding.conftest import CopyHolder, Desk, document
from tests.fax_forwarding.test_keeping import YEAR, is_there, tidy


def test_a_carrier_that_is_away_is_asked_again_and_one_without_a_copy_is_not(desk: Desk, copies: CopyHolder) -> None:
    fax(desk.school, created_at=now() - 9 * YEAR)
    copies.trouble = CarrierBusy()
    tidy(desk)
    assert db.session.query(FaxLeftover).count() == 1
    tidy(desk)  # not yet
    with time_machine.travel(now() + timedelta(hours=2)):
        copies.trouble = CarrierRefused("404")
        tidy(desk)
    assert db.session.query(FaxLeftover).count() == 0


def test_a_carrier_that_is_away_is_asked_once_in_a_round(desk: Desk, copies: CopyHolder) -> None:
    for _ in range(3):
        fax(desk.school, created_at=now() - 9 * YEAR)
    copies.trouble = CarrierBusy()
    tidy(desk)
    assert sorted(one.tries for one in db.session.query(FaxLeftover)) == [0, 0, 1]
    copies.trouble = None
    with time_machine.travel(now() + timedelta(hours=2)):
        tidy(desk)
    assert (len(copies.forgot), db.session.query(FaxLeftover).count()) == (3, 0)


def test_the_carrier_forgets_what_the_house_has_itself(desk: Desk, copies: CopyHolder) -> None:
    provider_id = desk.fax.provider_id
    desk.arrives(desk.fax)
    desk.arrives(desk.fax)
    tidy(desk)
    assert copies.forgot == []
    with time_machine.travel(now() + timedelta(days=8)):
        tidy(desk)
        tidy(desk)
    assert copies.forgot == [provider_id]
    assert is_there(desk.fax.id)


@pytest.mark.parametrize("fields", [{"source_key": None}, {"problem": "never_arrived"}, {"held_at": now}])
def test_the_carrier_keeps_the_only_copy_and_what_is_held(desk: Desk, copies: CopyHolder, fields: dict) -> None:
    one = desk.fax
    before = {name: getattr(one, name) for name in fields}
    for name, value in fields.items():
        setattr(one, name, value() if callable(value) else value)
    db.session.commit()
    desk.arrives(one)
    with time_machine.travel(now() + timedelta(days=8)):
        tidy(desk)
        assert copies.forgot == []
        for name, value in before.items():  # it was fetched again, or the hold was lifted
            setattr(one, name, value)
        tidy(desk)
    assert copies.forgot == [one.provider_id]


def test_a_hold_on_the_district_keeps_the_carriers_copies_too(desk: Desk, copies: CopyHolder) -> None:
    desk.arrives(desk.fax)
    db.session.get_one(District, desk.school.district_id).settings = {"fax_hold": True}
    with time_machine.travel(now() + timedelta(days=8)):
        tidy(desk)
    assert copies.forgot == []


def test_the_carrier_forgets_each_try_of_what_was_sent(desk: Desk, copies: CopyHolder) -> None:
    one = fax(desk.school, pages=0, direction="out", status="sent", provider_id=None, document_key=document())
    content = DeliveryContent(body="")
    db.session.add(content)
    db.session.flush()
    delivery = Delivery(
        district_id=one.district_id, owner_kind="fax", owner_id=one.id, content_id=content.id, channel="fax", address=one.address,
        state=DeliveryState.DELIVERED, due_at=now(),
    )  # fmt: skip
    db.session.add(delivery)
    db.session.flush()
    placed = [PlacedFax(delivery_id=delivery.id, attempt=n, address=one.address, provider_id=f"try{n}") for n in (1, 2)]
    db.session.add_all([*placed, PlacedFax(delivery_id=delivery.id, attempt=3, address=one.address)])
    db.session.commit()
    with transaction() as events:
        events.append(news_of(delivery, DeliveryState.SENDING))
    tidy(desk)
    assert copies.forgot == []
    with time_machine.travel(now() + timedelta(days=8)):
        one.held_at = now()
        tidy(desk)
        assert copies.forgot == []
        one.held_at = None
        tidy(desk)
    assert sorted(copies.forgot) == ["try1", "try2"]
