"""A message that a caller left."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

FRESH_ROWS = "voicemails.done_at IS NULL AND voicemails.heard_at IS NULL"
"""Nobody has heard it. Index and query must say it in the same words."""
_FRESH = text(FRESH_ROWS.replace("voicemails.", ""))


class Voicemail(Model):
    """One message in somebody's box, or in the school's. It is new until it was heard, then somebody's or nobody's, and done at last.

    What the list shows of the caller and of the words is kept in the row, so that ten thousand of them cost one query.
    """

    __tablename__ = "voicemails"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Whose box; None for the school's own."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id", ondelete="SET NULL"), index=True)
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id", ondelete="SET NULL"), index=True)
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"), unique=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    """Where it stands in the family's thread."""
    caller: Mapped[str] = mapped_column(String(20), default="")
    """E.164; empty where it was hidden."""
    name: Mapped[str] = mapped_column(String(200), default="")
    """Of the guardian, when it came; empty for somebody unknown."""
    children: Mapped[str] = mapped_column(String(300), default="")
    """As `subtitle_for` words them."""
    language: Mapped[str | None] = mapped_column(String(12))
    """The caller's, where it is not the district's."""
    preview: Mapped[str] = mapped_column(String(200), default="")
    seconds: Mapped[int | None]
    is_broken: Mapped[bool] = mapped_column(default=False)
    """There is nothing to hear."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Names, number and words, folded."""
    note: Mapped[str] = mapped_column(String(2000), default="")
    received_at: Mapped[datetime] = mapped_column(default=now)
    """When they called, as in the list of calls: one message has one time, wherever it stands."""
    heard_at: Mapped[datetime | None]
    heard_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_voicemails_box", "staff_id", "id"),
        Index("ix_voicemails_assignee", "assignee_id", "id"),
        Index("ix_voicemails_school", "school_id", "id"),
        Index("ix_voicemails_district", "district_id", "id"),
        Index("ix_voicemails_fresh_box", "staff_id", "id", sqlite_where=_FRESH, postgresql_where=_FRESH),
        Index("ix_voicemails_fresh_assignee", "assignee_id", "id", sqlite_where=_FRESH, postgresql_where=_FRESH),
        Index("ix_voicemails_fresh_school", "school_id", "id", sqlite_where=_FRESH, postgresql_where=_FRESH),
        Index("ix_voicemails_fresh_district", "district_id", "id", sqlite_where=_FRESH, postgresql_where=_FRESH),
    )

    @property
    def is_new(self) -> bool:
        """Nobody has heard it."""
        return self.heard_at is None and self.done_at is None
