"""Files on their way in: announced with a name and a type, brought to a signed address, and then judged by what is inside."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class UploadKind(StrEnum):
    """What a file is for."""

    MESSAGE = "message"
    BULK = "bulk"
    EMAIL = "email"


class Upload(Model):
    """One file. Its uuid is that of the attachment it becomes."""

    __tablename__ = "courier_uploads"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(8))
    owner_uuid: Mapped[UUID]
    """The draft, the bulk message or the email."""
    name: Mapped[str] = mapped_column(String(200), default="")
    content_type: Mapped[str] = mapped_column(String(100))
    """What was announced; once it is ready, what is inside."""
    size: Mapped[int] = mapped_column(default=0)
    raw_key: Mapped[str | None] = mapped_column(String(120))
    """The bytes as they came, until they are judged."""
    file_key: Mapped[str | None] = mapped_column(String(120))
    thumbnail_key: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int | None]
    height: Mapped[int | None]
    target_id: Mapped[int | None] = mapped_column(BigId)
    """The row of the room whose file it became."""
    ready_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_courier_uploads_owner", "kind", "owner_uuid", "id"),)
