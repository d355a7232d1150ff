"""Addresses on paper by which a family answers a question: short enough to be typed, and nobody guesses another family's.

A code is the letter's number and forty bits that only this house can make of it, in digits and capitals that are not mistaken for others.
"""

import hmac
from hashlib import sha256

from flask import Flask, current_app

from app.config import Settings
from app.core.ids import LARGEST_NUMBER
from app.delivery.reader_links import PATH

PURPOSE = "answer by letter"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
"""What people write instead."""
SEAL, LONGEST = 8, 24


def answer_address(letter_id: int, app: Flask | None = None) -> str:
    """Where the family of a letter answers."""
    settings: Settings = (app or current_app).extensions["settings"]
    code = _in_signs(letter_id) + _seal(settings.secret_key, letter_id)
    pieces = [code[:-SEAL], code[-SEAL : -SEAL // 2], code[-SEAL // 2 :]]
    return f"{settings.public_url.rstrip('/')}{PATH}/{'-'.join(pieces)}"


def letter_of(code: str) -> int | None:
    """The letter of a code, however it was typed; None for everything that is none."""
    if len(code) > LONGEST:
        return None
    signs = code.upper().translate(READ_AS)
    number, seal = signs[:-SEAL], signs[-SEAL:]
    if not number or not set(signs) <= set(SIGNS):
        return None
    letter_id = sum(SIGNS.index(sign) * 32**place for place, sign in enumerate(reversed(number)))
    settings: Settings = current_app.extensions["settings"]
    return letter_id if hmac.compare_digest(_seal(settings.secret_key, letter_id), seal) and letter_id <= LARGEST_NUMBER else None


def _seal(key: str, letter_id: int) -> str:
    made = hmac.new(key.encode(), f"{PURPOSE}:{letter_id}".encode(), sha256).digest()
    return _in_signs(int.from_bytes(made[:5], "big")).rjust(SEAL, SIGNS[0])


def _in_signs(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, len(SIGNS))
        signs = SIGNS[rest] + signs
    return signs or SIGNS[0]
