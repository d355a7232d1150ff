"""What the phone of who calls us hears and does, in TwiML."""

from flask import current_app
from twilio.twiml.voice_response import Client, Dial, Gather, VoiceResponse

from app.calls.direct_pages import CHOICE, LEFT, RANG, RECORDED, SCREEN, SCREENED, WAIT
from app.calls.engines import engine_of
from app.calls.greetings import Greeting
from app.calls.menu_words import Words, base_of, say, speaks
from app.calls.references import OWN, direct_reference, message_reference
from app.calls.said import Do, MenuSaid
from app.carrier.voice_addresses import VoiceAddresses
from app.carrier.voice_choice import WEBHOOKS
from app.delivery.voice.voices import voice_for, written_language

KEY_SECONDS = 6
RING_SECONDS = 20
TRANSCRIBED = "en"
"""Of finished recordings the carrier writes down English only, and makes English nonsense of anything else. What is said in another
language it writes down while it is said."""
LONGEST_MESSAGE = 119
"""Seconds: the carrier makes text of messages from 2 to 120 seconds."""
LONGEST_TALK = 4 * 3600
BETWEEN_ROUNDS = 15
MINUTE = 60
EVENTS = "initiated ringing answered completed"


def script_of(turn: MenuSaid, addresses: VoiceAddresses) -> str:
    """The answer to the carrier's question."""
    response = VoiceResponse()
    {
        Do.MENU: _menu, Do.RING_BROWSER: _ring_browser, Do.RING_PHONE: _ring_phone, Do.LINE: _line, Do.WAIT: _wait,
        Do.VOICEMAIL: _voicemail, Do.ASK: _screen, Do.STOPPED: _stopped, Do.GOODBYE: _goodbye, Do.CONNECT: _connect,
        Do.LEAVE: _leave, Do.HANG_UP: _hang_up,
        Do.REJECT: _reject, Do.NO_VOICEMAIL: _no_voicemail,
    }[turn.do](response, turn, addresses)  # fmt: skip
    return str(response)


def _page(addresses: VoiceAddresses, path: str, turn: MenuSaid, **more: int) -> str:
    """The address of one of our pages, about this call."""
    along = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{addresses.base}{path.removeprefix(WEBHOOKS)}?ref={turn.reference}{along}"


def _menu(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    gather = Gather(
        num_digits=1, timeout=KEY_SECONDS, finish_on_key="", action=_page(addresses, CHOICE, turn, n=turn.asked), method="POST",
        action_on_empty_result=True,
    )  # fmt: skip
    if turn.wrong_key:
        say(gather, Words.WRONG, turn.language, key=turn.wrong_key)
    if turn.asked == 0:
        say(gather, Words.HELLO, turn.language, school=turn.school)
        if not turn.person and not turn.has_office:
            say(gather, Words.CLOSED, turn.language)
    if turn.person:
        say(gather, Words.PERSON, turn.language, person=turn.person)
    elif turn.has_office:
        say(gather, Words.OFFICE, turn.language)
    if turn.has_voicemail:
        say(gather, Words.MESSAGE, turn.language)
    if turn.can_stop:
        say(gather, Words.STOP, turn.language)
    response.append(gather)


def _dial(addresses: VoiceAddresses, turn: MenuSaid) -> Dial:
    return Dial(
        timeout=RING_SECONDS, time_limit=LONGEST_TALK, caller_id=turn.sender, action=_page(addresses, RANG, turn), method="POST",
        answer_on_bridge=True,
    )  # fmt: skip


def _ring_browser(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    say(response, Words.MOMENT, turn.language)
    dial = _dial(addresses, turn)
    client = Client(
        status_callback=addresses.status(direct_reference(turn.call_id, OWN)), status_callback_method="POST", status_callback_event=EVENTS
    )  # fmt: skip
    client.identity(turn.identity)
    client.parameter(name="call", value=str(turn.call_id))
    dial.append(client)
    response.append(dial)


def _ring_phone(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    say(response, Words.MOMENT, turn.language)
    dial = _dial(addresses, turn)
    dial.number(
        turn.own_phone, url=_page(addresses, SCREEN, turn), method="POST",
        status_callback=addresses.status(direct_reference(turn.call_id, OWN)), status_callback_method="POST", status_callback_event=EVENTS,
    )  # fmt: skip
    response.append(dial)


def _screen(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    gather = Gather(num_digits=1, timeout=KEY_SECONDS, finish_on_key="", action=_page(addresses, SCREENED, turn), method="POST")
    say(gather, Words.TAKE, turn.language, caller=turn.caller or turn.school)
    response.append(gather)
    response.hangup()


def _line(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    response.enqueue(
        turn.queue, action=_page(addresses, LEFT, turn), method="POST", wait_url=_page(addresses, WAIT, turn), wait_url_method="POST"
    )  # fmt: skip


def _wait(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    gather = Gather(
        num_digits=1, timeout=BETWEEN_ROUNDS, finish_on_key="", action=_page(addresses, WAIT, turn), method="POST",
        action_on_empty_result=False,
    )  # fmt: skip
    if turn.meanwhile is not None:
        voice = voice_for(turn.meanwhile.language)
        gather.say(turn.meanwhile.words, language=voice.language, voice=voice.name)
    say(gather, Words.PLACE, turn.language, number=turn.position)
    if turn.waited >= MINUTE:
        say(gather, Words.WAITED, turn.language, number=turn.waited // MINUTE)
    if turn.has_voicemail:
        say(gather, Words.INSTEAD, turn.language)
    response.append(gather)


def _leave(response: VoiceResponse, _turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    response.leave()


def _voicemail(response: VoiceResponse, turn: MenuSaid, addresses: VoiceAddresses) -> None:
    if turn.wrong_key:
        say(response, Words.WRONG, turn.language, key=turn.wrong_key)
    if turn.is_undecided:
        say(response, Words.UNDECIDED, turn.language)
    if turn.is_sorry:
        say(response, Words.SORRY, turn.language)
    greeting = _understood(turn)
    if greeting is not None and greeting.url:
        response.play(greeting.url)
    elif greeting is not None and greeting.words:
        voice = voice_for(greeting.language)
        response.say(greeting.words, language=voice.language, voice=voice.name)
    else:
        say(response, Words.BEEP, turn.language)
    reference = message_reference(turn.call_id)
    is_understood = turn.language.startswith(TRANSCRIBED)
    spoken = written_language(turn.language)
    if spoken and not is_understood and engine_of(current_app) is None:  # a program of one's own hears it instead
        response.start().transcription(
            status_callback_url=addresses.transcript(reference), status_callback_method="POST", track="inbound_track",
            language_code=spoken, partial_results=False, enable_automatic_punctuation=True,
        )  # fmt: skip
    response.record(
        action=_page(addresses, RECORDED, turn), method="POST", max_length=LONGEST_MESSAGE, finish_on_key="#", play_beep=True,
        recording_status_callback=addresses.recording(reference), recording_status_callback_method="POST",
        recording_status_callback_event="completed absent", transcribe=is_understood,
        transcribe_callback=addresses.transcription(reference) if is_understood else None,
    )  # fmt: skip
    response.redirect(_page(addresses, RECORDED, turn), method="POST")  # nothing was said


def _understood(turn: MenuSaid) -> Greeting | None:
    """The greeting, unless the house has words of its own in the caller's language, and the greeting is in another."""
    greeting = turn.greeting
    if greeting is None or base_of(greeting.language) == base_of(turn.language) or not speaks(turn.language):
        return greeting
    return None


def _no_voicemail(response: VoiceResponse, turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    say(response, Words.SORRY, turn.language)
    say(response, Words.THANKS, turn.language)
    response.hangup()


def _stopped(response: VoiceResponse, turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    say(response, Words.STOPPED, turn.language)
    response.hangup()


def _goodbye(response: VoiceResponse, turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    say(response, Words.THANKS, turn.language)
    response.hangup()


def _connect(_response: VoiceResponse, _turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    """An empty script connects the two."""


def _hang_up(response: VoiceResponse, _turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    response.hangup()


def _reject(response: VoiceResponse, _turn: MenuSaid, _addresses: VoiceAddresses) -> None:
    response.reject(reason="busy")
