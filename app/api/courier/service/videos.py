"""Video calls of this face: opened or scheduled for people, each of whom gets a place; the call itself is the room's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from app.accounts.models import Staff
from app.api.courier.models import VideoDetails
from app.api.courier.queries import people
from app.api.courier.queries.people import Named
from app.api.courier.service.channels import NewChannel, open_channel
from app.conversations.models import Conversation
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import Guardian
from app.video import service as rooms
from app.video.models import USUAL_MINUTES, Provider, VideoCall
from app.video.queries import participants_of
from app.video.service import Plan
from app.video.service.creating import provider_of_systems


@dataclass(frozen=True, slots=True)
class NewVideo:
    """What a call is opened with."""

    school_id: int | None
    people: Named = field(default_factory=Named)
    talk: Conversation | None = None
    is_appless: bool = False
    """Then it is a room of this house, and guardians are texted links to it."""
    is_group: bool = False
    is_recorded: bool = False
    subject_id: UUID | None = None
    starts_at: datetime | None = None
    minutes: int | None = None


def open_video(staff: Staff, wanted: NewVideo) -> VideoCall:
    """Write the call and everybody's place; links leave at once, or by the reminder of a scheduled one.

    Raises what the rooms for video and for conversations refuse.
    """
    with transaction():
        guardians = [*wanted.people.guardians, *people.main_contacts([each.id for each in wanted.people.students])]
        talk = wanted.talk or _thread(staff, wanted, guardians)
        plan = Plan(
            conversation_id=talk.id if talk else None, school_id=wanted.school_id, scheduled_at=wanted.starts_at,
            minutes=USUAL_MINUTES if wanted.minutes is None else wanted.minutes, wants_recording=wanted.is_recorded,
            provider=Provider.EMBEDDED if wanted.is_appless else provider_of_systems(),
        )  # fmt: skip
        call = rooms.create(staff, plan)
        for colleague in wanted.people.staff:
            rooms.seat_for_staff(staff, call.id, colleague)
        for guardian in guardians:
            rooms.seat_for_guardian(staff, call.id, guardian)
        db.session.add(VideoDetails(video_call_id=call.id, subject_id=wanted.subject_id, is_group=wanted.is_group))
        if wanted.is_appless and talk is not None and guardians and wanted.starts_at is None:
            rooms.invite(staff, call.id, uuid=uuid4(), guardian_ids=frozenset(each.id for each in guardians))
        return call


def set_sound(staff: Staff, call: VideoCall, is_muted: Mapping[UUID, bool]) -> None:
    """Mute, or ask to speak again, each of these places of a call: all or none. Raises NotVisible."""
    with transaction():
        if not set(is_muted) <= {each.uuid for each in participants_of(call)}:
            raise NotVisible
        for number, muted in is_muted.items():
            rooms.change_participant(staff, number, is_muted=muted)


def _thread(staff: Staff, wanted: NewVideo, guardians: list[Guardian]) -> Conversation | None:
    """Where the call stands in the records; there is none where nobody of the family can be written to."""
    if not guardians or not people.points_of(guardians):
        return None
    return open_channel(staff, NewChannel(wanted.school_id, people=Named(guardians=guardians)))
