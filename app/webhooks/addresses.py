"""Which addresses events may be told to. Asked when an endpoint is made, and again each time that a connection is opened."""

import socket
from ipaddress import ip_address

from flask import current_app

from app.config import Settings
from app.core.net_guard import Destination, check

_SOMEWHERE = "1.1.1.1"
"""Stands for a name that is not looked up now."""


def check_form(url: str) -> None:
    """Refuse what can be seen without asking the network: it may be called within a transaction. Raises UnsafeAddress."""
    check(url, allowed_origins=allowed_origins(), resolve=_without_asking)


def check_now(url: str) -> Destination:
    """Where to connect, by what the network says now. Takes seconds at times: never inside a transaction. Raises UnsafeAddress."""
    return check(url, allowed_origins=allowed_origins())


def allowed_origins() -> tuple[str, ...]:
    """Those that the operator of this machine lets lie inside a private network: for tests, measurements and the sandbox."""
    settings: Settings = current_app.extensions["settings"]
    return tuple(origin for origin in settings.webhook_allowed_origins.split() if origin)


def _without_asking(host: str, _port: int) -> list[str]:
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]  # 2130706433, 0x7f.1 and 127.1 are addresses as well
    except OSError:
        return ["127.0.0.1" if host == "localhost" or host.endswith(".localhost") else _SOMEWHERE]
