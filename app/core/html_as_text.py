"""An email's HTML as plain text: the house makes its own HTML of it, which no sender can fill with scripts or trackers."""

import re
from html.parser import HTMLParser

_LOOKS_LIKE_HTML = re.compile(r"<(?:!doctype|html|body|p|br|div|span|a|b|i|strong|em|ul|ol|table|h[1-6])\b[^>]*>", re.IGNORECASE)
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "tr", "blockquote", "section"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})


def plain(text: str) -> str:
    """What may be HTML or plain text, which stays as it is."""
    return as_text(text) if _LOOKS_LIKE_HTML.search(text) else text.strip()


def as_text(html: str) -> str:
    """The words of `html`, paragraphs apart; a link is followed by its address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag != "tr" else "\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n" if tag != "tr" else "\n")
        elif tag == "a" and self._links:
            href, began = self._links.pop()
            shown = "".join(self.parts[began:]).strip()
            if href.startswith(("http://", "https://")) and href.rstrip("/") != shown.rstrip("/"):
                self.parts.append(f" ({href})")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"\s+", " ", data))
