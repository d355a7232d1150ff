"""What a call says, in TwiML: who calls, the message, how to hear it again, to stop these calls and to call back.

The message is over when the carrier asks for the next page: then it was heard, or is on the voicemail.
"""

from dataclasses import dataclass
from enum import Enum, auto

from twilio.twiml.voice_response import Gather, VoiceResponse

from app.delivery.voice.asked import after_message
from app.delivery.voice.menus import Given, Menu, Taken
from app.delivery.voice.voices import Line, framing_of, say, spoken_number, voice_for

MOST_REPEATS = 5
ANSWER_SECONDS = 6
BREATH = 1
SAID = {Taken.NOTED: Line.THANKS, Taken.FIXED: Line.FIXED, Taken.CLOSED: Line.CLOSED}


class Key(Enum):
    """What a key asks for."""

    AGAIN = auto()
    STOP = auto()
    CHOICE = auto()
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Script:
    """One message as it is to be said. `pages` is the address of this script's pages, `reference` the call's own."""

    body: str
    language: str
    speaker: str
    call_back: str
    sounds: tuple[str, ...]
    """Addresses; where there are any, they are played instead of reading the body."""
    pages: str
    reference: str
    menu: Menu | None = None

    def key(self, pressed: str) -> Key:
        """What a key means. A question takes the keys from 1 on; then 0 repeats, and the star stops, as 9 does where it is free."""
        if self.menu is None:
            return {"1": Key.AGAIN, "9": Key.STOP}.get(pressed, Key.NONE)
        if pressed in {str(number) for number in range(1, len(self.menu.choices) + 1)}:
            return Key.CHOICE
        return {"0": Key.AGAIN, "*": Key.STOP, "9": Key.STOP}.get(pressed, Key.NONE)

    def for_person(self, *, repeats: int = 0) -> str:
        """The message, and then the page of choices; keys work from the first word on."""
        response = VoiceResponse()
        response.append(self._message(self._listening(repeats, BREATH)))
        response.redirect(self._page("heard", repeats), method="POST")
        return str(response)

    def choices(self, *, repeats: int = 0) -> str:
        """The message was heard: the question, if there is one, and what the keys do, then goodbye."""
        response = VoiceResponse()
        gather = self._listening(repeats, ANSWER_SECONDS)
        for said in after_message(self.menu, self.language, phone=spoken_number(self.call_back)):
            self._read(gather, said.words, self.language if said.is_own else framing_of(self.language))
        response.append(gather)
        self._say(response, Line.GOODBYE)
        response.hangup()
        return str(response)

    def for_machine(self) -> str:
        """The message after the beep, with the number to call back."""
        response = VoiceResponse()
        self._message(response)
        self._say(response, Line.CALL_BACK)
        response.redirect(self._page("left", 0), method="POST")
        return str(response)

    def stopped(self) -> str:
        """They want no more of these calls: acknowledged."""
        response = VoiceResponse()
        self._say(response, Line.STOPPED)
        response.hangup()
        return str(response)

    def answered(self, given: Given) -> str:
        """They chose: what counts now, and goodbye."""
        response = VoiceResponse()
        choices = self.menu.choices if self.menu is not None else ()
        choice = choices[given.choice - 1] if given.choice and given.choice <= len(choices) else ""
        self._say(response, SAID[given.taken], choice)
        response.hangup()
        return str(response)

    def goodbye(self) -> str:
        """They heard it often enough."""
        response = VoiceResponse()
        self._say(response, Line.GOODBYE)
        response.hangup()
        return str(response)

    def _message(self, into: VoiceResponse | Gather) -> VoiceResponse | Gather:
        self._say(into, Line.HELLO)
        for sound in self.sounds:
            into.play(sound)
        if not self.sounds:
            self._read(into, self.body, self.language)
        return into

    def _say(self, into: VoiceResponse | Gather, line: Line, choice: str = "") -> None:
        words = say(line, self.language, speaker=self.speaker, phone=spoken_number(self.call_back), choice=choice)
        self._read(into, words, framing_of(self.language))

    @staticmethod
    def _read(into: VoiceResponse | Gather, words: str, language: str) -> None:
        voice = voice_for(language)
        into.say(words, language=voice.language, voice=voice.name)

    def _listening(self, repeats: int, seconds: int) -> Gather:
        return Gather(num_digits=1, timeout=seconds, action=self._page("keys", repeats), method="POST")

    def _page(self, name: str, repeats: int) -> str:
        return f"{self.pages}/{name}?ref={self.reference}&n={repeats}"


def hang_up() -> str:
    """Nothing to say: it is no call of ours, or the phone is a fax machine."""
    response = VoiceResponse()
    response.hangup()
    return str(response)
