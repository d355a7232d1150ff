"""Uploaded lists: phone numbers and students from a file."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, case, func
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class AnnouncementList(Model):
    """One file, or the numbers that a program gave, which have no name.

    `bad_rows` says of all lines that did not go in why: [{"line": 3, "reason": "no_student"}]. It may be long. Those of a program are rows
    as well: nobody looked at them before it was sent, so its report names them.
    """

    __tablename__ = "announcement_lists"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    good_rows: Mapped[int] = mapped_column(default=0)
    bad_rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def numbers_given(cls) -> ColumnElement[int | None]:
        """How many numbers a program gave, whether they are some or not; a column to select. NULL for a file."""
        return case((cls.name == "", cls.good_rows + func.json_array_length(cls.bad_rows)))


class AnnouncementListRow(Model):
    """One line: a student, or somebody's address. Which contact point that is, if any, was found when it was read."""

    __tablename__ = "announcement_list_rows"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("announcement_lists.id", ondelete="CASCADE"))
    line: Mapped[int]
    student_id: Mapped[int | None] = mapped_column(ForeignKey("students.id", ondelete="CASCADE"))
    address: Mapped[str | None] = mapped_column(String(254))
    problem: Mapped[str | None] = mapped_column(String(20))
    """A SkipReason: what a program wrote in place of an address is none."""
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_announcement_list_rows_list", "list_id", "id"),)
