"""`$Name$` in a text becomes the recipient's value, or the message's; one without a value stays as it is."""

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"\$(\w{1,64})\$")


def values_of(message: Mapping[str, str], recipient: Mapping[str, str]) -> dict[str, str]:
    """By name in lower case; a recipient's value wins."""
    return {name.strip("$").lower(): text for given in (message, recipient) for name, text in given.items()}


def replaced(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text, and the tokens that stay, each once as written. What a value brings along is never read as a token again."""
    missing: dict[str, None] = {}

    def fill(match: re.Match[str]) -> str:
        value = values.get(match[1].lower())
        if value is None:
            missing[match[0]] = None
            return match[0]
        return value

    return _TOKEN.sub(fill, text), list(missing)
