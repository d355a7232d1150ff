"""Whether the phone on somebody's profile is theirs: shown by a code that was texted to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import BigId
from app.core.database import Model


class OwnPhone(Model):
    """One person's. It counts for `phone` alone: who changes the profile shows it again."""

    __tablename__ = "own_phones"

    staff_id: Mapped[int] = mapped_column(BigId, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    phone: Mapped[str] = mapped_column(String(20))
    code_seal: Mapped[str | None] = mapped_column(String(64))
    """Of the newest code; the code itself is kept nowhere but in the text."""
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None]
