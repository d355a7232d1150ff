"""Words as sound."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.refusals import Refused, Why
from app.core import speech
from app.core.database import release_connection
from app.core.speech import Speechless

_VOICES = {"en-US": "en-us", "es-US": "es-419"}
ENGLISH = "en-US"


@face.operation("synthesizeSpeech", scope=Scope.CALL)
def synthesize_speech(asked: Asked) -> Answer:
    """Spoken on this machine."""
    wanted = jsonapi.given(asked)
    words = wanted["text"].strip()
    if not words:
        raise Refused(Why.RULE, "There is nothing to say. Send some words.", field="body/data/attributes/text", code="nothing_to_say")
    release_connection()
    try:
        sound = speech.mp3_of(words, _VOICES[wanted.get("locale") or ENGLISH])
    except Speechless as error:
        sentence = "This machine has no voice. Whoever runs it can install espeak-ng and ffmpeg; nothing else is needed."
        raise Refused(Why.AWAY, sentence, code="no_voice") from error
    return Answer(201, sound, content_type="audio/mpeg")
