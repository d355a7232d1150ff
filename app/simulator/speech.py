"""What is said on the line: who hears it, which recordings keep it, and whose words the school is told as text."""

import json
from datetime import UTC, datetime

from app.simulator import handsets, listenings, meetings, tapes, twiml
from app.simulator.board import Board
from app.simulator.calls import BRIDGED, BY_SCHOOL, BY_SCRIPT, CLIENT, INBOUND, MEETING, Call

LONGEST_WORDS = 1000
STAFF, GUEST = "School staff", "Guest"
GREETINGS = {"es": "Hola, habla {name}.", "fr": "Bonjour, ici {name}.", "vi": "Xin chào, tôi là {name}.", "en": "Hello, this is {name}."}


def play(board: Board, call: Call, words: str, language: str, *, seconds: float, sound: bytes | None = None) -> None:
    """The script says or plays something to one call."""
    _keep(board, call, tapes.hearing(board.connection, [call.id], None), words, language, seconds=seconds, sound=sound)


def announce(board: Board, conference: meetings.Conference, words: str, language: str, seconds: float) -> None:
    """Something is said to all of a conference; whoever is on hold does not hear it."""
    present = [(place, call) for place, call in meetings.members(board.connection, conference.id) if not place.held]
    if not present:
        return
    for _place, call in present:
        board.note(call, "heard", words, language)
    listening = tapes.hearing(board.connection, [call.id for _place, call in present], conference.id)
    _keep(board, present[0][1], listening, words, language, seconds=seconds)


def speak(board: Board, call: Call, words: str, language: str, *, sound: bytes | None = None, seconds: float | None = None) -> float:
    """The person on a call says something. Returns how many seconds it takes."""
    words = " ".join(words.split())[:LONGEST_WORDS]
    language = language or language_of(board, call)
    seconds = seconds if seconds is not None else twiml.seconds_of(words)
    board.note(call, "spoke", words, language)
    ears, conference_id = _ears(board, call)
    for other in ears:
        board.note(other, "said", f"{name_of(board, call)}: {words}", language)
    listening = tapes.hearing(board.connection, [call.id, *(other.id for other in ears)], conference_id)
    _keep(board, call, listening, words, language, seconds=seconds, sound=sound, speaks=True)
    for writing in listenings.running(board.connection, call.id):
        data = json.dumps({"transcript": words, "confidence": 0.95}, ensure_ascii=False)
        tell_of_words(board, call, writing, "transcription-content", TranscriptionData=data, Track="inbound_track", Final="true")
    return seconds


def say_hello(board: Board, call: Call) -> None:
    """Whoever answers for themselves greets those whom they meet."""
    language = language_of(board, call)
    hello, name = GREETINGS.get(language[:2], GREETINGS["en"]), _known(board, call)
    speak(board, call, hello.format(name=name) if name else f"{hello.partition(',')[0]}.", language)


def write_down(board: Board, call: Call, *, callback: str, label: str, language: str) -> listenings.Listening:
    """Make text of what the person on a call says from now on."""
    listening = listenings.add(board.connection, call.id, callback=callback, label=label, language=language or "en-US", at=board.at)
    tell_of_words(board, call, listening, "transcription-started")
    return listening


def tell_of_words(board: Board, call: Call, listening: listenings.Listening, event: str, **more: str) -> None:
    """A step of a transcript that is made while people speak."""
    sequence = listenings.count(board.connection, listening)
    at = datetime.fromtimestamp(board.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    form = {
        "TranscriptionSid": listening.sid, "CallSid": call.sid, "TranscriptionEvent": event, "SequenceId": str(sequence), "Timestamp": at,
        "LanguageCode": listening.language, "InboundTrackLabel": listening.label,
    }  # fmt: skip
    board.post(call, event, listening.callback, form | more)


def name_of(board: Board, call: Call) -> str:
    """Who speaks on a call; of a phone that is nobody's here, on whose side. Its number is nothing that others learn."""
    return _known(board, call) or (STAFF if _is_of_school(board, call) else GUEST)


def language_of(board: Board, call: Call) -> str:
    """What is spoken on a call."""
    return "en" if call.handset.startswith(CLIENT) else handsets.by_number(board.connection, call.handset).language or "en"


def _known(board: Board, call: Call) -> str:
    return "" if call.handset.startswith(CLIENT) else handsets.by_number(board.connection, call.handset).name


def _is_of_school(board: Board, call: Call) -> bool:
    """Whether it is a browser, the phone that holds a conference together, or the one that the school rang to speak with others."""
    if call.handset.startswith(CLIENT):
        return True
    if call.phase == MEETING:
        place = meetings.place_of(board.connection, call.id)
        return place is not None and place.starts
    caller = board.now(call.parent_id) if call.direction == BY_SCRIPT else None
    is_taken = caller is not None and caller.direction == INBOUND and not caller.handset.startswith(CLIENT)
    return call.direction == BY_SCHOOL or is_taken


def _ears(board: Board, call: Call) -> tuple[list[Call], int | None]:
    """The other calls that hear what is said on one, and the conference."""
    if call.phase == BRIDGED:
        peer = board.now(call.peer_id)
        return ([peer] if peer is not None else []), None
    place = meetings.place_of(board.connection, call.id) if call.phase == MEETING else None
    if place is None or place.muted or place.held:
        return [], None
    conference = meetings.by_id(board.connection, place.conference_id)
    if conference.status != meetings.RUNNING:
        return [], None
    return [
        other for one, other in meetings.members(board.connection, place.conference_id) if other.id != call.id and not one.held
    ], place.conference_id


def _keep(
    board: Board, call: Call, listening: list[tapes.Tape], words: str, language: str, *, seconds: float, sound: bytes | None = None,
    speaks: bool = False,
) -> None:  # fmt: skip
    """Put it on the recordings that run; what none of them hears is not kept."""
    if not listening:
        return
    row = board.connection.execute(
        "INSERT INTO utterances (call_id, at, speaks, words, language, seconds, sound) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (call.id, board.at, speaks, words, language, seconds, sound),
    ).fetchone()
    for tape in listening:
        tapes.hear(board, tape, row["id"])
