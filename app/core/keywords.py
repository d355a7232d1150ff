"""What a guardian's reply asks for: an exact keyword acts at once, other wording is only pointed out to staff."""

import re
import unicodedata
from enum import StrEnum

from app.core.refusal_wording import LEFT_SCHOOL, NOT_A_REFUSAL, STOP_ASKED, WRONG_PERSON
from app.core.search_text import fold

_LONGEST_WORTH_READING = 400
_LONGEST_KEYWORD_TEXT = 64  # the word with blanks around it


class Keyword(StrEnum):
    """The three commands every sender must honour."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"


class Refusal(StrEnum):
    """What a reply in plain words seems to say. It is a suggestion for staff: nothing may act on it by itself."""

    STOP_ASKED = "stop_asked"
    WRONG_PERSON = "wrong_person"
    LEFT_SCHOOL = "left_school"


KEYWORDS: dict[str, Keyword] = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.OPT_OUT),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.OPT_IN),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}

_PATTERNS = {
    kind: re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    for kind, patterns in (
        (Refusal.WRONG_PERSON, WRONG_PERSON),
        (Refusal.STOP_ASKED, STOP_ASKED),
        (Refusal.LEFT_SCHOOL, LEFT_SCHOOL),
    )
}
_HARMLESS = re.compile("|".join(f"(?:{pattern})" for pattern in NOT_A_REFUSAL))


def keyword(text: str) -> Keyword | None:
    """The command that `text` is: one lone word of the list, in any case. Blanks around it do not count."""
    if len(text) > _LONGEST_KEYWORD_TEXT:
        return None
    visible = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return KEYWORDS.get(unicodedata.normalize("NFKC", visible).strip().upper())


def plain_words_refusal(text: str) -> Refusal | None:
    """What `text` seems to refuse, in English, Spanish and seven other languages. None for a keyword: that one acts."""
    if keyword(text) is not None:
        return None
    words = fold(text[:_LONGEST_WORTH_READING])
    plain = _HARMLESS.sub(" ", words)
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)), None)
