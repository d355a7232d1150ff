"""Files of an announcement: pictures and papers for all who get it, and sounds that calls play."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class FileKind(StrEnum):
    """What a file is for."""

    FILE = "file"
    SOUND = "sound"


class AnnouncementFile(Model):
    """One file in the store. Copies of an announcement have rows of their own and share what is stored.

    Without an announcement it was taken away again; a sweep removes what no other row shares.
    """

    __tablename__ = "announcement_files"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(8), default=FileKind.FILE)
    language: Mapped[str | None] = mapped_column(String(12))
    """Of a sound; None for calls in every language."""
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    file_key: Mapped[str] = mapped_column(String(60), index=True)
    thumbnail_key: Mapped[str | None] = mapped_column(String(60))
    width: Mapped[int | None]
    height: Mapped[int | None]
    seconds: Mapped[float | None]
    """How long a sound is."""
    in_texts: Mapped[bool] = mapped_column(default=False)
    """Whether texts carry the picture itself, as picture messages; otherwise they carry a link."""
    code: Mapped[str] = mapped_column(String(24), unique=True)
    """In the link for families: long enough that nobody guesses it, short enough for a text."""
    created_at: Mapped[datetime] = mapped_column(default=now)
