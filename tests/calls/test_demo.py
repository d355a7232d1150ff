"""The calls of the demo district: of every kind, with lengths, in the order in which they were."""

import re

from flask import Flask

from app.accounts.models import Staff
from app.calls.models import Call, CallKind, ConferenceParticipant
from app.core.database import db
from app.demo.service import fill
from tests.conftest import SignIn


def test_the_history_of_the_demo_holds_calls_of_every_kind(app: Flask, sign_in: SignIn) -> None:
    fill()
    dana = sign_in(db.session.query(Staff).filter_by(email="teacher@demo.test").one())
    page = dana.get("/calls/history").text
    assert {"3:34", "2:48", "4:12", "24:07", "18:44"} <= set(re.findall(r"(\d+:\d\d)</td>", page))
    assert page.count("Conference by") == db.session.query(Call).filter_by(kind=CallKind.CONFERENCE).count()
    assert "Left a voicemail" in page
    assert ("Missed, for" in page) == ("Missed, for" in dana.get("/calls/history?show=missed").text)
    assert page.count("Missed") == 1 + page.count("Missed, for")  # the filter, and what it finds
    (asked,) = {one.name for one in db.session.query(ConferenceParticipant).filter_by(role="interpreter").limit(1)}
    assert "Conference by" in dana.get("/calls/history", query_string={"q": asked}).text
    times = [one.created_at for one in db.session.query(Call).order_by(Call.id)]
    assert times == sorted(times)
    first = db.session.query(Call).filter_by(kind=CallKind.CONFERENCE).order_by(Call.id).first()
    assert first is not None
    assert "Linh Tran" in dana.get(f"/calls/{first.id}").text
    assert "4 people took part" in dana.get("/calls").text
    office = sign_in(db.session.query(Staff).filter_by(email="office@demo.test").one())
    assert re.findall(r"(\d+:\d\d)</td>", office.get("/calls/history?show=mine").text) == ["2:11"]
