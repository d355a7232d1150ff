"""What other systems say of a company, its users and its locations beyond what the house knows, and who owns a number."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class Subject(StrEnum):
    """Of what particulars tell."""

    COMPANY = "company"
    USER = "user"
    LOCATION = "location"


class Particulars(Model):
    """Addresses, titles and the like, in the words of the contract. What the house itself has a column for never stands here."""

    __tablename__ = "ringplan_particulars"

    subject: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    removed_at: Mapped[datetime | None]
    """Another system deleted it: the house keeps the history, this face lists it no more while it is out of use."""


class NumberOwner(Model):
    """Who writes from one of the district's numbers by this face. A number that nobody owns is shared by its school."""

    __tablename__ = "ringplan_number_owners"

    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)
