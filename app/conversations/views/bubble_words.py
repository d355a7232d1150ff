"""What people wrote, as HTML: escaped, with lines, links and mentions."""

import re

from markupsafe import Markup, escape

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
MENTION = re.compile(r"(?<![\w@])@[^\W\d_][\w’'.-]*(?: (?=[A-ZÀ-Þ])[^\W\d_][\w’'-]*)?")


def words(text: str) -> Markup:
    """What somebody wrote, as HTML: escaped, with its lines and with its web addresses as links."""
    if "\n" not in text and "://" not in text:
        return escape(text)
    return Markup("<br>").join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> Markup:
    parts, end = [], 0
    for match in LINK.finditer(line):
        address = escape(match[0])
        link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(address, address)
        parts += [escape(line[end : match.start()]), link]
        end = match.end()
    return Markup("").join([*parts, escape(line[end:])])


def with_mentions(text: str) -> Markup:
    """A note: the same, with colleagues who are called standing out."""
    parts, end = [], 0
    for match in MENTION.finditer(text):
        parts += [words(text[end : match.start()]), Markup('<span class="mention">{}</span>').format(match[0])]
        end = match.end()
    return Markup("").join([*parts, words(text[end:])])
