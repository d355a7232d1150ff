"""What a program writes with the key of a person, and in nobody's name: what staff read of it, and what families hear."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.conversations import service as threads
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.core.office_hours import WEEKDAYS
from tests.api.common_services.programs import program
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.factories import family
from tests.factories.threads import Family


@pytest.fixture
def people(app: Flask) -> Family:
    return family()


def test_a_persons_key_is_not_her_hand(app: Flask, people: Family, sign_in: SignIn) -> None:
    teacher, phone = people.teacher, people.contact_point.address
    sync = program(app, people, name="As teacher", person=teacher)
    talk = threads.start_direct(teacher, people.contact_point.id)
    threads.send(teacher, talk.id, "See you on Monday.", uuid=new_uuid())
    threads.save_draft(teacher, talk.id, "Half a thought")
    arrives(phone, people.number, "Is the bus late?")
    sync.text(phone, "The bus is late by ten minutes.")
    message = db.session.scalars(select(Message).where(Message.body.startswith("The bus"))).one()
    assert (message.staff_id, message.author) == (teacher.id, teacher.shown_name)  # what families read
    page = sign_in(teacher)
    shown = page.get(f"/conversations/{talk.id}").text
    whole = f"{teacher.shown_name} · by As teacher"
    assert f'<span dir="auto">{whole}</span>' in shown
    assert "Half a thought" in shown
    threads.discard_draft(teacher, talk.id)
    assert f"{teacher.shown_name} · As teacher" in page.get("/conversations").text
    history = page.get(f"/families/guardian/{people.guardian.id}").text
    assert f"As teacher texted {people.guardian.given_name} for {teacher.shown_name}" in history
    assert whole in page.get(f"/conversations/{talk.id}/export.csv").text


def test_after_hours_the_school_answers_for_a_program(app: Flask, people: Family) -> None:
    far = WEEKDAYS[(now() + timedelta(days=3)).weekday()]
    people.school.office_hours = {far: [["08:00", "09:00"]]}
    db.session.commit()
    program(app, people).text(people.contact_point.address, "Mateo is marked absent.")
    arrives(people.contact_point.address, people.number, "He is ill.")
    reply = db.session.scalars(select(Message).where(Message.is_automatic)).one()
    assert reply.author == people.school.name
    assert people.school.name in reply.body
    assert "Attendance sync" not in f"{reply.body}{reply.translation}"
