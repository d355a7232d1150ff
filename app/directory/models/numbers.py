"""The phone numbers a district owns, and the pools they form."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class Purpose(StrEnum):
    """What a number or a pool is for; opting out of one does not opt out of the other."""

    CONVERSATION = "conversation"
    ANNOUNCEMENT = "announcement"
    FAX = "fax"


class NumberKind(StrEnum):
    """Carriers pace each kind differently (segments per second: 1, 3, 100)."""

    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"


class MessagingService(Model):
    """A pool of numbers that share a sender identity, a ceiling and an opt-out scope."""

    __tablename__ = "messaging_services"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    segments_per_minute: Mapped[int | None]
    """The campaign's ceiling; None means that only the numbers' own pace counts."""
    is_active: Mapped[bool] = mapped_column(default=True)


class PhoneNumber(Model):
    """A number that belongs to the district. Unique over all districts: the carrier routes it to one place."""

    __tablename__ = "phone_numbers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    messaging_service_id: Mapped[int | None] = mapped_column(ForeignKey("messaging_services.id"), index=True)
    address: Mapped[str] = mapped_column(String(20), unique=True)
    label: Mapped[str | None] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(16), default=Purpose.CONVERSATION)
    kind: Mapped[str] = mapped_column(String(12), default=NumberKind.LONG_CODE)
    segments_per_second: Mapped[float] = mapped_column(default=1.0)
    calls_per_second: Mapped[float] = mapped_column(default=1.0)
    """How quickly calls are begun from it; a carrier allows one a second until it is asked for more."""
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    messaging_service: Mapped[MessagingService | None] = relationship()

    @property
    def consent_scope(self) -> str:
        """Whom a STOP to this number silences: its whole pool, or itself."""
        return f"service:{self.messaging_service_id}" if self.messaging_service_id else f"number:{self.id}"
