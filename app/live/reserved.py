"""Names of events that are the library's own: what a client says under them runs no handler.

python-socketio looks a client's event up among the handlers by its name, and those of coming and going stand there, too. A
browser that said `connect` would be let in once more, and one that said `disconnect` would be forgotten while it stays.
"""

from typing import Any

RESERVED = frozenset({"connect", "connect_error", "disconnect", "disconnecting", "*"})


def keep_names(server: Any) -> None:
    """From now on they are names like any other that nobody knows."""
    handle = server._handle_event  # noqa: SLF001  (its only way to see events before their handlers are looked up)

    def handle_others(eio_sid: str, namespace: str | None, number: int | None, data: Any) -> None:
        if isinstance(data, list) and data and isinstance(data[0], str) and data[0] in RESERVED:
            data = [f"{data[0]} ", *data[1:]]
        handle(eio_sid, namespace, number, data)

    server._handle_event = handle_others  # noqa: SLF001
