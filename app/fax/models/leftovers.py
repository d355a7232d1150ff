"""What is left to delete of faxes that are gone."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class LeftoverKind(StrEnum):
    """Where it lies."""

    FILE = "file"
    """In the file store, by its key."""
    CARRIER = "carrier"
    """At the carrier, by its id there."""


class FaxLeftover(Model):
    """Something to delete outside of the database. Written in the commit that made it needless, so that a kill leaves nothing behind."""

    __tablename__ = "fax_leftovers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(64))
    due_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)

    __table_args__ = (UniqueConstraint("kind", "key"), Index("ix_fax_leftovers_due", "due_at"))
