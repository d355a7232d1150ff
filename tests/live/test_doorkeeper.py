"""Who may not come in any more hears nothing more, even if nobody was there to say so."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Staff, StaffSession, StaffStatus
from app.core.clock import now
from app.core.database import db
from app.extensions import socketio
from app.live import doorkeeper
from tests.conftest import SignIn
from tests.factories import StaffFactory

ENDS = {
    "signed out where nobody could tell": lambda: update(StaffSession).values(ended_at=now()),
    "silent for too long": lambda: update(StaffSession).values(last_seen_at=now() - timedelta(days=2)),
    "signed in too long ago": lambda: update(StaffSession).values(expires_at=now() - timedelta(seconds=1)),
    "an account that was closed": lambda: update(Staff).values(status=StaffStatus.DEACTIVATED),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_browser_that_says_nothing_does_not_listen_for_ever(app: Flask, sign_in: SignIn, how: str) -> None:
    window = socketio.test_client(app, flask_test_client=sign_in(StaffFactory()))
    assert window.is_connected()
    assert doorkeeper.look_round(socketio.server) == 0
    db.session.execute(ENDS[how]())
    db.session.commit()
    assert doorkeeper.look_round(socketio.server) == 1
    assert not window.is_connected()
