"""Who has a place in a call, and who loses it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from app.accounts.models import AuditEvent, Role, Staff
from app.accounts.service.calling_off import remove_system
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.signed_links import ExpiredLink
from app.live.models import LiveEvent
from app.video import queries, service
from app.video.errors import (
    NoSuchSeat,
    NotForGuests,
    NotTheHost,
    PutOut,
    RoomIsFull,
)
from app.video.models import VideoState
from app.video.tokens import embedded_token, seat_of
from tests.factories import StaffFactory
from tests.factories.access import api_bearer
from tests.video.conftest import Room


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


def test_other_systems_mute_and_take_out(room: Room) -> None:
    room.enter(room.host)
    (guest,) = room.fill(1)
    service.change_participant(room.teacher, guest.uuid, is_muted=True, note="Interpreter")
    assert (room.person("Guest 0").is_muted, room.person("Guest 0").note) == (True, "Interpreter")
    service.change_participant(room.teacher, guest.uuid, is_out=True)
    assert not room.person("Guest 0").is_present


def test_a_token_that_a_system_was_given_ends_with_the_system(room: Room) -> None:
    bearer, _key = api_bearer(person=room.teacher)
    admin = db.session.query(Staff).filter_by(district_id=room.teacher.district_id, role=Role.DISTRICT_ADMIN).first()
    settings = room.app.extensions["settings"]
    guest = service.add_participant(room.teacher, room.call_id, "Interpreter")
    host, friend = (seat_of(embedded_token(settings, room.call, each, bearer_id=bearer.id)) for each in (room.host, guest))
    for seat, page in ((host, "h"), (friend, "f")):
        service.enter(seat, page, service.Media())
    remove_system(admin, bearer.id)
    with pytest.raises(NotForGuests):
        service.put_out(host, guest.uuid)
    with pytest.raises(NotTheHost):
        service.end_from_room(host)
    for seat, page in ((host, "h"), (friend, "f")):
        assert queries.seat(seat) is None
        assert not service.still_there(seat, page)  # who is in the room loses the place with the page's next word
        with pytest.raises(NoSuchSeat):
            service.enter(seat, page, service.Media())
    assert queries.in_room(room.call_id) == []
    assert room.enter(room.host).is_present  # by her own hand
