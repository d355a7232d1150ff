"""Each side reads its own language: what a writer sees before, and what a family wrote."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.conversations import service
from app.conversations.errors import FactsChanged
from app.conversations.models import Message
from app.conversations.translation.provider import TranslatorAway
from app.core.database import db
from app.delivery.models import Delivery
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import fresh_message
from tests.conversations.translators import Parrot, spanish


def test_the_writer_sees_what_the_family_will_read(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"The bus leaves at 8:45": "El autobús sale a las 8:45"}
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "The bus leaves at 8:45")
    assert (shown.language, shown.text, shown.provider, shown.problem) == ("es", "El autobús sale a las 8:45", "parrot", None)
    sent = service.send(
        talk.family.teacher, talk.id, "The bus leaves at 8:45", uuid=uuid.uuid4(), translation=shown.text, translated_by=shown.provider
    )
    assert (sent.body, sent.translation, sent.translation_language, sent.translated_by) == (
        "The bus leaves at 8:45",
        "El autobús sale a las 8:45",
        "es",
        "parrot",
    )
    assert db.session.scalars(select(Delivery)).one().content.body == "El autobús sale a las 8:45"


def test_a_translation_that_loses_a_fact_is_shown_and_not_sent(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"At 8:45": "A las 9:45"}
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "At 8:45")
    assert shown.facts == ["8:45"]
    with pytest.raises(FactsChanged):
        service.send(talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4(), translation="A las 9:45", translated_by="parrot")
    sent = service.send(
        talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4(), translation="A las nueve menos cuarto", translated_by="staff"
    )
    assert sent.translated_by == "staff"


def test_without_a_translator_the_page_is_told_and_the_original_goes(app: Flask) -> None:
    app.extensions["translator"] = None
    talk = spanish()
    (shown,) = service.translate_for(talk.family.teacher, talk.id, "Hello")
    assert shown.text is None
    assert "own words" in (shown.problem or "")
    assert service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4()).translation is None


def test_what_a_family_wrote_is_translated_after_it_arrived(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"¿A qué hora sale el bus?": "What time does the bus leave?"}
    arrives(talk.family.contact_point.address, talk.family.number, "¿A qué hora sale el bus?")
    arrives(talk.family.contact_point.address, talk.family.number, "Thank you, that is good")
    first, second = db.session.scalars(select(Message).where(Message.kind == "inbound").order_by(Message.id))
    assert (first.language, first.awaits_translation, second.language, second.awaits_translation) == ("es", True, "en", False)
    assert service.translate_waiting() == 1
    assert service.translate_waiting() == 0
    read = fresh_message(first)
    assert (read.translation, read.translation_language, read.translated_by) == ("What time does the bus leave?", "en", "parrot")
    assert "bus" in read.search_text


def test_a_translator_that_is_away_is_asked_again_for_an_hour(app: Flask, parrot: Parrot, school_time: time_machine.Traveller) -> None:
    talk = spanish()
    parrot.words = {"Gracias por su ayuda": TranslatorAway()}
    arrives(talk.family.contact_point.address, talk.family.number, "Gracias por su ayuda")
    assert [service.translate_waiting() for _ in range(2)] == [1, 1]
    school_time.shift(timedelta(hours=2))
    service.translate_waiting()
    assert service.translate_waiting() == 0


def test_a_person_who_knows_better_keeps_the_last_word(app: Flask, parrot: Parrot) -> None:
    talk = spanish()
    parrot.words = {"Mateo está malo hoy": "Mateo is bad today"}
    arrives(talk.family.contact_point.address, talk.family.number, "Mateo está malo hoy")
    service.translate_waiting()
    message = db.session.scalars(select(Message)).one()
    service.correct_translation(talk.family.teacher, message.id, "Mateo is sick today")
    service.ask_translation(talk.family.teacher, message.id)
    assert (fresh_message(message).translation, fresh_message(message).translated_by) == ("Mateo is sick today", "staff")
