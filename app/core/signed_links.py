"""Links that open one thing for a while, and secrets that only their owner ever sees.

A signed token is checked without a table: for files, recordings and pages that may be opened until a moment. A random
token is for what must be revocable: only its hash is stored.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer

from app.core.errors import HomeroomError

_LONGEST_TOKEN = 1024


class BadLink(HomeroomError):
    """The token was made for something else, by somebody else, or was changed on the way."""

    code = "bad_link"
    status = HTTPStatus.NOT_FOUND
    advice = _l("This link is not complete. Open it again from where you got it.")


class ExpiredLink(HomeroomError):
    """The token was good once."""

    code = "expired_link"
    status = HTTPStatus.GONE
    advice = _l("This link has expired. Go back to the page it came from and open it again.")


class NewToken(NamedTuple):
    """A fresh secret: hand out `token`, store `digest`."""

    token: str
    digest: str


def sign(keys: str | Sequence[str], purpose: str, subject: str, expires: datetime) -> str:
    """A token that `read` turns back into `subject` until `expires`, for the same purpose only.

    With several keys the last one signs and all of them are believed, so that a key can be replaced.
    """
    return str(_serializer(keys, purpose).dumps([subject, int(expires.timestamp())]))


def read(keys: str | Sequence[str], purpose: str, token: str, now: datetime) -> str:
    """The subject of a token. Raises BadLink or ExpiredLink; says ExpiredLink only of a token that is genuine."""
    subject, expires = _opened(keys, purpose, token)
    if now.timestamp() >= expires:
        raise ExpiredLink
    return subject


def subject_of(keys: str | Sequence[str], purpose: str, token: str) -> str:
    """The subject of a genuine token, old or not: for those who may not even learn that it expired. Raises BadLink."""
    return _opened(keys, purpose, token)[0]


def _opened(keys: str | Sequence[str], purpose: str, token: str) -> tuple[str, int]:
    if len(token) > _LONGEST_TOKEN:
        raise BadLink
    try:
        subject, expires = _serializer(keys, purpose).loads(token)
        return str(subject), int(expires)
    except (BadData, ValueError, TypeError) as error:
        raise BadLink from error


def steady_expiry(now: datetime, lifetime: timedelta, step: timedelta = timedelta(hours=1)) -> datetime:
    """An expiry at least `lifetime` away that stays the same for a `step`, so that browsers keep what they fetched."""
    seconds = step.total_seconds()
    return datetime.fromtimestamp(-(-(now + lifetime).timestamp() // seconds) * seconds, UTC)


def new_token(size: int = 32) -> NewToken:
    """A random token of `size` bytes, fit for an address, with the hash under which it is stored."""
    token = secrets.token_urlsafe(size)
    return NewToken(token, token_digest(token))


def token_digest(token: str) -> str:
    """The stored form of a random token. A plain hash does: there is nothing to guess in 32 random bytes."""
    return hashlib.sha256(token.encode()).hexdigest()


def _serializer(keys: str | Sequence[str], purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        keys if isinstance(keys, str) else list(keys),
        salt=f"homeroom.link.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
