"""What a script does next: each verb in turn."""

from app.simulator import departures, dials, messages_left, sounds, speech, waiting_lines
from app.simulator.board import Board
from app.simulator.call_behaviour import PERSON
from app.simulator.calls import ASKING, BY_SCRIPT, INBOUND, PLAYING, TAPING, Call
from app.simulator.twiml import Gather, Verb

AFTER_A_KEY = 5.0
THINKS = 5.0
"""Seconds of their own life that whoever has the phone in hand gets for a key, however quick the network's is."""


def play(board: Board, call: Call, sound: bytes | None) -> None:
    """What was playing is over: begin what comes next."""
    verb = call.script[0] if call.script else None
    gather = call.gather
    if gather is not None and (verb is None or verb.gather is None) and (call.keys or gather.asks_anyway):
        board.change(call, phase=ASKING, url=gather.action, due=board.at)
    elif verb is None:
        _nothing_left(board, call)
    elif verb.do == "hangup":
        departures.end(board, call, "completed", "script")
    else:
        _do(board, call, verb, call.script[1:], sound)


def _nothing_left(board: Board, call: Call) -> None:
    """The script is over: a leg that was dialled is connected, who waits is entertained further, any other call ends."""
    if call.direction == BY_SCRIPT and call.peer_id is None and call.suspended is None:
        others = dials.connect(board, call)
        if others is not None:
            for other in others:
                departures.end(board, other, "canceled")
            greet(board, call)
            return
    if call.suspended is not None and waiting_lines.place_of(board.connection, call.id) is not None:
        waiting_lines.entertain(board, call, pause=True)
    else:
        departures.end(board, call, "completed", "end")


def _do(board: Board, call: Call, verb: Verb, rest: list[Verb], sound: bytes | None) -> None:
    if verb.do == "redirect":
        board.change(call, phase=ASKING, url=verb.words, due=board.at, gather=None, keys="")
    elif verb.do == "reject":
        departures.end(board, call, "busy" if verb.asks.get("reason") == "busy" else "no-answer")
    elif verb.do == "dial":
        dials.begin(board, call, verb, rest)
        fresh = board.now(call.id)
        if fresh is not None and verb.targets and verb.targets[0]["kind"] == "conference":
            greet(board, fresh)
    elif verb.do == "record":
        messages_left.begin(board, call, verb, rest)
    elif verb.do == "enqueue":
        waiting_lines.enter(board, call, verb, rest)
    elif verb.do == "leave":
        said = waiting_lines.leave(board, call, "leave")
        board.resume(call, said or {})
    elif verb.do == "write":
        asks = verb.asks
        speech.write_down(
            board,
            call,
            callback=asks.get("statusCallbackUrl", ""),
            label=asks.get("inboundTrackLabel", ""),
            language=asks.get("languageCode", ""),
        )
        board.change(call, due=board.at, script=rest)
    else:
        _sound(board, call, verb, rest, sound)


def _sound(board: Board, call: Call, verb: Verb, rest: list[Verb], sound: bytes | None) -> None:
    seconds = verb.seconds
    if verb.do == "listen" and verb.gather is not None and _obliges(board, call, verb.gather):
        board.change(call, gather=verb.gather, script=rest)
        press(board, board.now(call.id) or call, "1")
        return
    if verb.do == "play":
        seconds = sounds.seconds_of(sound) if sound is not None else 0.0
        if sound is None:
            board.note(call, "trouble", "a sound could not be fetched")
        else:
            board.note(call, "sound", f"{seconds:.0f}")
            speech.play(board, call, "", "", seconds=seconds, sound=sound)
    elif verb.do == "say":
        board.note(call, "heard", verb.words, verb.language)
        speech.play(board, call, verb.words, verb.language, seconds=seconds)
    elif verb.do == "keys":
        board.note(call, "tones", verb.words)
    if call.fate.hears is not None and verb.do in {"say", "play"}:
        rest, seconds = [], call.fate.hears
    lasts = board.scaled(seconds)
    if verb.do == "listen" and board.is_in_hand(call.handset):
        lasts = max(lasts, min(seconds, THINKS))
    board.change(call, due=board.at + lasts, script=rest, gather=verb.gather)


def _obliges(board: Board, call: Call, gather: Gather) -> bool:
    """Who has no hand on the phone presses a key where any will do: where one key is enough, and each of them counts."""
    is_any_key = gather.num_digits == 1 and not gather.finish_on
    return is_any_key and call.direction != INBOUND and call.fate.answers == PERSON and not board.is_in_hand(call.handset)


def greet(board: Board, call: Call) -> None:
    """Who has no hand on the phone says a word by themselves, once they meet somebody."""
    fresh = board.now(call.id)
    if fresh is not None and fresh.direction != INBOUND and fresh.fate.answers == PERSON and not board.is_in_hand(fresh.handset):
        speech.say_hello(board, fresh)


def press(board: Board, call: Call, key: str) -> None:
    """A key is pressed on the phone."""
    board.note(call, "pressed", key)
    if call.phase == TAPING:
        if key in call.said_along.get("finish", ""):
            messages_left.finish(board, call, key)
        return
    peer = board.now(call.peer_id)
    if key == "*" and peer is not None and call.said_along.get("hangupOnStar") == "true":
        departures.end(board, peer, "completed")
        return
    gather = call.gather
    if gather is None or call.phase != PLAYING:
        return
    keys = call.keys if key == gather.finish_on else call.keys + key
    after = [verb for verb in call.script if verb.gather is None]
    if key == gather.finish_on or 0 < gather.num_digits <= len(keys):
        board.change(call, keys=keys, script=after, phase=ASKING, url=gather.action, due=board.at)
    else:
        board.change(call, keys=keys, script=after, due=board.at + board.scaled(AFTER_A_KEY))
