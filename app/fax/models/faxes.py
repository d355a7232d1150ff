"""A fax, received or sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class Direction(StrEnum):
    """Which way it went."""

    IN = "in"
    OUT = "out"


class FaxStatus(StrEnum):
    """In the words of the API contract; a draft is nobody's but ours."""

    RECEIVED = "received"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Paper(StrEnum):
    """How far its pages are."""

    WAITING = "waiting"
    """To be fetched from the carrier, or drawn."""
    READY = "ready"
    BROKEN = "broken"
    """There is nothing to show; `problem` says why."""


NEVER_ARRIVED, CUT_OFF = "never_arrived", "cut_off"
"""Problems beside those of `core.documents`: this house never had the document, or has it no more; the end of it is missing."""


FRESH_ROWS = "faxes.status = 'received' AND faxes.read_at IS NULL AND faxes.hidden_at IS NULL AND faxes.deleted_at IS NULL"
"""Nobody has read it. Index and query must say it in the same words."""
_FRESH = text(FRESH_ROWS.replace("faxes.", ""))
FAILED_ROWS = "faxes.status = 'failed' AND faxes.hidden_at IS NULL AND faxes.deleted_at IS NULL"
"""They did not arrive, and nobody put them aside."""
_FAILED = text(FAILED_ROWS.replace("faxes.", ""))
DUE_ROWS = "faxes.paper = 'waiting'"
_DUE = text(DUE_ROWS.replace("faxes.", ""))
WORDLESS_ROWS = "faxes.direction = 'in' AND faxes.paper = 'ready' AND faxes.words_at IS NULL"
"""Its text is still to be recognised."""
LEAVING_ROWS = "faxes.leave_due_at IS NOT NULL"
"""They go out by themselves once their pages are there."""
_WORDLESS = text(WORDLESS_ROWS.replace("faxes.", ""))
_LEAVING = text(LEAVING_ROWS.replace("faxes.", ""))


def _partial(name: str, *columns: str, where: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


class Fax(Model):
    """One fax. What the list shows is kept in the row, so that ten thousand of them cost one query."""

    __tablename__ = "faxes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    """Also the key of the form that began it: pressed twice it is one."""
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    """None for a number of the district."""
    phone_number_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id"))
    """Of ours."""
    direction: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The carrier's, of one received; what is sent has one for each time it was tried (`delivery.fax`)."""
    address: Mapped[str] = mapped_column(String(20), default="")
    """E.164 of the other side; empty where it was hidden. In a draft as it was typed, until it is a number."""
    name: Mapped[str] = mapped_column(String(200), default="")
    """Of the other side, as somebody here called it."""
    attention: Mapped[str] = mapped_column(String(200), default="")
    """Of one to be sent: who is to get it there."""
    own_name: Mapped[str] = mapped_column(String(200), default="")
    """Of this side: in whose name it is sent, or to whom it is addressed."""
    station: Mapped[str] = mapped_column(String(40), default="")
    """What the other machine says of itself."""
    subject: Mapped[str] = mapped_column(String(255), default="")
    note: Mapped[str] = mapped_column(String(2000), default="")
    """Between staff."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """A health record or a court paper: only for the office, the admins and whom it is assigned to."""
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    student_id: Mapped[int | None] = mapped_column(ForeignKey("students.id", ondelete="SET NULL"))
    """To whom somebody filed it."""
    filed_at: Mapped[datetime | None]
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    """When it came, or was begun."""
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    hidden_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    held_at: Mapped[datetime | None]
    """Since when a legal hold forbids to delete it."""
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=0)
    """Counts whatever changes, also pages and words that arrive by themselves."""

    pages: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int | None]
    """On the line."""
    quality: Mapped[str] = mapped_column(String(10), default="fine")
    """"fine" (204×196 dpi) or "standard" (204×98)."""
    source_key: Mapped[str | None] = mapped_column(String(64))
    """Of one received: the file as it came."""
    source_type: Mapped[str | None] = mapped_column(String(40))
    document_key: Mapped[str | None] = mapped_column(String(64))
    """Of one to be sent: the PDF of black and white pages that the carrier gets."""
    thumb_key: Mapped[str | None] = mapped_column(String(64))
    """Of its first page, for the list."""
    first_turn: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How its first page is turned, for the list."""
    paper: Mapped[str] = mapped_column(String(8), default=Paper.WAITING)
    problem: Mapped[str | None] = mapped_column(String(24))
    """Why there is nothing to see: one of `core.documents.Problem`, or "never_arrived". Beside pages that are ready: "cut_off"."""
    paper_tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    paper_due_at: Mapped[datetime | None]
    """When a worker looks at it next: for its pages, and once they are there for its text."""
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    words_at: Mapped[datetime | None]
    """When its text was recognised, or given up."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Names, number, subject and text, folded."""

    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """The system that asked for it to be sent, in its author's name or its own; None where a person did."""
    edition: Mapped[int] = mapped_column(default=0)
    """Of a draft: how often somebody saved it, so that two who write at once notice each other."""
    saved_by_page: Mapped[str | None] = mapped_column(String(64))
    """The key of the opened page that saved it last: it repeats what it never got an answer to."""
    has_cover: Mapped[bool] = mapped_column(default=True)
    cover_note: Mapped[str] = mapped_column(String(2000), default="")
    send_at: Mapped[datetime | None]
    """Of one that is scheduled, or that the night holds."""
    leave_due_at: Mapped[datetime | None]
    """Of a draft that goes out by itself once its pages are there: when a worker looks at it next."""
    emails: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Who is told of the outcome."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    """The newest."""
    failure: Mapped[str | None] = mapped_column(String(24))
    """Why it was not sent: a code of `carrier.fax_codes`."""
    sent_pages: Mapped[int] = mapped_column(default=0)
    """How many arrived, at the newest try."""
    from_page: Mapped[int] = mapped_column(SmallInteger, default=1)
    """The first page of what is sent: those before it arrived earlier."""
    finished_at: Mapped[datetime | None]
    copy_of_id: Mapped[int | None] = mapped_column(ForeignKey("faxes.id", ondelete="SET NULL"))
    """The one that this one answers, repeats, or sends on."""

    __table_args__ = (
        Index(  # with all that decides what a fax counts as and who sees it, so that to count them, or to skip some, reads no row
            "ix_faxes_district",
            *("district_id", "direction", "id", "status", "hidden_at", "leave_due_at", "send_at"),
            *("school_id", "is_restricted", "assignee_id", "author_id", "deleted_at"),
        ),
        _partial("ix_faxes_copy_of", "copy_of_id", where=text("copy_of_id IS NOT NULL")),
        Index("ix_faxes_school", "school_id", "direction", "id"),
        Index("ix_faxes_assignee", "assignee_id", "id"),
        Index("ix_faxes_student", "student_id", "id"),
        Index("ix_faxes_address", "district_id", "address", "id"),
        _partial("ix_faxes_fresh_school", "school_id", "id", where=_FRESH),
        _partial("ix_faxes_fresh_district", "district_id", "id", where=_FRESH),
        _partial("ix_faxes_fresh_assignee", "assignee_id", "id", where=_FRESH),
        _partial("ix_faxes_failed_school", "school_id", "id", where=_FAILED),
        _partial("ix_faxes_failed_district", "district_id", "id", where=_FAILED),
        _partial("ix_faxes_failed_author", "author_id", "id", where=_FAILED),
        _partial("ix_faxes_central", "district_id", "direction", "id", where=text("school_id IS NULL")),
        _partial("ix_faxes_fresh_central", "district_id", "id", where=text(f"school_id IS NULL AND {_FRESH.text}")),
        Index("ix_faxes_author", "author_id", "id"),
        _partial("ix_faxes_bearer", "bearer_id", "id", where=text("bearer_id IS NOT NULL")),
        _partial("ix_faxes_deleted", "district_id", "id", where=text("deleted_at IS NOT NULL")),
        _partial("ix_faxes_due", "paper_due_at", where=_DUE),
        _partial("ix_faxes_wordless", "paper_due_at", where=_WORDLESS),
        _partial("ix_faxes_leaving", "leave_due_at", where=_LEAVING),
    )

    @property
    def is_inbound(self) -> bool:
        """Whether it came to us."""
        return self.direction == Direction.IN
