"""How long faxes are kept, what a legal hold keeps, and that nothing of what is over stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEvent, Role
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, transaction
from app.core.files import LocalFileStore
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import District
from app.fax.models import Fax, FaxForward, FaxLeftover, FaxPage, FaxPart, LeftoverKind
from app.fax.purge_job import purge_due
from app.fax.queries_retention import is_over, kept_until, retention_of
from app.fax.retention import Retention, retention_in, years_after
from app.fax.service.leftovers import leave
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import FaxFactory, fax, fax_number
from tests.fax_forwarding.conftest import CopyHolder, Desk, document

YEAR = timedelta(days=366)


def tidy(desk: Desk) -> None:
    db.session.commit()
    with desk.mailing.app.app_context():
        purge_due.function()
    db.session.expire_all()


def files(desk: Desk) -> set[str]:
    store = file_store()
    assert isinstance(store, LocalFileStore)
    return {path.name for path in Path(store.folder).rglob("*") if path.is_file()}


def is_there(fax_id: int) -> bool:
    return db.session.query(Fax.id).filter_by(id=fax_id).count() == 1


def test_what_is_over_leaves_nothing_behind(desk: Desk, copies: CopyHolder) -> None:
    before = files(desk)
    old = fax(desk.school, pages=2, source_key=document(), source_type="image/tiff", created_at=now() - 7 * YEAR, note="secret")
    old_id, provider_id = old.id, old.provider_id
    copy = FaxFactory(school=desk.school, direction="out", status="draft", provider_id=None, copy_of_id=old.id)
    db.session.add(FaxPart(fax_id=old.id, position=0, source_key=file_store().save(iter([b"part"]), extension=".pdf").key))
    desk.forward("a@clinic.test", way="attached", fax_id=old.id, words="secret words")
    desk.work()
    assert len(files(desk)) > len(before)
    tidy(desk)
    assert not is_there(old_id)
    assert is_there(desk.fax.id)
    assert files(desk) == before
    assert copies.forgot == [provider_id]
    for table in (FaxPage, FaxPart, FaxForward):
        assert db.session.query(table).filter_by(fax_id=old_id).count() == 0
    assert db.session.get_one(Fax, copy.id).copy_of_id is None
    (delivery,) = db.session.query(Delivery).filter_by(owner_kind="fax_forward")
    assert (delivery.content.body, delivery.content.media, delivery.state) == ("", [], "sent")
    assert db.session.query(FaxLeftover).count() == 0
    (line,) = db.session.query(AuditEvent).filter_by(action="fax.purged")
    assert line.details["name"] == "Cascade Pediatrics"


@pytest.mark.parametrize(
    ("days", "fields", "stays"),
    [
        (0, {}, True),
        (29, {"deleted_at": now}, True),
        (31, {"deleted_at": now}, False),
        (29, {"hidden_at": now}, True),
        (31, {"hidden_at": now}, False),
        (31, {"deleted_at": now, "held_at": now}, True),
        (366 * 7, {}, False),
        (366 * 7, {"held_at": now}, True),
        (366 * 7, {"direction": "out", "status": "scheduled"}, True),
        (366 * 7, {"direction": "out", "status": "sending"}, True),
        (366 * 7, {"direction": "out", "status": "sent"}, False),
        (366 * 6, {}, True),
    ],
)
def test_what_stays_and_what_goes(desk: Desk, days: int, fields: dict, stays: bool) -> None:
    one = fax(desk.school, **{name: value() if callable(value) else value for name, value in fields.items()})
    fax_id = one.id
    with time_machine.travel(now() + timedelta(days=days)):
        tidy(desk)
    assert is_there(fax_id) is stays


def test_a_hold_on_the_district_keeps_all(desk: Desk) -> None:
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    old = fax(desk.school, created_at=now() - 9 * YEAR)
    old_id = old.id
    assert admin.post("/fax/settings/keeping", data={"years": "7", "days": "30", "hold": "on"}).status_code == 303
    tidy(desk)
    assert is_there(old_id)
    assert kept_until(db.session.get_one(Fax, old_id)) is None
    admin.post("/fax/settings/keeping", data={"years": "10", "days": "30"})
    tidy(desk)
    assert is_there(old_id)
    admin.post("/fax/settings/keeping", data={"years": "8", "days": "30", "agreed": "1"})
    with time_machine.travel(now() + timedelta(days=2)):
        tidy(desk)
    assert not is_there(old_id)


@pytest.mark.parametrize("hold", [{}, {"hold": "on"}])
def test_a_shorter_time_says_how_many_go_and_begins_tomorrow(desk: Desk, hold: dict[str, str]) -> None:
    boss = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id)
    admin = desk.window(boss)
    old = [fax(desk.school, created_at=now() - 3 * YEAR).id for _ in range(2)]
    admin.post("/fax/settings/keeping", data={"years": "7", "days": "30"} | hold)
    asked = admin.post("/fax/settings/keeping", data={"years": "2", "days": "30"})
    assert asked.status_code == 422
    assert "This deletes 2 faxes for good." in asked.text
    assert 'name="years" type="text" value="2"' in asked.text
    assert retention_of(desk.school.district_id).years == 7  # nothing is saved before somebody agrees
    old.append(fax(desk.school, created_at=now() - 3 * YEAR).id)
    again = admin.post("/fax/settings/keeping", data={"years": "2", "days": "30", "agreed": "2"})
    assert "This deletes 3 faxes for good." in again.text
    assert admin.post("/fax/settings/keeping", data={"years": "2", "days": "30", "agreed": "3"}).status_code == 303
    assert "The shorter time counts from" in admin.get("/fax/settings").text
    tidy(desk)
    with time_machine.travel(now() + timedelta(hours=23)):
        tidy(desk)
        assert all(is_there(one) for one in old)
        desk.window(boss).post("/fax/settings/keeping", data={"years": "7", "days": "30"})  # second thoughts
    with time_machine.travel(now() + timedelta(days=2)):
        tidy(desk)
        assert all(is_there(one) for one in old)
        desk.window(boss).post("/fax/settings/keeping", data={"years": "2", "days": "30", "agreed": "3"})
    with time_machine.travel(now() + timedelta(days=4)):
        tidy(desk)
    assert not any(is_there(one) for one in old)
    assert is_there(desk.fax.id)


def test_a_shorter_time_that_deletes_nothing_asks_nothing(desk: Desk) -> None:
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    assert admin.post("/fax/settings/keeping", data={"years": "2", "days": "9"}).status_code == 303
    assert retention_of(desk.school.district_id).years == 2


def test_one_district_does_not_empty_another(desk: Desk) -> None:
    elsewhere = SchoolFactory()
    db.session.get_one(District, elsewhere.district_id).settings = {"fax_years": 20}
    theirs, ours = (fax(school, created_at=now() - 9 * YEAR) for school in (elsewhere, desk.school))
    their_id, our_id = theirs.id, ours.id
    tidy(desk)
    assert (is_there(their_id), is_there(our_id)) == (True, False)


def test_what_is_being_forwarded_goes_when_it_has_left(desk: Desk) -> None:
    old = fax(desk.school, source_key=document(), source_type="application/pdf", created_at=now() - 9 * YEAR)
    old_id = old.id
    desk.forward(fax_id=old.id, way="attached")
    tidy(desk)
    assert is_there(old_id)
    desk.work()
    assert len(desk.letters()) == 1
    tidy(desk)
    assert not is_there(old_id)


def test_what_failed_needs_nobody_once_its_fax_is_gone(desk: Desk) -> None:
    one = fax(desk.school, pages=0, direction="out", status="failed", provider_id=None)
    content = DeliveryContent(body="secret")
    db.session.add(content)
    db.session.flush()
    delivery = Delivery(
        district_id=one.district_id, owner_kind="fax", owner_id=one.id, content_id=content.id, channel="fax", address=one.address,
        state="failed", error_code="fax_busy", due_at=now(), finished_at=now(), phone_number_id=one.phone_number_id,
    )  # fmt: skip
    db.session.add(delivery)
    db.session.flush()
    one.delivery_id, one.deleted_at = delivery.id, now() - timedelta(days=40)
    one_id, listed = one.id, f"/settings/undelivered/{delivery.id}/"
    db.session.commit()
    assert listed in desk.browser.get("/settings/undelivered").text
    tidy(desk)
    assert not is_there(one_id)
    assert listed not in desk.browser.get("/settings/undelivered").text
    assert desk.browser.post(f"{listed}retry").status_code < 500
    assert db.session.query(Delivery).filter_by(retry_of_id=delivery.id).count() == 0


def test_a_file_that_cannot_be_deleted_is_never_given_up(desk: Desk) -> None:
    store = file_store()
    assert isinstance(store, LocalFileStore)
    key = document()
    with transaction():
        leave(LeftoverKind.FILE, [key])
    db.session.query(FaxLeftover).update({"tries": 1000})
    place = store.folder / key[:2] / key[2:4] / key
    place.rename(place.with_suffix(".aside"))
    place.mkdir()  # what no unlink removes
    tidy(desk)
    assert db.session.query(FaxLeftover).count() == 1
    place.rmdir()
    place.with_suffix(".aside").rename(place)
    with time_machine.travel(now() + timedelta(hours=2)):
        tidy(desk)
    assert db.session.query(FaxLeftover).count() == 0
    assert key not in files(desk)


def test_only_a_district_admin_holds_and_lifts(desk: Desk) -> None:
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    principal = desk.window(StaffFactory(role=Role.SCHOOL_ADMIN, schools=[desk.school]))
    elsewhere = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN))
    for browser, code in ((desk.browser, 403), (principal, 403), (elsewhere, 404)):
        assert browser.post(f"/fax/{desk.fax.id}/hold", data={"act": "hold"}).status_code == code
    assert db.session.get_one(Fax, desk.fax.id).held_at is None
    for _ in range(2):
        assert admin.post(f"/fax/{desk.fax.id}/hold", data={"act": "hold"}).status_code == 303
    page = admin.get("/fax/settings").text
    assert "Lift the hold" in page
    assert admin.post(f"/fax/{desk.fax.id}/hold", data={"act": "lift", "back": "settings"}).location == "/fax/settings"
    assert "Lift the hold" not in admin.get("/fax/settings").text
    assert [one.action for one in db.session.query(AuditEvent).filter(AuditEvent.action.like("fax.h%"))] == ["fax.held", "fax.hold_lifted"]


@pytest.mark.parametrize(("years", "days"), [("0", "30"), ("31", "30"), ("7", "0"), ("7", "366"), ("x", "30"), ("", ""), ("²", "-1")])
def test_a_rule_beyond_measure_is_refused(desk: Desk, years: str, days: str) -> None:
    admin = desk.window(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=desk.school.district_id))
    answer = admin.post("/fax/settings/keeping", data={"years": years, "days": days})
    assert answer.status_code == 422
    assert "From 1 to" in answer.text
    assert retention_of(desk.school.district_id) == Retention()


BEGIN = datetime(2000, 1, 1, tzinfo=UTC)


moments = st.timedeltas(timedelta(0), timedelta(days=60 * 365)).map(lambda since: BEGIN + since)


@given(moments, st.integers(1, 30))
def test_years_later_it_is_the_same_day_or_the_one_before(moment: datetime, years: int) -> None:
    later = years_after(moment, years)
    assert later.year == moment.year + years
    assert (later.month, later.day) in {(moment.month, moment.day), (2, 28)}
    assert (later.hour, later.minute, later.second) == (moment.hour, moment.minute, moment.second)


@given(moments, moments, st.integers(1, 30))
def test_the_search_finds_whatever_is_over(created: datetime, at: datetime, years: int) -> None:
    """What `is_over` asks the database is never stricter than `kept_until`."""
    if years_after(created, years) <= at:
        assert created <= years_after(at, -years) + timedelta(days=1)


def test_a_district_without_a_rule_has_the_usual_one(app: Flask) -> None:
    assert retention_in({}) == Retention(7, 30, False)
    school = SchoolFactory()
    one = fax(school, created_at=datetime(2026, 11, 18, 16, tzinfo=UTC))
    assert kept_until(one) == datetime(2033, 11, 18, 16, tzinfo=UTC)
    assert db.session.query(Fax).filter(is_over(school.district_id, Retention(), now())).count() == 0
    assert fax_number(school).purpose == "fax"
