"""Files before they are sent, and messages that another system took out of its view."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class UploadedFile(Model):
    """A file for a message or a fax that is still to be written. Judged by its content; pictures are made anew."""

    __tablename__ = "ringplan_files"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    uploaded_name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    file_key: Mapped[str] = mapped_column(String(120))
    thumbnail_key: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_ringplan_files_old", "created_at"),)


class RemovedMessage(Model):
    """A message that this face lists no more. The school's record of it stays: what was sent was sent."""

    __tablename__ = "ringplan_removed_messages"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(default=now)
