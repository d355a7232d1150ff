"""Translations beyond the first: of a planned text whose words change, and of what its fields bring."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.conversations import service
from app.core.clock import now
from tests.conftest import SignIn
from tests.conversations.translators import Parrot, spanish
from tests.factories import GuardianshipFactory, StudentFactory


@pytest.mark.parametrize(
    ("translated", "kept", "said"),
    [
        ("El autobús sale a las 9:15", "El autobús sale a las 9:15", "It goes out"),
        ("El autobús sale a las 9:45", None, "lost or changed: 9:15"),
    ],
)
def test_other_words_for_later_are_translated_anew(
    app: Flask, parrot: Parrot, sign_in: SignIn, translated: str, kept: str | None, said: str
) -> None:
    talk = spanish()
    planned = service.schedule(
        talk.family.teacher, talk.id, "At 8:45", uuid=uuid.uuid4(), due_at=now() + timedelta(days=1), translation="A las 8:45",
        translated_by="parrot",
    )  # fmt: skip
    parrot.words = {"The bus leaves at 9:15": translated}
    moment = planned.due_at.astimezone(ZoneInfo(talk.family.school.time_zone))
    form = {"body": "The bus leaves at 9:15", "due_at": f"{moment:%Y-%m-%dT%H:%M}"}
    page = sign_in(talk.family.teacher).post(f"/conversations/scheduled/{planned.id}", data=form, follow_redirects=True).text
    assert said in page
    assert (planned.body, planned.translation) == ("The bus leaves at 9:15", kept)


def test_fields_name_several_children_in_the_language_of_the_text(app: Flask) -> None:
    talk = spanish()
    sister = StudentFactory(school=talk.family.school, given_name="Sofía")
    GuardianshipFactory(student=sister, guardian=talk.family.guardian)
    sent = service.send(
        talk.family.teacher, talk.id, "Where are $StudentFirstName$?", uuid=uuid.uuid4(),
        translation="¿Dónde están $StudentFirstName$?", translated_by="staff",
    )  # fmt: skip
    assert sent.body.endswith(" and Sofía?")
    assert sent.translation.endswith(" y Sofía?")
