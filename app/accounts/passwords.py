"""Hashing and judging passwords. Nothing here knows tables."""

import unicodedata
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY
from flask import Flask, current_app
from flask_babel import gettext as _

from app.accounts.errors import WeakPassword

SHORTEST, LONGEST = 10, 256
FEWEST_DIFFERENT = 5
COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())
"""What is tried first, in lower case; digits and signs at the end are dropped before a word is looked up here."""
AT_ONCE = 4
"""Hashes computed at the same time: each takes 64 MB, and a flood of sign-ins must not take the machine's memory."""

NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$801w/aJTIM3dXkCfeebyhQ$0cO2evftUu6dut9niNbjiuYZUX07aG2xG0kfffQ4Ri4"  # nosec B105
"""The hash of forty random letters that were thrown away, with today's costs: to make one would take each start a sixth of a second."""


class Passwords:
    """The installation's hasher, and a hash of nobody's password to spend the same time on unknown emails."""

    def __init__(self, *, fast: bool) -> None:
        self.hasher = PasswordHasher.from_parameters(CHEAPEST if fast else RFC_9106_LOW_MEMORY)
        self.nobodys = self.hasher.hash("a password that nobody has") if fast else NOBODYS
        self.slots = BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Hash a new password."""
        with self.slots:
            return self.hasher.hash(_normal(password))

    def match(self, password_hash: str | None, password: str) -> bool:
        """Whether the password belongs to the hash. Without a hash the answer is no, after the same time."""
        with self.slots:
            try:
                self.hasher.verify(password_hash or self.nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with other costs than today's."""
        return self.hasher.check_needs_rehash(password_hash)


def init_app(app: Flask, *, fast: bool) -> None:
    """Build the hasher; `fast` costs nearly nothing and is for tests."""
    app.extensions["passwords"] = Passwords(fast=fast)


def _passwords() -> Passwords:
    passwords: Passwords = current_app.extensions["passwords"]
    return passwords


def hash_password(password: str) -> str:
    """Hash a new password with this installation's costs."""
    return _passwords().hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; None takes as long and never matches."""
    return _passwords().match(password_hash, password)


def is_outdated(password_hash: str) -> bool:
    """Whether the hash should be made again, now that the password is at hand."""
    return _passwords().is_outdated(password_hash)


def check_strength(password: str, *, email: str, name: str = "") -> None:
    """Refuse what is guessed first. Raises WeakPassword; length counts, kinds of characters do not (NIST SP 800-63B)."""
    plain = _normal(password).casefold()
    known = {email.casefold(), email.casefold().partition("@")[0], name.casefold(), name.casefold().replace(" ", "")}
    if len(plain) < SHORTEST:
        raise WeakPassword(_("Use at least %(count)s characters. Four unrelated words are easy to remember.", count=SHORTEST))
    if len(password) > LONGEST:
        raise WeakPassword(_("Use at most %(count)s characters.", count=LONGEST))
    if plain in known:
        raise WeakPassword(_("Your name or email is the first thing anybody would try. Choose something else."))
    if plain in COMMON or plain.rstrip("0123456789!.?*#") in COMMON:
        raise WeakPassword(_("This password is on the lists that thieves try first. Choose something else."))
    if len(set(plain)) < FEWEST_DIFFERENT:
        raise WeakPassword(_("Use more different characters."))


def _normal(password: str) -> str:
    """The same letters typed on different keyboards count as the same."""
    return unicodedata.normalize("NFKC", password)
