"""What quiet hours hold is asked about again when a district changes them."""

from datetime import time
from decimal import Decimal

from sqlalchemy import select

from app.accounts.models import Role
from app.conversations import service as threads
from app.conversations.models import Message
from app.core.database import db
from app.core.ids import new_uuid
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import District
from app.directory.service.texting import Texting, save_texting
from tests.delivery.house import House
from tests.factories import StaffFactory, family


def test_what_was_held_leaves_in_order_when_the_night_is_switched_off(house: House) -> None:
    people = family()
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    db.session.get_one(District, people.school.district_id).settings = {"quiet_hours": ["00:00", "23:59"]}
    db.session.commit()
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    for words in ("One", "Two"):
        threads.send(people.teacher, talk.id, words, uuid=new_uuid())
    held = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert [(each.held_until == each.due_at, each.state) for each in held] == [(True, DeliveryState.PENDING)] * 2
    later = Texting((time(0), time(23, 58)), Decimal(1), None, None, auto_reply=True, guardian_link_days=7)
    save_texting(admin, later)
    house.hand_over()
    shown = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [(each.is_held, each.due_at.minute) for each in shown if each.due_at] == [(True, 58)] * 2  # the thread says the new time
    save_texting(admin, Texting(None, Decimal(1), None, None, auto_reply=True, guardian_link_days=7))
    house.hand_over()
    assert [each["body"] for each in house.at_the_network()] == ["One", "Two"]
    db.session.expire_all()
    assert [each.is_held for each in db.session.scalars(select(Message).order_by(Message.id))] == [False, False]
