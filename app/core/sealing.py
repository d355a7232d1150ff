"""Secrets that the house has to say again to others, such as what it signs webhooks with: kept sealed, not hashed.

Whoever reads the database, or a copy of it, without the house's own secret reads none of them.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class SealBroken(Exception):
    """It was sealed with another secret of the house, or changed since."""


def seal(text: str, purpose: str) -> str:
    """`text` as it is kept. What was sealed for one purpose opens for no other."""
    return _box(current_app.config["SECRET_KEY"], purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """What was sealed. Raises SealBroken."""
    try:
        return _box(current_app.config["SECRET_KEY"], purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


@lru_cache(maxsize=16)
def _box(secret: str, purpose: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"homeroom sealing " + purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
