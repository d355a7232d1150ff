"""The consent ledger: rows are only added, so that one can ask "could we text her on 3 March?"."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class ConsentKind(StrEnum):
    """What was said. The newest entry for an address and a sender scope decides."""

    AGREED = "agreed"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"


class ConsentSource(StrEnum):
    """How we know."""

    KEYWORD = "keyword"
    CARRIER = "carrier"
    STAFF = "staff"
    ROSTER = "roster"
    WEB = "web"
    KEYPAD = "keypad"
    """Pressed during a call."""


ALL_SENDERS = "all"
"""The scope of a wish that holds for every sender of the district."""
AUTOMATED_CALLS = "calls"
"""The scope of a wish about calls that a machine makes, from whatever number; texts are another matter."""

EMAILS = "email"
"""The scope of a wish about the district's emails: an address of that kind has no other sender."""


class Consent(Model):
    """One entry. `scope` is "service:<id>", "number:<id>", AUTOMATED_CALLS, EMAILS or ALL_SENDERS."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    address: Mapped[str] = mapped_column(String(254))
    """Kept by address, not by guardian: who shares a phone shares its wish."""
    scope: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(12))
    wording: Mapped[str | None] = mapped_column(String(200))
    """What was texted, or what staff noted."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_consents_address_scope", "district_id", "address", "scope", "id"),)
