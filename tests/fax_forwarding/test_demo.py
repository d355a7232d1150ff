"""The faxes of the demo district: they wait for the worker as every fax does, and what was sent stands in the outbox."""

from flask import Flask

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.demo.service import fill
from app.directory.models import PhoneNumber, Purpose
from app.fax import paperwork
from app.fax.models import Fax, FaxPage, FaxPart, Paper
from tests.conftest import SignIn


def test_the_demo_has_faxes_of_every_kind_and_a_worker_draws_them(app: Flask, sign_in: SignIn) -> None:
    fill()
    came = db.session.query(Fax).filter_by(direction="in").order_by(Fax.created_at).all()
    assert [one.paper for one in came] == [Paper.WAITING] * 5
    paperwork.turn()
    db.session.expire_all()
    assert {one.paper for one in db.session.query(Fax)} == {Paper.READY}
    for one in db.session.query(Fax).filter_by(direction="in"):
        assert db.session.query(FaxPage).filter_by(fax_id=one.id).count() == one.pages
    office = sign_in(db.session.query(Staff).filter_by(email="office@demo.test").one())
    page = office.get("/fax").text
    for name in ("Cascade Pediatrics", "Marlowe Park School", "Riverbend Family Dental", "County Services, Children and Families"):
        assert name in page
    assert "Cascade Pediatrics" in office.get("/fax?q=varicella").text  # the words on its pages
    assert "Riverbend Family Dental" not in office.get("/fax?q=varicella").text
    for one in db.session.query(Fax):
        assert office.get(f"/fax/{one.id}").status_code == 200


def test_what_was_sent_has_its_file_and_its_tries(app: Flask) -> None:
    fill()
    sent = {one.status: one for one in db.session.query(Fax).filter_by(direction="out")}
    assert set(sent) == {"sent", "failed", "scheduled"}
    states = {name: db.session.get_one(Delivery, one.delivery_id).state for name, one in sent.items()}
    assert states == {"sent": "delivered", "failed": "failed", "scheduled": "pending"}
    later = sent["scheduled"].send_at
    assert later is not None
    assert later > now()
    assert db.session.get_one(Delivery, sent["scheduled"].delivery_id).due_at == later
    for one in sent.values():
        (part,) = db.session.query(FaxPart).filter_by(fax_id=one.id)
        assert db.session.query(FaxPage).filter_by(part_id=part.id).count() == 1
    assert db.session.query(PhoneNumber).filter_by(purpose=Purpose.FAX).count() == 3
