"""Processes that die while they send emails."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.delivery import reconciler
from app.delivery.email import journal, lapses, smtp
from app.delivery.email.folder import FolderServer
from app.delivery.models import Delivery, DeliveryState
from app.delivery.worker_name import MACHINE, my_name
from tests.delivery.email.conftest import Mailing

DEAD = f"{MACHINE}:999999:00000000"


def held_by(name: str, *deliveries: Delivery, seconds: int = 300) -> None:
    """As a process leaves them that claimed them."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_([one.id for one in deliveries]))
        .values(state=DeliveryState.PROCESSING, attempts=1, claimed_by=name, claimed_until=now() + timedelta(seconds=seconds))
    )
    db.session.commit()
    db.session.expire_all()


@pytest.fixture
def folder(mailing: Mailing) -> Path:
    return mailing.app.extensions["settings"].data / "emails-begun"


def settle(folder: Path) -> int:
    count = lapses.settle(folder)
    db.session.expire_all()
    return count


def test_only_what_was_begun_is_in_doubt(mailing: Mailing, folder: Path) -> None:
    begun, waiting = mailing.write("rosa@family.test", "sam@family.test")
    book = journal.Journal(folder, DEAD)
    book.note(begun.id, 1)
    book.close(is_done=False)
    held_by(DEAD, begun, waiting)
    assert settle(folder) == 2
    assert (begun.state, begun.doubtful_since is not None) == (DeliveryState.PROCESSING, True)
    assert (waiting.state, waiting.attempts, waiting.doubtful_since) == (DeliveryState.PENDING, 0, None)
    assert list(folder.iterdir()) == []
    assert settle(folder) == 0
    mailing.hand_over()
    assert mailing.office.recipients == ["sam@family.test"]


def test_without_a_journal_everything_is_in_doubt(mailing: Mailing, folder: Path) -> None:
    pair = mailing.write("rosa@family.test", "sam@family.test")
    held_by(DEAD, *pair)
    assert settle(folder) == 2
    assert all(one.doubtful_since is not None for one in pair)


def test_a_process_elsewhere_is_given_its_lease(mailing: Mailing, folder: Path) -> None:
    (delivery,) = mailing.write()
    held_by("elsewhere0:1:00000000", delivery)
    assert settle(folder) == 0
    assert delivery.doubtful_since is None
    held_by("elsewhere0:1:00000000", delivery, seconds=-1)
    assert settle(folder) == 1
    assert delivery.doubtful_since is not None


def test_a_process_that_lives_keeps_what_it_has_and_the_reconciler_of_texts_leaves_emails_alone(mailing: Mailing, folder: Path) -> None:
    (delivery,) = mailing.write()
    held_by(my_name(), delivery)
    assert settle(folder) == 0
    held_by(DEAD, delivery, seconds=-1)
    assert reconciler.reconcile(mailing.app) == 0
    db.session.expire_all()
    assert (delivery.claimed_by, delivery.state) == (DEAD, DeliveryState.PROCESSING)


def test_who_still_waits_for_a_server_when_the_process_ends_sends_nothing(mailing: Mailing, folder: Path, tmp_path: Path) -> None:
    book = journal.Journal(folder, DEAD)
    book.close(is_done=False)
    with (tmp_path / "another").open("wb"):  # has the number of the closed file
        letter = smtp.Envelope("school@cedar.test", "rosa@family.test", "1.1", b"Subject: Hi\r\n\r\nHi.\r\n", lambda: book.note(1, 1))
        server = smtp.SmtpServer(mailing.office.url, most_per_connection=1)
        assert server.take(letter) == smtp.AWAY
        assert FolderServer(tmp_path / "mail").take(letter) == smtp.AWAY
    assert mailing.office.letters == []
    assert (tmp_path / "another").read_bytes() == b""
    assert journal.begun_by(folder, DEAD) == set()
