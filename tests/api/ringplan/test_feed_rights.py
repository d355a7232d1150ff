"""What a feed tells when what its key, its bearer or its user may do has changed meanwhile."""

import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import BearerType, Role, Staff, StaffStatus
from app.api.ringplan.feed import keeper
from app.api.ringplan.feed.listeners import Listeners
from app.core.database import db
from app.directory.models import School
from tests.api.ringplan.listening import PATIENCE, Client, Company, company, connect, talk_of

__all__ = ["company", "connect"]


def closed(client: Client) -> bool:
    """Within a while."""
    limit = time.monotonic() + PATIENCE
    while client.client.connected and time.monotonic() < limit:
        client.client.sleep(0.05)
    return not client.client.connected


def test_a_revoked_key_hears_nothing_more(company: Company, connect: Any) -> None:
    with company.beside.app_context():
        admin = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        bearer = accounts.create_bearer(admin, name="Short lived", bearer_type=BearerType.ADMIN)
        new = accounts.create_key(admin, bearer.id)
        key_id, token = new.key.id, new.token
        db.session.remove()
    listening = connect(token)
    with company.beside.app_context():
        accounts.revoke_key(db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one(), key_id)
        db.session.remove()
    listening.wait_for("unauthorized")
    assert closed(listening)


def test_who_was_moved_to_another_school_marks_nothing_of_the_old_one(company: Company, connect: Any) -> None:
    talk = talk_of(company, "teacher@demo.test")
    with company.beside.app_context():
        school_ids = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one().school_ids
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        clerk = accounts.create_staff(lead.district_id, "clerk@demo.test", name="Clerk", role=Role.OFFICE, school_ids=school_ids)
        clerk.status = StaffStatus.ACTIVE
        db.session.commit()
        clerk_id = clerk.id
        elsewhere = db.session.scalars(select(School.id).where(School.district_id == lead.district_id, School.id.not_in(school_ids))).all()
        db.session.remove()
    listed = company.rest("GET", f"/texting/conversations/{talk}/messages?per_page=100", "teacher@demo.test")
    mark = {"conversation_id": talk, "messagesIds": [each["id"] for each in listed if each["direction"] == "inbound"][:1]}
    listening = connect(company.token, "clerk@demo.test")
    assert listening.client.call("texting.message.markAsRead", mark, timeout=PATIENCE) == {"ok": True}
    with company.beside.app_context():
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        accounts.change_staff(lead, clerk_id, role=Role.OFFICE, school_ids=elsewhere[:1])
        db.session.remove()
    answer = listening.client.call("texting.message.markAsRead", mark, timeout=PATIENCE)
    assert answer["ok"] is False
    assert listening.client.connected, "she listens as what she is now"


def test_a_bearer_that_lost_the_district_speaks_for_nobody_else(company: Company, connect: Any) -> None:
    with company.beside.app_context():
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        bearer = accounts.create_bearer(lead, name="Demoted", bearer_type=BearerType.ADMIN)
        token, bearer_id = accounts.create_key(lead, bearer.id).token, bearer.id
        db.session.remove()
    listening = connect(token, "teacher@demo.test")
    with company.beside.app_context():
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        accounts.update_bearer(lead, bearer_id, bearer_type=BearerType.USER)
        db.session.remove()
    assert "may no longer act as this user" in listening.wait_for("unauthorized")["detail"]
    assert closed(listening)


class LeftAlone(Listeners):
    """Empty at the first look, which takes long enough for somebody to come in meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.is_looked_at, self.may_go_on = threading.Event(), threading.Event()

    def __bool__(self) -> bool:
        answer = super().__bool__()
        if not answer:
            self.is_looked_at.set()
            self.may_go_on.wait(PATIENCE)
        return answer


def test_who_comes_while_the_keeper_leaves_is_kept_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "LOOK_EVERY", 0.01)
    monkeypatch.setattr(keeper, "SILENT_SECONDS", 0.0)
    listeners, hung_up = LeftAlone(), threading.Event()
    kept = keeper.Keeper(app, listeners, lambda listener, _why: (listeners.drop(listener.socket), hung_up.set()))
    kept.begin()
    assert listeners.is_looked_at.wait(PATIENCE)
    assert listeners.add("late", most=1)
    comes = threading.Thread(target=kept.begin)
    comes.start()
    comes.join(0.2)  # it may wait for the decision; a keeper that has made it already is asked in vain
    listeners.may_go_on.set()
    comes.join(PATIENCE)
    assert hung_up.wait(PATIENCE), "nobody looks after who came last"
