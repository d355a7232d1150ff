"""Which words of a text were added, and which were taken out: for people who compare an old text with a new one."""

import re
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

PIECES = re.compile(r"\s+|[぀-ヿ㐀-䶿一-鿿฀-๿က-႟ក-៿຀-໿]|\w+(?:[’':.,/-]\w+)*|[^\w\s]")
"""Words with the marks inside them, such as 8:30 and don’t. Where a script writes no spaces, each letter is one."""


class Kind(StrEnum):
    """What became of a stretch of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


class Stretch(NamedTuple):
    """Words in a row that had the same fate."""

    kind: Kind
    text: str


def changes(old: str, new: str) -> list[Stretch]:
    """The new text with the old words beside those that took their place, the old ones first."""
    before, after = PIECES.findall(old), PIECES.findall(new)
    found: list[Stretch] = []
    for what, begin, end, new_begin, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            found.append(Stretch(Kind.SAME, "".join(after[new_begin:new_end])))
            continue
        found.append(Stretch(Kind.REMOVED, "".join(before[begin:end])))
        found.append(Stretch(Kind.ADDED, "".join(after[new_begin:new_end])))
    return _joined(found)


def _joined(found: list[Stretch]) -> list[Stretch]:
    """A lone space between two changes belongs to them: “by bus” for “on foot” is one change and not two."""
    kept: list[Stretch] = []
    removed = added = ""

    def close() -> None:
        nonlocal removed, added
        kept.extend(stretch for stretch in (Stretch(Kind.REMOVED, removed), Stretch(Kind.ADDED, added)) if stretch.text)
        removed = added = ""

    for index, (kind, text) in enumerate(found):
        if kind == Kind.REMOVED:
            removed += text
        elif kind == Kind.ADDED:
            added += text
        elif text.isspace() and (removed or added) and index + 1 < len(found):
            removed, added = removed + text, added + text
        else:
            close()
            kept.append(Stretch(kind, text))
    close()
    return kept
