"""Which words of a browser are words at all, so that strangers who say anything else cost one line of the log, and their connection."""

import json
from contextlib import suppress

from engineio import packet as engine
from socketio import packet as socketio


def is_understood(word: str) -> bool:
    """Whether Engine.IO and Socket.IO can take it. What they mean for us is asked later, by whoever listens to the event."""
    if word in {str(engine.CLOSE), str(engine.UPGRADE)}:
        return True
    if not word.startswith(str(engine.MESSAGE)):
        return False
    with suppress(ValueError, TypeError, RecursionError):
        said = socketio.Packet(encoded_packet=word[1:])
        return said.attachment_count == 0 and _fits(said) and _is_text(word, said)
    return False


def _fits(said: socketio.Packet) -> bool:
    if said.packet_type == socketio.EVENT:
        data = said.data
        return isinstance(data, list) and bool(data) and isinstance(data[0], str)
    if said.packet_type == socketio.CONNECT:
        return said.data is None or isinstance(said.data, dict)
    return bool(said.packet_type == socketio.DISCONNECT)  # nothing is asked of browsers, so nothing else is answered


def _is_text(word: str, said: socketio.Packet) -> bool:
    """Half of a letter from beyond the first plane can be written as an escape, and nowhere be kept. Raises ValueError."""
    return "\\u" not in word or bool(json.dumps(said.data, ensure_ascii=False).encode())
