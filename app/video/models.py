"""Video calls: one row for each, one for everybody who was asked or came, and what a provider recorded."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

LEAST_MINUTES, USUAL_MINUTES, MOST_MINUTES = 0, 60, 120
GOES_ON = "state IN ('pending', 'started')"
"""Index and query must say it in the same words."""
IS_HERE, IS_EMPTY, IS_UNTOLD = "page IS NOT NULL", "empty_since IS NOT NULL", "provider_due_at IS NOT NULL"


class Provider(StrEnum):
    """Who carries picture and sound."""

    EMBEDDED = "embedded"
    """The browsers themselves, from one to the other; this house only introduces them."""
    ZOOM = "zoom"


class VideoState(StrEnum):
    """In the order of a call's life: it moves only down this list, and stays once it is over."""

    PENDING = "pending"
    """Nobody is in it yet."""
    STARTED = "started"
    ENDED = "ended"
    """By its host, or because everybody had left."""
    EXPIRED = "expired"
    """Its time was up."""
    FAILED = "failed"
    """The provider never opened it."""

    def may_become(self, new: "VideoState") -> bool:
        """Whether that is forward."""
        life = list(VideoState)
        return self not in OVER and life.index(new) > life.index(self)


OVER = frozenset({VideoState.ENDED, VideoState.EXPIRED, VideoState.FAILED})


class VideoCall(Model):
    """One call. `uuid` is its session key; `staff_id` is the host, who may end it for everybody."""

    __tablename__ = "video_calls"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id", ondelete="SET NULL"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """The system that asked for it, in the host's name or its own; None where a person did."""
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    """From the form: a double click begins one call."""
    session_name: Mapped[str] = mapped_column(String(200))
    host_name: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str] = mapped_column(String(10), default=Provider.EMBEDDED)
    provider_id: Mapped[str | None] = mapped_column(String(120), index=True)
    """The provider's own id of it, once it said so."""
    provider_status: Mapped[str | None] = mapped_column(String(60))
    provider_told_at: Mapped[datetime | None]
    """When the provider was told that it is over, or said so itself."""
    provider_tries: Mapped[int] = mapped_column(default=0)
    provider_due_at: Mapped[datetime | None]
    """When it is told next, once the call is over; None when it knows, or never opened a session."""
    state: Mapped[str] = mapped_column(String(8), default=VideoState.PENDING)
    minutes: Mapped[int] = mapped_column(default=USUAL_MINUTES)
    """So long after it began, or could have begun, it ends by itself."""
    scheduled_at: Mapped[datetime | None]
    """When it is to begin, if not at once."""
    remind_at: Mapped[datetime | None]
    """When the guests are texted their links; None when nobody asked for it, or it is done."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_at: Mapped[datetime]
    """When it ends by itself, as things stand."""
    empty_since: Mapped[datetime | None]
    """Everybody left a call that had begun."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    wants_recording: Mapped[bool] = mapped_column(default=False)
    """The provider shall record it; the embedded rooms cannot."""
    note: Mapped[str] = mapped_column(Text, default="")
    """For staff only; it goes into the timeline with the end."""
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_video_calls_due", "end_at", sqlite_where=text(GOES_ON), postgresql_where=text(GOES_ON)),
        Index("ix_video_calls_empty", "empty_since", sqlite_where=text(IS_EMPTY), postgresql_where=text(IS_EMPTY)),
        Index("ix_video_calls_untold", "provider_due_at", sqlite_where=text(IS_UNTOLD), postgresql_where=text(IS_UNTOLD)),
        Index("ix_video_calls_district", "district_id", "id"),
        Index("ix_video_calls_staff", "staff_id", "id"),
        Index(
            "ix_video_calls_remind", "remind_at", sqlite_where=text("remind_at IS NOT NULL"), postgresql_where=text("remind_at IS NOT NULL")
        ),
    )

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in OVER

    @property
    def seconds(self) -> int:
        """How long it went on, so far or altogether; 0 for one that nobody came to."""
        if self.started_at is None:
            return 0
        return max(0, int(((self.ended_at or now()) - self.started_at).total_seconds()))

    @property
    def latest_end(self) -> datetime:
        """No token of this call is good after that, whenever it begins."""
        return max(self.end_at, (self.scheduled_at or self.created_at) + timedelta(minutes=2 * self.minutes))


class VideoParticipant(Model):
    """Somebody who was asked to come, or came. `uuid` is their key in the room.

    `page` names the one browser page through which they are in it now; a second page of theirs takes the place of the first.
    """

    __tablename__ = "video_participants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    video_call_id: Mapped[int] = mapped_column(ForeignKey("video_calls.id", ondelete="CASCADE"), index=True)
    is_host: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(12), default="en")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id", ondelete="SET NULL"), index=True)
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id", ondelete="SET NULL"))
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the secret address that was texted last; earlier ones end with it."""
    invited_at: Mapped[datetime | None]
    """When that text was written."""
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    waiting_since: Mapped[datetime | None]
    """At the door, and not let in yet."""
    waited_at: Mapped[datetime | None]
    """When they first stood there."""
    admitted_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    """When they first came in."""
    left_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    page: Mapped[str | None] = mapped_column(String(36))
    lost_at: Mapped[datetime | None]
    """Their line broke; for a while their place is kept."""
    seen_at: Mapped[datetime | None]
    is_muted: Mapped[bool] = mapped_column(default=False)
    has_camera: Mapped[bool] = mapped_column(default=False)
    is_sharing: Mapped[bool] = mapped_column(default=False)
    came_unasked: Mapped[bool] = mapped_column(default=False)
    """A colleague who may join and did, without anybody's asking: everybody in the room is told."""
    note: Mapped[str] = mapped_column(Text, default="")
    provider_id: Mapped[str | None] = mapped_column(String(120))
    last_modified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_video_participants_page", "video_call_id", sqlite_where=text(IS_HERE), postgresql_where=text(IS_HERE)),)

    @property
    def is_present(self) -> bool:
        """Whether they are in the room now, perhaps with a broken line."""
        return self.page is not None and self.waiting_since is None

    @property
    def needs_no_door(self) -> bool:
        """Colleagues come in by themselves; guests are let in once."""
        return self.staff_id is not None or self.is_host or self.admitted_at is not None


class RecordingState(StrEnum):
    """In order."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class VideoRecording(Model):
    """A file that the provider made of a call."""

    __tablename__ = "video_recordings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    video_call_id: Mapped[int] = mapped_column(ForeignKey("video_calls.id", ondelete="CASCADE"), index=True)
    provider_id: Mapped[str] = mapped_column(String(120), unique=True)
    file_type: Mapped[str] = mapped_column(String(20))
    url: Mapped[str | None] = mapped_column(Text)
    """At the provider, who asks for a token of the account."""
    size: Mapped[int] = mapped_column(BigId, default=0)
    seconds: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default=RecordingState.READY)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
