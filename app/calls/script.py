"""What a phone in a conference hears, in TwiML: who calls, a moment's wait until it is sure that a person listens, and the room."""

from collections.abc import Callable

from twilio.twiml.voice_response import Gather, VoiceResponse

from app.calls.models import WishKind
from app.calls.phrases import Words, phrase, spoken_languages
from app.calls.said import Do, RoomSaid
from app.calls.service.speaking import Spoken
from app.carrier.conferences import EVENTS
from app.carrier.voice_addresses import VoiceAddresses
from app.delivery.voice.voices import voice_for

MOST = 250
KEY_SECONDS = 8
BREATH = 1


def script_of(said: RoomSaid, addresses: VoiceAddresses, page: Callable[[int], str], asked: int) -> str:
    """The answer to a phone; `page` is the address at which it asks for the next time."""
    response = VoiceResponse()
    if said.do is Do.LEAVE:
        _say(response, said, Words.CLOSED)
        response.hangup()
    elif said.do is Do.HANG_UP:
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
        _say(gather, said, Words.OWN if said.is_moderator else Words.KEY)
        response.append(gather)
        response.hangup()
    return str(response)


def _enter(response: VoiceResponse, said: RoomSaid, addresses: VoiceAddresses) -> None:
    if said.is_moderator:
        _say(response, said, Words.MODERATOR)
    elif said.welcome:
        voice = voice_for(said.welcome_language)
        response.say(said.welcome, language=voice.language, voice=voice.name)
    if said.is_recorded:
        _say(response, said, Words.NOTICE)
    dial = response.dial(time_limit=said.seconds)
    dial.conference(
        said.room, participant_label=said.reference, beep=False, start_conference_on_enter=said.is_moderator,
        end_conference_on_exit=said.ends_conference, max_participants=MOST, status_callback=addresses.conference(said.reference),
        status_callback_method="POST", status_callback_event=EVENTS,
    )  # fmt: skip
    response.hangup()


def words_of(spoken: Spoken | None) -> str:
    """What is played into a conference; nothing for None."""
    response = VoiceResponse()
    if spoken is None:
        return str(response)
    if spoken.kind is WishKind.KEYS:
        response.play(digits=spoken.words)
    elif spoken.kind is WishKind.NOTICE:
        for language in spoken_languages(spoken.languages):
            text, voice = phrase(Words.NOTICE, language)
            response.say(text, language=voice.language, voice=voice.name)
    else:
        voice = voice_for(spoken.languages[0])
        response.say(spoken.words, language=voice.language, voice=voice.name)
    return str(response)


def _say(place: VoiceResponse | Gather, said: RoomSaid, words: Words) -> None:
    text, voice = phrase(words, said.language, speaker=said.speaker)
    place.say(text, language=voice.language, voice=voice.name)
