"""Students, their guardians, and what binds them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid
from app.directory.models.contact_points import ContactPoint
from app.directory.models.districts import School


class Student(Model):
    """A child at one school. One who left the roster is inactive, and stays."""

    __tablename__ = "students"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"), index=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    preferred_name: Mapped[str | None] = mapped_column(String(100))
    grade: Mapped[str | None] = mapped_column(String(10))
    student_number: Mapped[str | None] = mapped_column(String(60))
    source_id: Mapped[str | None] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(String(300), default="")
    ask_office: Mapped[bool] = mapped_column(default=False)
    """A court paper is on file: pages say "ask the office" and nothing more."""
    school: Mapped[School] = relationship()
    guardianships: Mapped[list["Guardianship"]] = relationship(back_populates="student", order_by="Guardianship.priority")

    __table_args__ = (
        UniqueConstraint("district_id", "source_id"),
        Index("ix_students_school_name", "school_id", "family_name", "given_name", "id"),
    )

    @property
    def shown_name(self) -> str:
        """The first name used at school."""
        return self.preferred_name or self.given_name

    @property
    def full_name(self) -> str:
        """The name used at school with the family name."""
        return f"{self.shown_name} {self.family_name}"


class Guardian(Model):
    """An adult in a child's life. No account: a guardian is reached, and answers."""

    __tablename__ = "guardians"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(12), default="en")
    time_zone: Mapped[str | None] = mapped_column(String(60))
    postal_code: Mapped[str | None] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(String(500))
    """Good to know for staff, such as "works nights, call after 1 PM"."""
    source_id: Mapped[str | None] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    contact_points: Mapped[list[ContactPoint]] = relationship(back_populates="guardian", order_by="ContactPoint.priority, ContactPoint.id")
    guardianships: Mapped[list["Guardianship"]] = relationship(back_populates="guardian", order_by="Guardianship.id")

    __table_args__ = (
        UniqueConstraint("district_id", "source_id"),
        Index(
            "ix_guardians_district_name",
            "district_id",
            "family_name",
            "given_name",
            "id",
        ),
    )

    @property
    def full_name(self) -> str:
        """Given name, then family name."""
        return f"{self.given_name} {self.family_name}".strip()


class Guardianship(Model):
    """What binds a guardian to a student. `may_contact` False: never written to about this student."""

    __tablename__ = "guardianships"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id", ondelete="CASCADE"))
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardians.id", ondelete="CASCADE"), index=True)
    relationship_name: Mapped[str] = mapped_column(String(40), default="guardian")
    """mother, father, grandparent, guardian …, in lower case English; pages translate it."""
    priority: Mapped[int] = mapped_column(default=1)
    """1 is the main contact."""
    may_contact: Mapped[bool] = mapped_column(default=True)
    lives_with: Mapped[bool] = mapped_column(default=True)
    from_roster: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    student: Mapped[Student] = relationship(back_populates="guardianships")
    guardian: Mapped[Guardian] = relationship(back_populates="guardianships")

    __table_args__ = (UniqueConstraint("student_id", "guardian_id"),)
