"""Who sends a fax is killed while it is made into one document, and right after its commit: it is a draft still, or arrives once."""

import os
import signal
import subprocess
import sys

import pytest

from app.config import VARIABLES, Settings
from app.core.database import db
from app.delivery.models import Delivery
from app.fax.models import Fax, FaxPart
from tests.faults.test_kill_worker import wait_until, worker
from tests.fax.sending.test_on_the_way import GOOD, Line, app, faxes, house, line

__all__ = ["app", "faxes", "house", "line"]
pytestmark = pytest.mark.faults
JOINED, COMMITTED, IN_THE_COMMIT = "joined", "committed", "in the commit"
SENDER = """
import os, signal, sys
from app import create_app
from app.accounts.models import Staff
from app.core.database import db
from app.fax.models import Fax
from app.fax.service import sending

moment, fax_id, staff_id = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])

def dies():
    os.kill(os.getpid(), signal.SIGKILL)

if moment == "joined":
    joined = sending.joined
    sending.joined = lambda *given, **named: (joined(*given, **named), dies())
if moment == "in the commit":
    dispatch = sending.dispatch
    sending.dispatch = lambda *given, **named: (dispatch(*given, **named), db.session.flush(), dies())
with create_app().app_context():
    sending.send(db.session.get_one(Staff, staff_id), fax_id)
    dies()
"""


def send_and_die(line: Line, fax: Fax, moment: str) -> None:
    """Another process sends it, and is killed without warning."""
    settings: Settings = line.office.app.extensions["settings"]
    names = ("data", "database_url", "secret_key", "public_url", "port", "simulator_url")
    environment = os.environ | {VARIABLES[name]: str(getattr(settings, name)) for name in names}
    told = [sys.executable, "-c", SENDER, moment, str(fax.id), str(fax.author_id)]
    db.session.rollback()
    done = subprocess.run(told, env=environment, capture_output=True, text=True, timeout=120, check=False)  # our own words
    assert done.returncode == -signal.SIGKILL, done.stderr
    db.session.expire_all()


@pytest.mark.parametrize("moment", [JOINED, IN_THE_COMMIT])
def test_what_was_killed_before_its_commit_is_a_draft_with_everything(line: Line, moment: str) -> None:
    fax = line.write(GOOD)
    send_and_die(line, fax, moment)
    again = db.session.get_one(Fax, fax.id)
    assert (again.status, again.delivery_id, again.document_key) == ("draft", None, None)
    assert db.session.query(Delivery).count() == 0
    assert db.session.query(FaxPart).filter_by(fax_id=fax.id, is_cover=False).one().pages == 2
    line.send(again)
    assert line.go(again).status == "sent"
    assert [one["pages"] for one in line.faxes.at_the_network()] == [3]


def test_what_was_killed_after_its_commit_arrives_once(line: Line) -> None:
    fax = line.write(GOOD)
    send_and_die(line, fax, COMMITTED)
    queued = db.session.get_one(Fax, fax.id)
    assert queued.status == "queued"
    with worker(line.faxes.house):
        wait_until(lambda: arrived(fax.id))
    assert [one["pages"] for one in line.faxes.at_the_network()] == [3]
    assert db.session.query(Delivery).filter_by(owner_kind="fax").count() == 1


def arrived(fax_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Fax, fax_id, populate_existing=True).status == "sent"
