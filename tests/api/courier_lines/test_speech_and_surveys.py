"""Words as sound, and questions by telephone."""

import io
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.scopes import Scope
from app.announcements.models import Announcement
from app.api.courier.face import face
from app.core import speech
from app.core.content_types import MP3
from app.core.database import db
from app.core.sounds import measure
from app.directory.models import Purpose
from tests.api.client import ApiClient
from tests.api.courier_lines.conftest import Other
from tests.factories import PhoneNumberFactory, api_key


@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_words_become_a_sound_that_phones_play(other: Other, locale: str) -> None:
    answer = other.create("synthesizeSpeech", "tts-synthesizers", {"locale": locale, "text": "School opens two hours late today."})
    assert (answer.status_code, answer.mimetype) == (201, "audio/mpeg")
    sound = measure(io.BytesIO(answer.data), MP3)
    assert sound is not None
    assert 1 < sound.seconds < 10


def test_a_machine_without_a_voice_says_so(other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    speech._program.cache_clear()
    answer = other.create("synthesizeSpeech", "tts-synthesizers", {"text": "Hello"})
    speech._program.cache_clear()
    assert (answer.status_code, answer.json["errors"][0]["code"]) == (503, "no_voice")
    assert other.create("synthesizeSpeech", "tts-synthesizers", {"text": "  "}).status_code == 400


SPEC = {"question": "Will you come to the meeting?", "choices": ["Yes", "No"], "introduction": "The meeting is on Friday."}


@pytest.fixture
def caller_id(other: Other) -> None:
    """A number that announcements are called from."""
    PhoneNumberFactory(district_id=other.district.id, purpose=Purpose.ANNOUNCEMENT)
    db.session.commit()


def survey(other: Other, **more: Any) -> Any:
    attributes = {
        "individual-id": str(other.people.guardian.uuid), "organization-id": str(other.people.school.uuid), "spec": SPEC, **more,
    }  # fmt: skip
    return other.create("createVoiceSurvey", "voice-surveys", attributes)


@pytest.mark.usefixtures("caller_id")
def test_a_question_by_telephone_is_an_announcement(other: Other, stranger: Other) -> None:
    made = survey(other)
    assert made.status_code == 201, made.text
    assert (made.status_code, made.json["data"]["attributes"]["state"]) == (201, "running"), made.text
    announcement = db.session.scalars(select(Announcement)).one()
    assert (announcement.channels, announcement.state) == (["voice"], "scheduled")
    assert announcement.asks is not None
    assert announcement.asks["wordings"]["en"]["choices"] == ["Yes", "No"]
    number, organization = made.json["data"]["id"], {"organization-id": str(other.people.school.uuid)}
    query = {**organization, "filter[states]": ["running"], "filter[individual-id]": str(other.people.guardian.uuid)}
    assert [each["id"] for each in other.api.ask("listVoiceSurveys", query=query).json["data"]] == [number]
    assert other.api.ask("listVoiceSurveys", query={**organization, "filter[states]": ["failed"]}).json["data"] == []
    assert other.api.ask("getVoiceSurvey", id=number).json["data"] == made.json["data"]
    assert stranger.api.ask("getVoiceSurvey", id=number).status_code == 404
    assert survey(other, **{"individual-id": str(stranger.people.guardian.uuid)}).status_code == 404


@pytest.mark.parametrize(
    "spec", [{}, {"question": "Come?"}, {"question": "Come?", "choices": ["Yes"]}, {"question": "Come?", "choices": [1, 2]}]
)
def test_a_survey_needs_a_question_and_choices(other: Other, spec: dict[str, Any]) -> None:
    assert survey(other, spec=spec).status_code == 400
    assert db.session.scalars(select(Announcement)).all() == []


@pytest.mark.usefixtures("caller_id")
def test_a_survey_waits_for_approval_where_the_role_needs_it(other: Other) -> None:
    key = api_key(other.district.id, person=other.people.teacher, scopes=[Scope.ANNOUNCE])
    hers = ApiClient(other.api.app, face, key)
    attributes = {"individual-id": str(other.people.student.uuid), "organization-id": str(other.people.school.uuid), "spec": SPEC}
    made = hers.ask("createVoiceSurvey", {"data": {"type": "voice-surveys", "attributes": attributes}})
    assert made.status_code == 201, made.text
    assert (made.status_code, made.json["data"]["attributes"]["state"]) == (201, "created"), made.text
    assert db.session.scalars(select(Announcement.state)).one() == "awaiting_approval"
