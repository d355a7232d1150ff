"""A district without programs pays nothing for the faces, and one that gets its first is followed from then on."""

import time
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from app.api import programs
from app.conversations import service as threads
from app.core.database import Model, db
from app.delivery.models import Delivery, DeliveryState
from tests.api.common_services.programs import program
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import happened
from tests.factories import family
from tests.factories.threads import Family
from tests.query_counts import statements

OF_FACES = ("client_", "courier_", "groupcall_", "ringplan_", "bearers")


def a_text_and_its_answer(people: Family) -> list[str]:
    """What is asked of the tables of faces meanwhile."""
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    with statements(of_the_second=True) as seen:
        sent = threads.send(people.teacher, talk.id, "The bus is late.", uuid=uuid.uuid4())
        [delivery] = db.session.scalars(select(Delivery).where(Delivery.owner_id == sent.id))
        for state in (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED):
            happened(delivery, state)
        arrives(people.contact_point.address, people.number, "Thank you")
        arrives("+15035550190", people.number, "Who are you?")
    tables = [one.name for one in Model.metadata.sorted_tables if one.name.startswith(OF_FACES)]
    return [one for one in seen if any(f"{verb} {table} " in f"{' '.join(one.split())} " for verb in ("FROM", "INTO") for table in tables)]


def test_texts_of_a_district_without_programs_ask_no_face_anything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "REMEMBERED", 3600.0)
    people = family()
    assert len(a_text_and_its_answer(people)) == 1, "whether there is any"
    assert a_text_and_its_answer(people) == []
    sis = program(app, people)
    sis.text("+15035550177", "Hello")
    arrives("+15035550177", people.number, "Hello, too")
    assert [kind for kind, _url, _payload in sis.told()] == ["messages.message.inbound_sms"]


@pytest.mark.parametrize("how", ["it asks", "time"])
def test_a_program_that_was_let_in_by_another_process_is_followed(app: Flask, how: str) -> None:
    people = family()
    sis = program(app, people)
    known = app.extensions["districts_with_programs"]
    known[people.school.district_id] = time.monotonic() + (3600.0 if how == "it asks" else -0.001)
    if how == "it asks":
        assert not programs.any_in(people.school.district_id)
        sis.ask("listMessagingServices")
    assert programs.any_in(people.school.district_id)
    assert not programs.any_in(family().school.district_id), "others have none"
