"""What this face says of a video call and the room for video has no place for."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model


class VideoDetails(Model):
    """Of one call: whom it is about, and whether it is for several."""

    __tablename__ = "courier_video_details"

    video_call_id: Mapped[int] = mapped_column(ForeignKey("video_calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    subject_id: Mapped[UUID | None]
    is_group: Mapped[bool] = mapped_column(default=False)
