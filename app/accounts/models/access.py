"""Other systems that act in a district: who they are, and the keys by which they are known."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.staff import Staff
from app.accounts.scopes import Scope, scopes_of
from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

FIRST_CUSTOMER = 100_000


class BearerType(StrEnum):
    """An Admin reaches everything and manages bearers, an Application is a program, a User acts as a person of the staff."""

    ADMIN = "Admin"
    APPLICATION = "Application"
    USER = "User"


class Bearer(Model):
    """Another system. What it does, `staff` does: a row of its own, or the person whom a User bearer acts as."""

    __tablename__ = "bearers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("bearers.id"), index=True)
    """The bearer whose keys open this one as well: a partner that serves several customers of a district."""
    name: Mapped[str] = mapped_column(String(255))
    type: Mapped[str] = mapped_column(String(12))
    callback_url: Mapped[str | None] = mapped_column(String(2048))
    """Where news goes for which neither the request nor the conversation names an address."""
    callback_username: Mapped[str | None] = mapped_column(String(255))
    callback_password: Mapped[str | None] = mapped_column(Text)
    """Sealed (`accounts.callbacks`): basic auth needs the password itself."""
    is_test: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whatever it sends through the batch face is taken, counted and told, and nothing leaves the house."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    ending_at: Mapped[datetime | None]
    """Since when it is being removed: nothing is taken up for it any more. A new key, made by an admin, lets it in again."""
    called_off_at: Mapped[datetime | None]
    """Up to when what it asked for was called off: what comes back from a carrier later does not leave again."""
    deleted_at: Mapped[datetime | None]
    staff: Mapped[Staff] = relationship(foreign_keys=staff_id, viewonly=True)

    __table_args__ = (Index("ix_bearers_district", "district_id", "id"),)

    @property
    def customer_number(self) -> str:
        """By which a customer names itself beside its key; public."""
        return str(FIRST_CUSTOMER + self.id)

    @property
    def may_act(self) -> bool:
        """Whether it was neither removed nor is being removed."""
        return self.deleted_at is None and self.ending_at is None

    @property
    def is_application(self) -> bool:
        """Whether its row of the staff is its own."""
        return not self.staff.is_person


class KeyMode(StrEnum):
    """Test keys exist in the sandbox alone, where the phone network is simulated."""

    LIVE = "live"
    TEST = "test"


class ApiKey(Model):
    """A key of a bearer. The token is shown once; its hash and its last four letters are kept."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"), index=True)
    """The key that asked for this one through a face; it ends with that. None for one that a person made."""
    name: Mapped[str] = mapped_column(String(255))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(10))
    last_four: Mapped[str] = mapped_column(String(4))
    mode: Mapped[str] = mapped_column(String(8), default=KeyMode.LIVE)
    scope_words: Mapped[str] = mapped_column(String(400))
    """The names of its scopes, in order, with blanks between them."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    """To the minute."""
    bearer: Mapped[Bearer] = relationship(viewonly=True)

    @property
    def scopes(self) -> frozenset[Scope]:
        """What it was given; what its bearer's role lacks is taken off when it is used."""
        return scopes_of(self.scope_words)

    @property
    def shown(self) -> str:
        """What may be shown of the token at any time."""
        return f"{self.prefix}…{self.last_four}"

    def holds_at(self, moment: datetime) -> bool:
        """Whether the key itself opens anything."""
        return self.revoked_at is None and (self.expires_at is None or moment < self.expires_at)
