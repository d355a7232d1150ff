"""A worker is killed while it puts together faxes that are to be sent on, and while their emails leave: each arrives once."""

import time

import pytest

from app.core.database import db
from app.fax.models import FaxForward
from app.fax.service.preparing import LEASE
from tests.delivery.email.conftest import mail_house, mailing, office
from tests.delivery.email.test_kill import wait_until, worker
from tests.fax_forwarding.conftest import Desk, desk

__all__ = ["desk", "mail_house", "mailing", "office"]
pytestmark = pytest.mark.faults
MANY = 16


def statuses() -> list[str]:
    db.session.rollback()
    return sorted(row.status for row in db.session.query(FaxForward))


def test_every_forward_arrives_once_or_waits_for_a_decision(desk: Desk) -> None:
    desk.mailing.office.seconds = 0.05
    desk.fax.source_type = "image/tiff"  # so that its pages are put together anew for each
    for number in range(MANY):
        assert desk.forward(f"clinic{number}@cedar.test", way="attached").status_code == 303
    for least in (1, 4):
        with worker(desk.mailing):
            wait_until(lambda least=least: len(desk.mailing.office.letters) >= least)
            time.sleep(0.2)  # the moment of death is the point
    db.session.rollback()
    for row in db.session.query(FaxForward).filter(FaxForward.due_at.is_not(None)):
        row.due_at -= LEASE  # as if so much time had passed: what the dead had in their hands is due again
    db.session.commit()
    with worker(desk.mailing):
        wait_until(lambda: set(statuses()) <= {"sent", "unsure"}, 90)
    arrived = desk.mailing.office.by_address()
    assert max(arrived.values()) == 1
    unsure = {row.address for row in db.session.query(FaxForward).filter_by(status="unsure")}
    assert {f"clinic{number}@cedar.test" for number in range(MANY)} - set(arrived) <= unsure
    assert len(unsure) <= 8
