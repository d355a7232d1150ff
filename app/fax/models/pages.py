"""The pages of a fax, and the files that one to be sent is made of."""

from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.fax.models.faxes import Paper

_RECEIVED = text("part_id IS NULL")
DUE_PARTS = "fax_parts.paper = 'waiting'"
_DUE = text(DUE_PARTS.replace("fax_parts.", ""))


class Turn(IntEnum):
    """How a page is shown: clockwise, in degrees."""

    NONE = 0
    RIGHT = 90
    OVER = 180
    LEFT = 270


class FaxPart(Model):
    """A file that somebody put into a fax, or its cover page. Parts follow each other by `position`; a cover is 0."""

    __tablename__ = "fax_parts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fax_id: Mapped[int] = mapped_column(ForeignKey("faxes.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    is_cover: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(255), default="")
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    """Of a cover: what stands on it, so that it is drawn anew only when that changed."""
    source_key: Mapped[str | None] = mapped_column(String(64))
    source_type: Mapped[str | None] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(default=0)
    """Bytes."""
    pages: Mapped[int] = mapped_column(default=0)
    paper: Mapped[str] = mapped_column(String(8), default=Paper.WAITING)
    problem: Mapped[str | None] = mapped_column(String(24))
    paper_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    paper_due_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_fax_parts_due", "paper_due_at", sqlite_where=_DUE, postgresql_where=_DUE),)


class FaxPage(Model):
    """One page: the pictures of it, how it is turned, and its text."""

    __tablename__ = "fax_pages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fax_id: Mapped[int] = mapped_column(ForeignKey("faxes.id", ondelete="CASCADE"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("fax_parts.id", ondelete="CASCADE"), index=True)
    """The file it is of, in a fax to be sent; None in one received."""
    number: Mapped[int]
    """From 1: within the fax where it was received, within its part where it is to be sent."""
    width: Mapped[int]
    height: Mapped[int]
    """Of the picture, in square pixels: a page of 204×98 dpi is stretched."""
    image_key: Mapped[str] = mapped_column(String(64))
    """Black and white, in full."""
    screen_key: Mapped[str] = mapped_column(String(64))
    """Grey, of a screen's width."""
    thumb_key: Mapped[str] = mapped_column(String(64))
    turn: Mapped[int] = mapped_column(SmallInteger, default=0)
    words: Mapped[str] = mapped_column(Text, default="")
    """What is written on it, as software read it."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """[{"x", "y", "w", "h" (shares of the page, 0 to 1), "words"}]: where the words stand."""

    __table_args__ = (
        UniqueConstraint("part_id", "number"),
        Index("ix_fax_pages_fax", "fax_id", "number"),
        Index("uq_fax_pages_received", "fax_id", "number", unique=True, sqlite_where=_RECEIVED, postgresql_where=_RECEIVED),
    )
