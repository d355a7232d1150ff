"""A call begins, goes on and ends once, and its thread says honestly how it was."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEvent
from app.conversations.models import Conversation
from app.core.clock import now
from app.core.database import db
from app.video import queries, service
from app.video.errors import (
    CannotRecord,
    NotTheHost,
    VideoCallIsOver,
    WrongLength,
    WrongTime,
)
from app.video.models import OVER, VideoState
from app.video.service import Media, Plan
from app.video.tokens import embedded_token, seat_of
from tests.factories import StaffFactory
from tests.video.conftest import Room


@given(st.sampled_from(VideoState), st.sampled_from(VideoState))
def test_a_call_only_moves_forward(before: VideoState, after: VideoState) -> None:
    order = list(VideoState)
    assert before.may_become(after) == (before not in OVER and order.index(after) > order.index(before))


def test_a_call_waits_begins_with_the_first_and_runs_so_long(room: Room, noon: time_machine.Traveller) -> None:
    assert (room.call.state, room.call.end_at) == (VideoState.PENDING, now() + timedelta(minutes=60))
    noon.shift(timedelta(minutes=10))
    room.enter(room.host)
    call = room.call
    assert (call.state, call.started_at, call.end_at) == (VideoState.STARTED, now(), now() + timedelta(minutes=60))
    assert db.session.get_one(Conversation, room.thread.id).going_on == f"/video/{call.id}"


def test_the_same_form_begins_one_call(room: Room) -> None:
    again = service.create(room.teacher, Plan(request_key="once", conversation_id=room.thread.id))
    assert again.id == room.call_id


@pytest.mark.parametrize(("minutes", "refusal"), [(121, WrongLength), (-1, WrongLength)])
def test_two_hours_are_the_most(room: Room, minutes: int, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        service.create(room.teacher, Plan(conversation_id=room.thread.id, minutes=minutes))
    with pytest.raises(CannotRecord):
        service.create(room.teacher, Plan(wants_recording=True))
    for at in (now() - timedelta(days=1), now() + timedelta(days=400)):
        with pytest.raises(WrongTime):
            service.create(room.teacher, Plan(scheduled_at=at))
        with pytest.raises(WrongTime):
            service.change(room.teacher, room.call_id, scheduled_at=at)


def test_a_call_of_no_minutes_is_over_before_anybody_comes(room: Room) -> None:
    call = service.create(room.teacher, Plan(minutes=0))
    host = queries.host_of(call)
    with pytest.raises(VideoCallIsOver):
        service.enter(seat_of(embedded_token(room.app.extensions["settings"], call, host)), "p", Media())
    with pytest.raises(VideoCallIsOver):
        service.add_participant(room.teacher, call.id, "Late")


def test_only_the_host_ends_it_for_everybody(room: Room) -> None:
    room.enter(room.host)
    (guest,) = room.fill(1)
    with pytest.raises(NotTheHost):
        service.end_from_room(room.seat(guest))
    colleague = StaffFactory(role="office", schools=[room.thread.family.school])
    db.session.commit()
    with pytest.raises(NotTheHost):
        service.end_as_host(colleague, room.call_id)
    service.end_from_room(room.seat(room.host))
    assert (room.call.state, room.call.ended_by_id) == (VideoState.ENDED, room.teacher.id)
    assert not queries.in_room(room.call_id)
    assert db.session.get_one(Conversation, room.thread.id).going_on is None
    with pytest.raises(VideoCallIsOver):
        room.enter(guest)
    service.end(room.teacher, room.call_id)  # ending what is over is no error
    assert len(room.lines()) == 1


def test_time_ends_it_by_itself(room: Room, noon: time_machine.Traveller) -> None:
    room.enter(room.host)
    room.fill(1)
    noon.shift(timedelta(minutes=59, seconds=59))
    assert service.expire_due() == 0
    noon.shift(timedelta(seconds=30))
    with pytest.raises(VideoCallIsOver):
        room.enter(room.host, "a new page")  # before the job comes by, too
    assert service.expire_due() == 1
    call = room.call
    assert (call.state, call.ended_at, call.seconds) == (VideoState.EXPIRED, call.end_at, 3600)
    assert room.lines()[0].details["state"] == "expired"


def test_a_room_that_everybody_left_is_over_after_a_while(room: Room, noon: time_machine.Traveller) -> None:
    room.enter(room.host)
    noon.shift(timedelta(minutes=3))
    service.leave(room.seat(room.host), "page")
    noon.shift(timedelta(minutes=4))
    assert service.expire_due() == 0
    room.enter(room.host)
    service.leave(room.seat(room.host), "page")
    noon.shift(timedelta(minutes=6))
    assert service.expire_due() == 1
    assert (room.call.state, room.call.seconds) == (VideoState.ENDED, 7 * 60)


def told(room: Room) -> dict:
    return {key: room.lines()[-1].details[key] for key in ("names", "missed", "turned_away", "host_came", "seconds")}


def test_the_thread_says_who_came_and_how_long_it_was(room: Room, noon: time_machine.Traveller, sign_in) -> None:
    room.invite()
    room.enter(room.guest)
    room.enter(room.host)
    service.admit(room.seat(room.host), room.guest.uuid)
    room.enter(room.guest)
    noon.shift(timedelta(minutes=12))
    service.end_from_room(room.seat(room.host))
    assert told(room) == {"names": ["Rosa Hernández"], "missed": [], "turned_away": [], "host_came": True, "seconds": 720}
    page = sign_in(room.teacher).get(f"/conversations/{room.thread.id}").text
    assert "had a video call with Rosa Hernández, 12 minutes." in page
    family_page = sign_in(room.teacher).get(f"/families/guardian/{room.thread.family.guardian.id}?kind=call").text
    assert "had a video call with Rosa Hernández, 12 minutes." in family_page
    assert db.session.query(AuditEvent).filter(AuditEvent.action == "video_call.ended").count() == 1


def test_the_thread_does_not_say_that_somebody_came_who_did_not(room: Room, noon: time_machine.Traveller) -> None:
    room.invite()
    room.enter(room.host)
    noon.shift(timedelta(minutes=61))
    service.expire_due()
    assert told(room) == {"names": [], "missed": ["Rosa Hernández"], "turned_away": [], "host_came": True, "seconds": 3600}


def test_a_guest_at_a_closed_door_was_there_and_not_let_in(room: Room, noon: time_machine.Traveller) -> None:
    room.invite()
    room.enter(room.guest)
    noon.shift(timedelta(minutes=61))
    service.expire_due()
    assert told(room) == {"names": [], "missed": [], "turned_away": ["Rosa Hernández"], "host_came": False, "seconds": 0}


def test_a_room_that_only_its_host_saw_leaves_no_line(room: Room) -> None:
    room.enter(room.host)
    service.end(room.teacher, room.call_id)
    assert room.lines() == []
