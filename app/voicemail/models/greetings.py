"""What callers hear before the beep."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class Greeting(Model):
    """In one language: words that a voice reads, or a sound. Of a person, or (`staff_id` None) of the school's own box."""

    __tablename__ = "voicemail_greetings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(600), default="")
    file_key: Mapped[str | None] = mapped_column(String(64))
    content_type: Mapped[str] = mapped_column(String(40), default="")
    seconds: Mapped[float | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "uq_voicemail_greetings_person", "staff_id", "language", unique=True,
            sqlite_where=text("staff_id IS NOT NULL"), postgresql_where=text("staff_id IS NOT NULL"),
        ),
        Index(
            "uq_voicemail_greetings_school", "school_id", "language", unique=True,
            sqlite_where=text("staff_id IS NULL"), postgresql_where=text("staff_id IS NULL"),
        ),
    )  # fmt: skip
