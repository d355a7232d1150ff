"""Whose a fax number is, as staff called it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class FaxContact(Model):
    """A clinic, a court, another district: what its next fax is called, too."""

    __tablename__ = "fax_contacts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    address: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    is_junk: Mapped[bool] = mapped_column(default=False)
    """What it sends is hidden when it comes."""
    is_machine: Mapped[bool] = mapped_column(default=False)
    """A fax went through there or came from there once: no person is woken by another one."""
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("district_id", "address"),)
