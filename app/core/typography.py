"""Plain forms of the typographic characters that phones and word processors put into a text by themselves."""

import re
import unicodedata

_PLAIN = {
    "'": "‘’‚‛′‵´`ʼʻ",
    '"': "“”„‟″«»",
    "<": "‹",
    ">": "›",
    "-": "‐‑‒–—―−•‣◦·",
    "...": "…",
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "\n": "\u2028\u2029\u0085\u000b",
    "": "\u00ad\u200b\u2060\ufeff",
    "x": "×",
    "/": "÷⁄∕",
    "1/2": "½",
    "1/4": "¼",
    "3/4": "¾",
    "(c)": "©",
    "(R)": "®",
    "TM": "™",
    "No.": "№",
    "fi": "ﬁ",
    "fl": "ﬂ",
    "ff": "ﬀ",
    "!!": "‼",
}
_TABLE = {ord(character): plain for plain, characters in _PLAIN.items() for character in characters}
_WORTH_A_LOOK = re.compile(f"[\u0300-\u036f{''.join(map(re.escape, map(chr, _TABLE)))}]|\r\n")
_LETTERS_WITHOUT_PARTS = str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "œ": "oe", "Œ": "OE"})


def straight_form(text: str, *, drop_accents: bool = False) -> str:
    """`text` in plain typography and composed (NFC), lines ended by LF; letters keep their accents unless told."""
    if _WORTH_A_LOOK.search(text):
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(_TABLE)
    if not drop_accents:
        return text
    bare = unicodedata.normalize("NFKD", text.translate(_LETTERS_WITHOUT_PARTS))
    return "".join(character for character in bare if not unicodedata.combining(character))
