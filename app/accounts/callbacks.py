"""What a bearer's own address for news asks of whoever brings them."""

from urllib.parse import urlsplit

from app.accounts.models import Bearer
from app.core.sealing import SealBroken, seal, unseal

PURPOSE = "callback of a bearer"
_USUAL_PORTS = {"http": 80, "https": 443}


def sealed(password: str) -> str | None:
    """The password as the table keeps it: basic auth has to say it, so a hash would not do."""
    return seal(password, PURPOSE) if password else None


def is_same_origin(one: str | None, other: str | None) -> bool:
    """Whether two addresses are of one server, so that what opens the one may be said to the other."""
    return _origin(one) == _origin(other)


def _origin(url: str | None) -> tuple[str, str | None, int | None] | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _USUAL_PORTS.get(parts.scheme)
    except ValueError:  # no address at all is of no other's server
        return url, None, None


def basic_auth_for(bearer: Bearer, url: str) -> tuple[str, str] | None:
    """What opens `url` for the house: a password is said to the server it was given for, and not to the next that a request names.

    One that was given for no server opens none.
    """
    return basic_auth_of(bearer) if bearer.callback_url and is_same_origin(bearer.callback_url, url) else None


def basic_auth_of(bearer: Bearer) -> tuple[str, str] | None:
    """Name and password; None where it has none, and where another SECRET_KEY sealed it: then it has to be entered anew."""
    if not bearer.callback_username or not bearer.callback_password:
        return None
    try:
        return bearer.callback_username, unseal(bearer.callback_password, PURPOSE)
    except SealBroken:
        return None
