"""Who is sent a link to a call, how, and when."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from app.conversations import service as talks
from app.conversations.models import Conversation
from app.core.clock import now
from app.core.database import db
from app.core.signed_links import BadLink
from app.delivery.models import Delivery
from app.directory.models import Guardianship
from app.video import queries, service
from app.video.errors import (
    NobodyToInvite,
    NoSuchSeat,
)
from app.video.service import Plan
from tests.factories import family
from tests.video.conftest import Room


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
