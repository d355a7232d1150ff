"""Video calls as channels: the rows that somebody sees, and what a page of them shows in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.accounts.models import Staff
from app.api.courier.models import VideoDetails
from app.api.courier.queries.organizations import Place
from app.core.clock import now
from app.core.database import Model, db
from app.core.errors import NotVisible
from app.directory.models import District, Guardian, School
from app.video.models import OVER, VideoCall, VideoParticipant, VideoRecording, VideoState
from app.video.queries import is_visible_to

Row = TypeVar("Row", bound=Model)
PLAIN = VideoDetails(subject_id=None, is_group=False)


@dataclass(slots=True)
class Guest:
    """Somebody of a call, with whom the house knows them as."""

    place: VideoParticipant
    person: Staff | Guardian | None = None
    changed_by: UUID | None = None

    @property
    def individual_id(self) -> UUID:
        """Of the person; of the place, for somebody whom only another system knows."""
        return self.person.uuid if self.person is not None else self.place.uuid


@dataclass(slots=True)
class Video:
    """A call with what its document shows."""

    call: VideoCall
    place: Place
    host: Staff
    details: VideoDetails
    people: list[Guest] = field(default_factory=list)
    recordings: list[VideoRecording] = field(default_factory=list)


def is_in(states: Iterable[str]) -> ColumnElement[bool]:
    """The condition on `VideoCall`: it is in one of the states of this face."""
    later = and_(VideoCall.state == VideoState.PENDING, VideoCall.scheduled_at > now())
    soon = and_(VideoCall.state == VideoState.PENDING, or_(VideoCall.scheduled_at.is_(None), VideoCall.scheduled_at <= now()))
    conditions = {
        "scheduled": later, "open": or_(VideoCall.state == VideoState.STARTED, soon), "terminated": VideoCall.state.in_(OVER),
    }  # fmt: skip
    return or_(*[conditions[state] for state in states])


def call_rows(staff: Staff) -> Select[VideoCall]:
    """Every call that somebody sees, the newest first."""
    return select(VideoCall).where(is_visible_to(staff)).order_by(VideoCall.id.desc()).execution_options(populate_existing=True)


def call_named(staff: Staff, uuid: UUID) -> VideoCall:
    """One of them. Raises NotVisible."""
    found = db.session.scalar(call_rows(staff).where(VideoCall.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def video(call: VideoCall) -> Video:
    """One that was visible, with all that its document shows."""
    return videos([call])[0]


def videos(calls: Sequence[VideoCall]) -> list[Video]:
    """The same of many, in their order."""
    ids = [each.id for each in calls]
    schools = _by_id(School, {each.school_id for each in calls})
    districts = _by_id(District, {each.district_id for each in calls})
    hosts = _by_id(Staff, {each.staff_id for each in calls})
    details = _by_id(VideoDetails, set(ids), VideoDetails.video_call_id)
    people, recordings = defaultdict(list), defaultdict(list)
    for guest in guests(ids):
        people[guest.place.video_call_id].append(guest)
    for recording in db.session.scalars(select(VideoRecording).where(VideoRecording.video_call_id.in_(ids)).order_by(VideoRecording.id)):
        recordings[recording.video_call_id].append(recording)
    return [
        Video(
            each, Place(districts[each.district_id], schools.get(each.school_id or 0)), hosts[each.staff_id],
            details.get(each.id, PLAIN), people[each.id], recordings[each.id],
        )
        for each in calls
    ]  # fmt: skip


def guests(call_ids: Sequence[int]) -> list[Guest]:
    """Everybody of these calls, the hosts first."""
    order = (VideoParticipant.is_host.desc(), VideoParticipant.id)
    places = db.session.scalars(
        select(VideoParticipant)
        .where(VideoParticipant.video_call_id.in_(call_ids))
        .order_by(*order)
        .execution_options(populate_existing=True)
    ).all()
    staff = _by_id(Staff, {number for each in places for number in (each.staff_id, each.last_modified_by_id)})
    guardians = _by_id(Guardian, {each.guardian_id for each in places})
    return [
        Guest(each, staff.get(each.staff_id or 0) or guardians.get(each.guardian_id or 0), _uuid(staff.get(each.last_modified_by_id or 0)))
        for each in places
    ]


def guest(place: VideoParticipant) -> Guest:
    """One of them."""
    return next(each for each in guests([place.video_call_id]) if each.place.id == place.id)


def _uuid(person: Staff | None) -> UUID | None:
    return person.uuid if person else None


def _by_id(kind: type[Row], ids: Iterable[int | None], key: Any = None) -> dict[int, Row]:
    wanted = {each for each in ids if each is not None}
    column = kind.__table__.c.id if key is None else key
    rows = db.session.scalars(select(kind).where(column.in_(wanted))) if wanted else ()
    return {getattr(row, column.key): row for row in rows}
