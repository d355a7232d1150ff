"""What a phone in a conference hears, in TwiML: who calls, a moment's wait until it is sure that a person listens, and the room."""

from collections.abc import Callable
from enum import StrEnum

from twilio.twiml.voice_response import Gather, VoiceResponse

from app.calls.service.scripting import Do, Said
from app.carrier.conferences import EVENTS
from app.carrier.voice_addresses import VoiceAddresses
from app.delivery.voice.voices import voice_for

MOST = 250
KEY_SECONDS = 6
BREATH = 1


class Words(StrEnum):
    """What the house says."""

    HELLO = "hello"
    MODERATOR = "moderator"
    KEY = "key"
    CLOSED = "closed"


_WORDS: dict[str, dict[Words, str]] = {
    "en": {
        Words.HELLO: "Hello. This is {speaker}, inviting you to a call with several people. One moment, please.",
        Words.MODERATOR: "The others are being called now.",
        Words.KEY: "To join the call, press any key.",
        Words.CLOSED: "This call is over. Goodbye.",
    },
    "es": {
        Words.HELLO: "Hola. Le llama {speaker} para una llamada con varias personas. Un momento, por favor.",
        Words.MODERATOR: "Ahora se llama a las demás personas.",
        Words.KEY: "Para entrar en la llamada, oprima cualquier tecla.",
        Words.CLOSED: "Esta llamada ya terminó. Adiós.",
    },
}


def script_of(said: Said, addresses: VoiceAddresses, page: Callable[[int], str], asked: int) -> str:
    """The answer to a phone; `page` is the address at which it asks for the next time."""
    response = VoiceResponse()
    if said.do is Do.LEAVE:
        _say(response, said, Words.CLOSED)
        response.hangup()
    elif said.do is Do.ENTER:
        _enter(response, said, addresses)
    elif said.do is Do.WAIT:
        if asked == 0:
            _say(response, said, Words.HELLO)
        response.pause(length=BREATH)
        response.redirect(page(asked + 1), method="POST")
    else:
        gather = Gather(
            num_digits=1,
            timeout=KEY_SECONDS,
            finish_on_key="",
            action=page(asked + 1) + "&key=1",
            method="POST",
            action_on_empty_result=True,
        )
        _say(gather, said, Words.KEY)
        response.append(gather)
        response.hangup()
    return str(response)


def _enter(response: VoiceResponse, said: Said, addresses: VoiceAddresses) -> None:
    if said.is_moderator:
        _say(response, said, Words.MODERATOR)
    elif said.welcome:
        voice = voice_for(said.welcome_language)
        response.say(said.welcome, language=voice.language, voice=voice.name)
    dial = response.dial(time_limit=said.seconds)
    dial.conference(
        said.room, participant_label=said.reference, beep=False, start_conference_on_enter=said.is_moderator,
        end_conference_on_exit=said.ends_conference, max_participants=MOST, status_callback=addresses.conference(said.reference),
        status_callback_method="POST", status_callback_event=EVENTS,
    )  # fmt: skip
    response.hangup()


def _say(place: VoiceResponse | Gather, said: Said, words: Words) -> None:
    language = said.language.partition("-")[0]
    voice = voice_for(language if language in _WORDS else "en")
    place.say(_WORDS.get(language, _WORDS["en"])[words].format(speaker=said.speaker), language=voice.language, voice=voice.name)
