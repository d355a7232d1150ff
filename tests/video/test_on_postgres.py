"""The same on PostgreSQL, where two who come at the same moment do not wait for each other by themselves."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from flask import Flask

from app.conversations.models import Message
from app.core.database import db
from app.video import queries, service
from app.video.errors import RoomIsFull
from app.video.models import VideoState
from app.video.service import Media, Plan
from app.video.tokens import Seat, embedded_token, seat_of
from tests.factories.threads import thread


def test_a_call_from_its_first_to_its_last_word(postgres_app: Flask) -> None:
    talk = thread()
    db.session.commit()
    teacher, settings = talk.family.teacher, postgres_app.extensions["settings"]
    call = service.create(teacher, Plan(conversation_id=talk.id))
    service.invite(teacher, call.id, uuid=uuid4())
    host = queries.host_of(call)
    seats = [seat_of(embedded_token(settings, call, who)) for who in queries.participants_of(call)]
    for seat in seats:
        assert seat is not None
        service.enter(seat, seat.participant.hex, Media())
    (guest,) = queries.at_door(call.id)
    service.admit(Seat(call.uuid, host.uuid), guest.uuid)
    service.end(teacher, call.id)
    service.change(teacher, call.id, note="Bring the form on Friday.")
    db.session.rollback()
    (line,) = db.session.query(Message).filter_by(conversation_id=talk.id, kind="event")
    assert (line.details["turned_away"], line.details["notes"]) == ([guest.name], "Bring the form on Friday.")
    assert queries.call_visible_to(teacher, call.id).state == VideoState.ENDED
    assert [each.id for each in queries.calls_of(teacher, VideoState.ENDED)] == [call.id]
    assert (service.expire_due(), service.sweep(), service.remind_due()) == (0, 0, 0)


def test_of_ten_who_come_at_once_six_get_in(postgres_app: Flask) -> None:
    talk = thread()
    db.session.commit()
    call = service.create(talk.family.teacher, Plan(conversation_id=talk.id))
    people = [service.add_participant(talk.family.teacher, call.id, f"Guest {number}") for number in range(10)]
    seats = [Seat(call.uuid, each.uuid) for each in people]
    number = call.id
    db.session.commit()

    def come(seat: Seat) -> bool:
        with postgres_app.app_context():
            try:
                service.enter(seat, seat.participant.hex, Media())
            except RoomIsFull:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(come, seats)) == queries.MOST
    assert queries.how_many_in(number) == queries.MOST
