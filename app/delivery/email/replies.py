"""What mail servers answer, in our codes.

RFC 5321 §4.2 (three digits: 4 means later, 5 means no), RFC 3463 and its registry (x.y.z: 1 the address, 2 the mailbox,
3 the system, 4 the way there, 7 somebody's rules). The three digits alone mean too many things to blame the address by them,
except where they answer to the very naming of it.
"""

import re

from app.delivery.email.failures import MailCode

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_SUCH_ADDRESS = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"})
_TOO_BIG = frozenset({"2.3", "3.4"})
_UNKNOWN_WITHOUT_MORE = frozenset({550, 551, 553})
TOO_BIG = 552


def enhanced(text: str) -> str | None:
    """The subject and detail of a status such as 5.1.1, when an answer begins with one: "1.1"."""
    found = _ENHANCED.match(text)
    return f"{int(found[2])}.{int(found[3])}" if found else None


def code_of(detail: str | None) -> MailCode | None:
    """What a status says for good: "1.1" of 5.1.1. None for one that says nothing clear."""
    if detail is None:
        return None
    if detail in _NO_SUCH_ADDRESS:
        return MailCode.UNKNOWN
    if detail in _TOO_BIG:
        return MailCode.TOO_BIG
    if detail == "2.2":
        return MailCode.FULL
    return MailCode.TURNED_AWAY if detail.startswith("7.") else None


def refusal_of_recipient(code: int, text: str) -> MailCode:
    """A refusal (5xx) in answer to RCPT."""
    detail = enhanced(text)
    if detail is None and code in _UNKNOWN_WITHOUT_MORE:
        return MailCode.UNKNOWN
    return code_of(detail) or MailCode.REFUSED


def refusal_of_content(code: int, text: str) -> MailCode:
    """A refusal (5xx) in answer to the message itself."""
    said = code_of(enhanced(text))
    if said is not None:
        return said
    return MailCode.TOO_BIG if code == TOO_BIG else MailCode.TURNED_AWAY


def refusal_of_sender(code: int, text: str) -> MailCode:
    """A refusal (5xx) in answer to MAIL: of the size that was announced, or of us."""
    is_size = code_of(enhanced(text)) is MailCode.TOO_BIG or (enhanced(text) is None and code == TOO_BIG)
    return MailCode.TOO_BIG if is_size else MailCode.NOT_LET_IN
