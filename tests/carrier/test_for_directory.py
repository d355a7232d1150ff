"""What other rooms ask of the carrier: however slow it is, nobody's connection to the database waits with them."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.carrier import for_directory
from app.carrier.gateway import LineFacts, OwnedNumber
from app.core.database import db, transaction
from app.directory import phone_network
from app.directory.models import District


class Slow:
    """Looks who holds a connection while it is asked."""

    def list_numbers(self) -> list[OwnedNumber]:
        """None."""
        assert db.engine.pool.checkedout() == 0
        return []

    def lookup_number(self, _address: str) -> LineFacts:
        """Any."""
        assert self.list_numbers() == []
        return LineFacts(is_valid=True, kind=None)


def test_no_connection_is_held_while_the_carrier_is_asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(for_directory, "current_carrier", Slow)
    for ask in (phone_network.network().rented_numbers, lambda: phone_network.network().line("+15035550142")):
        assert db.session.scalars(select(District)).all() == []
        assert db.engine.pool.checkedout() == 1
        ask()
    with transaction(), pytest.raises(RuntimeError):
        db.session.execute(text("SELECT 1"))
        phone_network.network().rented_numbers()
