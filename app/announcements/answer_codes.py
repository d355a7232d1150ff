"""Addresses on paper and in texts by which a family answers a question: short, and nobody guesses another family's.

A code is the number of a letter, or of a recipient, and forty bits that only this house can make of it, in digits and capitals that
are not mistaken for others. Codes in texts are all of one length, so that what a text costs is known before anybody is written to.
"""

import hmac
import re
from hashlib import sha256

from flask import Flask, current_app

from app.config import Settings
from app.core.ids import LARGEST_NUMBER
from app.delivery.reader_links import PATH

BY_LETTER, BY_TEXT = "answer by letter", "answer by text"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
"""What people write instead."""
SEAL, LONGEST, IN_TEXTS = 8, 24, 8
"""Signs of the seal, of a whole code, and of the number in a text."""
SAMPLE = "00000000-0000-0000"
"""Stands in the words of a text until it is known whose it is, and in tests: it opens nobody's page."""
_IN_TEXTS = re.compile(rf"https?://\S+{re.escape(PATH)}/[{SIGNS}]{{{IN_TEXTS}}}-[{SIGNS}]{{4}}-[{SIGNS}]{{4}}")


def answer_address(letter_id: int, app: Flask | None = None) -> str:
    """Where the family of a letter answers."""
    settings: Settings = (app or current_app).extensions["settings"]
    return _address(settings, _code(settings, BY_LETTER, letter_id, 0))


def sample_address() -> str:
    """Where nobody answers; as long as every reader's own."""
    return _address(current_app.extensions["settings"], SAMPLE)


def without_links(words: str, instead: str) -> str:
    """`words` for staff, with `instead` in place of the sample's address, or of a reader's own: who opens that one answers for her."""
    return _IN_TEXTS.sub(lambda _found: instead, words)


def for_recipient(words: str, recipient_id: int) -> str:
    """`words` with the recipient's own address in place of the sample's."""
    return words.replace(SAMPLE, _code(current_app.extensions["settings"], BY_TEXT, recipient_id, IN_TEXTS))


def letter_of(code: str) -> int | None:
    """The letter of a code, however it was typed; None for everything that is none."""
    return _number_of(code, BY_LETTER)


def recipient_of(code: str) -> int | None:
    """The recipient of a code in a text, likewise."""
    return _number_of(code, BY_TEXT)


def _address(settings: Settings, code: str) -> str:
    return f"{settings.public_url.rstrip('/')}{PATH}/{code}"


def _code(settings: Settings, purpose: str, number: int, at_least: int) -> str:
    code = _in_signs(number).rjust(at_least, SIGNS[0]) + _seal(settings.secret_key, purpose, number)
    return "-".join([code[:-SEAL], code[-SEAL : -SEAL // 2], code[-SEAL // 2 :]])


def _number_of(code: str, purpose: str) -> int | None:
    if len(code) > LONGEST:
        return None
    signs = code.upper().translate(READ_AS)
    number, seal = signs[:-SEAL], signs[-SEAL:]
    if not number or not set(signs) <= set(SIGNS):
        return None
    found = sum(SIGNS.index(sign) * 32**place for place, sign in enumerate(reversed(number)))
    settings: Settings = current_app.extensions["settings"]
    is_ours = hmac.compare_digest(_seal(settings.secret_key, purpose, found), seal)
    return found if is_ours and found <= LARGEST_NUMBER else None


def _seal(key: str, purpose: str, number: int) -> str:
    made = hmac.new(key.encode(), f"{purpose}:{number}".encode(), sha256).digest()
    return _in_signs(int.from_bytes(made[:5], "big")).rjust(SEAL, SIGNS[0])


def _in_signs(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs or SIGNS[0]
