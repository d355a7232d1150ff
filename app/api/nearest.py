"""A name that nobody knows, in a sentence that says which one was probably meant."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

_SAYABLE = re.compile(r"(?!hr_(?:live|test)_)[A-Za-z_$][\w.$\[\]-]{0,39}", re.ASCII)
"""What may be repeated: short, a name by its look, and no key of ours."""
_NEAR = 0.6
_ALMOST = 0.75
_LONGEST = 80
_TELLING = 4
"""Letters from which on a part of a name stands for it."""
_MOST = 12
_NOT_FOLDED = re.compile(r"[^a-z0-9]")


def is_sayable(name: str) -> bool:
    """Whether a sentence, or the place it is about, may hold what was sent as a name."""
    return _SAYABLE.fullmatch(name) is not None


def unknown(name: str, known: Iterable[str], inside: Mapping[str, Collection[str]] = MappingProxyType({})) -> str:
    """The sentence about `name`, which is none of `known`; `inside` says what those hold themselves."""
    names = list(dict.fromkeys(known))
    if not is_sayable(name):
        return f"A name is not known here.{_all(names)}"
    if holder := next((each for each, members in inside.items() if name in members), None):
        return f"'{name}' belongs inside '{holder}'."
    if meant := " or ".join(f"'{each}'" for each in nearest(name, names)):
        return f"'{name}' is not known. Did you mean {meant}?"
    return f"'{name}' is not known here.{_all(names)}"


def is_misspelt(name: str, known: Sequence[str]) -> bool:
    """Whether `name` is so like one of `known` that nothing else can have been meant."""
    return len(name) <= _LONGEST and bool(difflib.get_close_matches(_fold(name), [_fold(each) for each in known], n=1, cutoff=_ALMOST))


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Which of `known` was probably meant: the same in another spelling, else the most alike, else up to two that hold it as a part."""
    folded = {each: _fold(each) for each in known}
    given = _fold(name)
    if same := [each for each in known if folded[each] == given]:
        return same[:1]
    if alike := difflib.get_close_matches(given, folded.values(), n=1, cutoff=_NEAR):
        return [each for each in known if folded[each] == alike[0]][:1]
    if len(given) < _TELLING:
        return []
    return [each for each in known if given in folded[each] or (len(folded[each]) >= _TELLING and folded[each] in given)][:2]


def _all(names: Sequence[str]) -> str:
    if not names:
        return " Nothing is."
    return f" Known are {', '.join(names)}." if 1 < len(names) <= _MOST else f" Known is {names[0]}." if len(names) == 1 else ""


def _fold(name: str) -> str:
    return _NOT_FOLDED.sub("", name.lower())
