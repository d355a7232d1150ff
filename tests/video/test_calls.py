"""A call begins, people come, wait, are let in and leave; it ends once, and its thread says honestly how it was."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEvent
from app.conversations import service as talks
from app.conversations.models import Conversation
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.signed_links import BadLink, ExpiredLink
from app.delivery.models import Delivery
from app.directory.models import Guardianship
from app.live.models import LiveEvent
from app.video import queries, service
from app.video.errors import (
    CannotRecord,
    NobodyToInvite,
    NoSuchSeat,
    NotForGuests,
    NotTheHost,
    PutOut,
    RoomIsFull,
    VideoCallIsOver,
    WrongLength,
    WrongTime,
)
from app.video.models import OVER, VideoState
from app.video.service import Media, Plan
from app.video.tokens import embedded_token, seat_of
from tests.factories import StaffFactory, family
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


def test_a_guest_waits_until_staff_let_them_in_and_then_comes_and_goes(room: Room) -> None:
    room.invite()
    assert room.enter(room.guest).waiting_since is not None
    assert room.call.state == VideoState.PENDING  # nobody is in it yet
    room.enter(room.host)
    assert [each.name for each in queries.at_door(room.call_id)] == ["Rosa Hernández"]
    with pytest.raises(NotForGuests):
        service.admit(room.seat(room.guest), room.guest.uuid)
    service.admit(room.seat(room.host), room.guest.uuid)
    assert room.enter(room.guest, is_muted=True).is_present
    assert {each.name for each in queries.in_room(room.call_id)} == {room.host.name, "Rosa Hernández"}
    assert room.guest.is_muted
    service.leave(room.seat(room.guest), "another page")
    assert room.guest.is_present
    service.leave(room.seat(room.guest), "page")
    assert room.guest.left_at is not None
    assert db.session.query(AuditEvent).filter(AuditEvent.action == "video_call.admitted").one().staff_id == room.teacher.id
    pushed = db.session.query(LiveEvent).filter(LiveEvent.name == "video:waiting").one()
    assert pushed.audience == f"staff:{room.teacher.id}"
    assert room.enter(room.guest).is_present  # who was let in once comes back by themselves


def test_a_seventh_is_refused_and_comes_in_when_somebody_left(room: Room) -> None:
    room.enter(room.host)
    five = room.fill(5)
    room.invite()
    room.enter(room.guest)
    with pytest.raises(RoomIsFull):
        service.admit(room.seat(room.host), room.guest.uuid)
    seventh = service.add_participant(room.teacher, room.call_id, "Seventh")
    with pytest.raises(RoomIsFull):
        room.enter(seventh)
    room.enter(five[0], f"page {five[0].id} again")  # a page that was opened anew is no seventh
    service.leave(room.seat(five[1]), five[1].page or "")
    assert room.enter(seventh).is_present


def test_who_is_put_out_stays_out_until_asked_again(room: Room) -> None:
    room.enter(room.host)
    room.invite()
    room.enter(room.guest)
    service.put_out(room.seat(room.host), room.guest.uuid)
    with pytest.raises(PutOut):
        room.enter(room.guest)
    with pytest.raises(ExpiredLink):
        queries.seat_by_link(room.link())
    service.put_out(room.seat(room.host), room.host.uuid)
    assert room.host.removed_at is None  # nobody puts out the host
    room.invite()
    assert room.enter(room.guest).waiting_since is not None


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


def test_a_broken_line_keeps_its_place_for_a_while(room: Room, noon: time_machine.Traveller) -> None:
    room.enter(room.host)
    service.line_broke(room.seat(room.host), "page")
    noon.shift(timedelta(seconds=20))
    assert (service.sweep(), room.host.is_present) == (0, True)
    assert service.still_there(room.seat(room.host), "page")
    service.line_broke(room.seat(room.host), "page")
    noon.shift(timedelta(seconds=31))
    service.sweep()
    assert room.host.left_at == now() - timedelta(seconds=31)
    assert not service.still_there(room.seat(room.host), "page")
    room.enter(room.host)
    noon.shift(timedelta(seconds=76))  # a server that died told nobody
    service.sweep()
    assert not room.host.is_present


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


def test_the_link_goes_through_the_outbox_in_the_guardians_language(room: Room) -> None:
    key = uuid4()
    (first,) = service.invite(room.teacher, room.call_id, uuid=key)
    (again,) = service.invite(room.teacher, room.call_id, uuid=key)
    assert first.message is not None
    assert again.message is not None
    assert first.message.id == again.message.id
    (text,) = db.session.query(Delivery)
    assert "le invita a una videollamada" in text.content.body
    token = room.link()
    assert token not in first.message.body + (first.message.translation or "")
    assert queries.seat_by_link(token)[1].guardian_id == room.thread.family.guardian.id
    room.invite()
    with pytest.raises(BadLink):
        queries.seat_by_link(token)  # the newest link is the only one


def test_quiet_hours_hold_the_link(room: Room, noon: time_machine.Traveller) -> None:
    noon.shift(timedelta(hours=11))  # eleven at night; the family's clock decides, not ours
    late = service.create(room.teacher, Plan(request_key="late", conversation_id=room.thread.id))
    (held,) = service.invitable(db.session.get_one(Conversation, room.thread.id))
    assert held.held_until is not None
    service.invite(room.teacher, late.id, uuid=uuid4())
    (text,) = db.session.query(Delivery)
    assert text.due_at == held.held_until or text.due_at > now() + timedelta(hours=1)


def test_who_said_stop_or_may_not_be_contacted_gets_no_link(room: Room) -> None:
    bond = db.session.query(Guardianship).filter_by(guardian_id=room.thread.family.guardian.id).one()
    bond.may_contact = False
    db.session.commit()
    (refused,) = room.invite()
    assert (refused.message, db.session.query(Delivery).count()) == (None, 0)
    assert refused.refusal is not None
    assert refused.refusal.code == "contact_not_permitted"
    with pytest.raises(NoSuchSeat):
        room.enter(room.guest)


def test_each_of_a_group_gets_a_link_in_their_own_thread(room: Room) -> None:
    second = family(room.thread.family.school, room.teacher, given_name="Luis", language="en")
    db.session.commit()
    group = talks.start_group(room.teacher, [room.thread.family.contact_point.id, second.contact_point.id], title="Zoo")
    call = service.create(room.teacher, Plan(conversation_id=group.id))
    invited = service.invite(room.teacher, call.id, uuid=uuid4())
    assert {each.name for each in invited if each.message} == {"Rosa Hernández", "Luis Hernández"}
    threads = {each.message.conversation_id for each in invited if each.message}
    assert len(threads) == 2
    assert group.id not in threads
    assert len({each.content.body for each in db.session.query(Delivery)}) == 2


def test_strangers_find_no_call(room: Room) -> None:
    elsewhere = StaffFactory(role="district_admin")
    next_door = StaffFactory(role="teacher", schools=[room.thread.family.school])
    db.session.commit()
    for stranger in (elsewhere, next_door):
        for ask in (
            lambda who: queries.call_visible_to(who, room.call_id),
            lambda who: queries.call_by_key(who, room.call.uuid),
            lambda who: service.invite(who, room.call_id, uuid=uuid4()),
            lambda who: service.end(who, room.call_id),
            lambda who: service.add_participant(who, room.call_id, "X"),
            lambda who: service.join_as_staff(who, room.call_id),
        ):
            with pytest.raises(NotVisible):
                ask(stranger)
    office = StaffFactory(role="office", schools=[room.thread.family.school])
    db.session.commit()
    assert service.join_as_staff(office, room.call_id)[1].staff_id == office.id


def test_a_token_is_for_one_call_and_ends(room: Room, noon: time_machine.Traveller, app: Flask) -> None:
    settings = app.extensions["settings"]
    token = embedded_token(settings, room.call, room.host)
    assert seat_of(token) is not None
    assert seat_of(token[:-3] + "abc") is None
    assert seat_of("") is None
    noon.shift(timedelta(minutes=121))
    assert seat_of(token) is None


def test_a_colleague_who_left_the_school_loses_the_place(room: Room) -> None:
    room.teacher.status = "deactivated"
    db.session.commit()
    with pytest.raises(NoSuchSeat):
        room.enter(room.host)


def test_without_a_thread_there_is_nobody_to_invite(room: Room) -> None:
    call = service.create(room.teacher, Plan(session_name="Homework club"))
    with pytest.raises(NobodyToInvite):
        service.invite(room.teacher, call.id, uuid=uuid4())


def test_a_reminder_texts_the_links_ten_minutes_before(room: Room, noon: time_machine.Traveller) -> None:
    begins = now() + timedelta(hours=2)
    call = service.create(room.teacher, Plan(conversation_id=room.thread.id, scheduled_at=begins))
    assert call.end_at == begins + timedelta(minutes=60)
    service.arm_reminder(room.teacher, call.id)
    noon.shift(timedelta(minutes=109))
    assert (service.remind_due(), db.session.query(Delivery).count()) == (0, 0)
    noon.shift(timedelta(minutes=2))
    assert (service.remind_due(), db.session.query(Delivery).count()) == (1, 1)
    assert service.remind_due() == 0


def test_other_systems_mute_and_take_out(room: Room) -> None:
    room.enter(room.host)
    (guest,) = room.fill(1)
    service.change_participant(room.teacher, guest.uuid, is_muted=True, note="Interpreter")
    assert (room.person("Guest 0").is_muted, room.person("Guest 0").note) == (True, "Interpreter")
    service.change_participant(room.teacher, guest.uuid, is_out=True)
    assert not room.person("Guest 0").is_present
