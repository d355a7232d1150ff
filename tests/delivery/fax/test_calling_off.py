"""A wrong number is noticed a second too late: what is on the line is stopped, where the carrier can."""

import pytest
from flask import Flask

from app.accounts.models import AuditEvent, Role
from app.carrier import telnyx_faxes
from app.carrier.events import FaxSendingMoved
from app.carrier.fax_choice import faxes_of
from app.carrier.fax_codes import FaxCode
from app.carrier.faxes import CarrierFaxStatus
from app.core.database import db, transaction
from app.delivery import service
from app.delivery.errors import CannotStop, CarrierSilent, NotOnTheLine
from app.delivery.fax import lookups
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery
from app.fax.models import Direction, Fax, FaxStatus
from tests.conftest import SignIn
from tests.delivery.fax.conftest import Faxes
from tests.delivery.house import House, state_of, wait_for
from tests.factories import FaxFactory, SchoolFactory, StaffFactory
from tests.servers import free_port

SILENT = "+15035559017"


@pytest.fixture
def app(house: House) -> Flask:
    """The house is the application of browsers, too."""
    return house.app


def on_the_line(faxes: Faxes, school_id: int | None = None) -> Fax:
    """A fax of somebody that is under way, and stays so."""
    faxes.number.school_id = school_id
    fax: Fax = FaxFactory(
        school=None, district_id=faxes.number.district_id, school_id=school_id, phone_number_id=faxes.number.id, direction=Direction.OUT,
        status=FaxStatus.QUEUED, address=SILENT, provider_id=None, pages=2,
    )  # fmt: skip
    db.session.commit()
    fax.delivery_id = faxes.queue(SILENT, owner_kind="fax", owner_id=fax.id).id
    db.session.commit()
    faxes.place()
    wait_for(lambda: db.session.get_one(Fax, fax.id).status == FaxStatus.SENDING)
    return fax


def stop(delivery: Delivery) -> None:
    """As the room of faxes does it."""
    with transaction():
        provider_id = service.wish_stop(delivery.id)
    service.call_off(provider_id)


def tell(provider_id: str, reason: str | None) -> None:
    """The carrier says how it ended: with all pages, or why not."""
    code = telnyx_faxes.REASONS.get(reason, FaxCode.FAILED) if reason else None
    status = CarrierFaxStatus.FAILED if reason else CarrierFaxStatus.DELIVERED
    with transaction() as events:
        events.append(FaxSendingMoved(provider_id, None, status, code, reason))
    db.session.rollback()


def test_the_office_stops_what_is_on_the_line(faxes: Faxes, sign_in: SignIn) -> None:
    school = SchoolFactory(district=None, district_id=faxes.number.district_id)
    browser = sign_in(StaffFactory(role=Role.OFFICE, district=None, district_id=school.district_id, schools=[school]))
    fax = on_the_line(faxes, school.id)
    assert "Stop it" in browser.get(f"/fax/{fax.id}?box=sent").text
    assert browser.post(f"/fax/{fax.id}/stop").status_code == 303
    faxes.house.hear()
    assert (fax.status, fax.failure) == (FaxStatus.FAILED, FaxCode.CANCELLED)
    page = browser.get(f"/fax/{fax.id}?box=sent").text
    assert "It was called off at the carrier." in page
    assert "Stop it" not in page
    assert db.session.query(AuditEvent).filter_by(action="fax.stopped").count() == 1
    again = browser.post(f"/fax/{fax.id}/stop", follow_redirects=True).text
    assert "It is not on the line any more" in again


def test_a_viewer_stops_nothing(faxes: Faxes, sign_in: SignIn) -> None:
    school = SchoolFactory(district=None, district_id=faxes.number.district_id)
    viewer = sign_in(StaffFactory(role=Role.VIEWER, district=None, district_id=school.district_id, schools=[school]))
    fax = on_the_line(faxes, school.id)
    assert viewer.post(f"/fax/{fax.id}/stop").status_code in {403, 404}
    assert fax.status == FaxStatus.SENDING


def test_what_the_carrier_does_not_tell_is_asked_for_at_once(faxes: Faxes) -> None:
    faxes.house.network.set(drop_callbacks=1.0)
    delivery = faxes.queue(SILENT)
    faxes.place()
    stop(delivery)
    assert lookups.look_up(faxes.house.app) == 1
    assert state_of(delivery) == ("cancelled", FaxCode.CANCELLED)


def test_what_is_over_or_waits_is_not_on_the_line(faxes: Faxes) -> None:
    over, waiting = faxes.queue(), faxes.queue(owner_id=2)
    faxes.go()
    faxes.house.set(waiting, state="pending", provider_id=None, finished_at=None)
    for delivery in (over, waiting):
        with pytest.raises(NotOnTheLine):
            stop(delivery)


def test_a_carrier_that_cannot_stop_it_says_so(faxes: Faxes) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    carrier = faxes_of(faxes.house.app)
    assert carrier is not None
    carrier.cancel(faxes.tries(delivery)[0].provider_id or "")
    faxes.house.hear()
    faxes.house.set(delivery, state="sending", finished_at=None)
    with pytest.raises(CannotStop):
        stop(delivery)
    nobody = f"http://127.0.0.1:{free_port()}"
    faxes.house.app.extensions["fax_carrier"] = telnyx_faxes.build(api_key="k", application="a", callback_url=nobody, base=nobody)
    with pytest.raises(CarrierSilent):
        stop(delivery)


@pytest.mark.parametrize("reason", ["user_busy", "receiver_call_dropped", "something_new"])
def test_what_somebody_stopped_is_not_tried_again_whatever_the_carrier_calls_it(faxes: Faxes, reason: str) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    with transaction():
        provider_id = service.wish_stop(delivery.id)  # and the process is gone before it asks the carrier
    tell(provider_id, reason)
    assert state_of(delivery) == ("cancelled", FaxCode.CANCELLED)
    (one,) = faxes.tries(delivery)
    assert (one.outcome, one.raw_code) == (FaxCode.CANCELLED, reason)
    assert one.stop_wished_at is not None


def test_what_arrived_all_the_same_arrived(faxes: Faxes) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    with transaction():
        provider_id = service.wish_stop(delivery.id)
    tell(provider_id, None)
    assert state_of(delivery) == ("delivered", None)


def test_a_wish_is_of_one_try(faxes: Faxes) -> None:
    delivery = faxes.queue(SILENT)
    faxes.place()
    tell(faxes.tries(delivery)[0].provider_id or "", "user_busy")
    assert state_of(delivery) == ("pending", FaxCode.BUSY)
    with pytest.raises(NotOnTheLine):
        stop(delivery)
    faxes.come_due(delivery)
    faxes.place()
    with transaction():
        provider_id = service.wish_stop(delivery.id)
    first, second = faxes.tries(delivery)
    assert (first.stop_wished_at, second.provider_id) == (None, provider_id)
    tell(provider_id, "receiver_no_answer")
    assert state_of(delivery) == ("cancelled", FaxCode.CANCELLED)


def test_a_stop_that_nobody_hears_is_known_and_ends_it(faxes: Faxes, sign_in: SignIn) -> None:
    school = SchoolFactory(district=None, district_id=faxes.number.district_id)
    browser = sign_in(StaffFactory(role=Role.OFFICE, district=None, district_id=school.district_id, schools=[school]))
    fax = on_the_line(faxes, school.id)
    nobody = f"http://127.0.0.1:{free_port()}"
    faxes.house.app.extensions["fax_carrier"] = telnyx_faxes.build(api_key="k", application="a", callback_url=nobody, base=nobody)
    assert "The carrier did not answer" in browser.post(f"/fax/{fax.id}/stop", follow_redirects=True).text
    assert db.session.query(AuditEvent).filter_by(action="fax.stopped").count() == 1
    provider_id = db.session.query(PlacedFax.provider_id).scalar()
    tell(provider_id, "user_busy")
    db.session.expire_all()
    assert (fax.status, fax.failure) == (FaxStatus.FAILED, FaxCode.CANCELLED)


def test_a_carrier_without_a_way_back_is_offered_none(faxes: Faxes, sign_in: SignIn) -> None:
    school = SchoolFactory(district=None, district_id=faxes.number.district_id)
    browser = sign_in(StaffFactory(role=Role.OFFICE, district=None, district_id=school.district_id, schools=[school]))
    fax = on_the_line(faxes, school.id)
    app = faxes.house.app
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"fax_carrier": "sinch"})
    page = browser.get(f"/fax/{fax.id}?box=sent").text
    assert "On the line." in page
    assert "Stop it" not in page
