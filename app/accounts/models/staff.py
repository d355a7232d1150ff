"""Who signs in, with which role, for which schools, and the programs that stand beside them."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class Role(StrEnum):
    """What a staff member may do; `permissions.py` says which role holds which permission."""

    DISTRICT_ADMIN = "district_admin"
    SCHOOL_ADMIN = "school_admin"
    OFFICE = "office"
    TEACHER = "teacher"
    VIEWER = "viewer"


class StaffStatus(StrEnum):
    """An invited person has no password yet; a deactivated one keeps the history and cannot sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


class StaffKind(StrEnum):
    """An application writes to families in its own name and never signs in; its bearer's keys speak for it."""

    PERSON = "person"
    APPLICATION = "application"


class Staff(Model):
    """A person who signs in, or an application that acts as one. `email` is kept in lower case and is unique over all districts."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    formal_name: Mapped[str | None] = mapped_column(String(200))
    """How families know them, such as "Ms. Okafor-Reyes"."""
    job_title: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    """Their own phone in E.164, rung for direct calls; never shown to families."""
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12), default=StaffKind.PERSON, server_default=StaffKind.PERSON)
    status: Mapped[str] = mapped_column(String(20), default=StaffStatus.INVITED)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(12), default="en")
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    single_key_shortcuts: Mapped[bool] = mapped_column(default=True)
    enter_sends: Mapped[bool] = mapped_column(default=False)
    private_receipts: Mapped[bool] = mapped_column(default=False)
    """Their reading is not shown to colleagues and guardians."""
    office_hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Overrides the school's: {"mon": [["08:00", "15:30"]], ...}; None means the school's."""
    source_id: Mapped[str | None] = mapped_column(String(120))
    """The sourcedId of the roster this person came from."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime | None]
    school_links: Mapped[list["StaffSchool"]] = relationship(back_populates="staff", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("district_id", "source_id"),)

    # Flask-Login's interface, without its mix-in: it cannot be typed.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this person may be signed in now."""
        return self.status == StaffStatus.ACTIVE

    @property
    def is_person(self) -> bool:
        """Whether this is somebody who can sign in, be written to, or be given work."""
        return self.kind == StaffKind.PERSON

    @property
    def mailbox(self) -> str | None:
        """Where letters to them go; an application reads none."""
        return self.email if self.is_person else None

    @property
    def school_ids(self) -> list[int]:
        """The schools this person works for. A district admin works for all, whatever is listed."""
        return [link.school_id for link in self.school_links]

    @property
    def shown_name(self) -> str:
        """The name that families see."""
        return self.formal_name or self.name

    def get_id(self) -> str:
        """Flask-Login's name for the key in the session cookie; `sessions.py` decides what it holds."""
        return getattr(self, "session_token", str(self.id))


def are_people() -> ColumnElement[bool]:
    """The condition on `Staff` of every list, count and search of people: applications are none."""
    return Staff.__table__.c.kind == StaffKind.PERSON


class StaffSchool(Model):
    """A school within a staff member's scope."""

    __tablename__ = "staff_schools"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), primary_key=True, index=True)
    staff: Mapped[Staff] = relationship(back_populates="school_links")


SHARED_IDLE = timedelta(minutes=15)


class StaffSession(Model):
    """One browser that is signed in. Ending it here ends it there, with its next request or live event."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    idle_seconds: Mapped[int] = mapped_column(default=12 * 3600, server_default="43200")
    """It ends by itself when nothing was asked for so long; short on a shared computer."""
    expires_at: Mapped[datetime]
    """It ends then, however busy it is."""
    ended_at: Mapped[datetime | None]

    @property
    def is_shared(self) -> bool:
        """Whether its owner said that others use this computer."""
        return self.idle_seconds <= SHARED_IDLE.total_seconds()

    def holds_at(self, moment: datetime) -> bool:
        """Whether this session still lets its browser in."""
        is_idle = moment - self.last_seen_at > timedelta(seconds=self.idle_seconds)
        return self.ended_at is None and moment < self.expires_at and not is_idle


class SignInThrottle(Model):
    """Failed tries for one email. Known or not, an email is counted alike, so that counting tells nobody who has an account."""

    __tablename__ = "sign_in_throttles"

    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_failed_at: Mapped[datetime] = mapped_column(default=now, index=True)


class TokenPurpose(StrEnum):
    """What an emailed link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    UNLOCK = "unlock"


class OneTimeToken(Model):
    """An emailed link that works once. The link is made of `seed` and the installation's secret; only its hash is kept.

    The row is also the errand to mail it: due at `mail_due_at`, done at `mailed_at`, given up when both are empty.
    """

    __tablename__ = "one_time_tokens"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(32), server_default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """Also set when it was withdrawn."""
    mail_due_at: Mapped[datetime | None] = mapped_column(index=True)
    mail_attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    mailed_at: Mapped[datetime | None]
