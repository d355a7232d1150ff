"""Plain words of people as HTML: their web addresses can be opened, their line breaks stay, nothing else is markup."""

import re

from markupsafe import Markup

from app.core.presentation import paragraphs

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def with_links(text: str) -> Markup:
    """The whole text; a link shows its address without the scheme."""
    pieces: list[Markup] = []
    end = 0
    for match in _WEB_ADDRESS.finditer(text):
        pieces.append(paragraphs(text[end : match.start()]))
        pieces.append(
            Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{1}</a>').format(match[0], match[0].split("://", 1)[1])
        )
        end = match.end()
    return Markup("").join([*pieces, paragraphs(text[end:])])


def paragraphs_with_links(text: str) -> list[Markup]:
    """The text cut at its blank lines."""
    return [with_links(part) for part in _BLANK_LINES.split(text.strip().replace("\r\n", "\n"))]
