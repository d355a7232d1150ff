"""Text of contracts and quick starts, which is Markdown, as HTML. HTML inside it is shown, never obeyed."""

from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

ROOT = Path(__file__).parents[3]
QUICK_STARTS = ROOT / "docs" / "api"
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_FENCE, _SCROLLED = "<pre>", '<pre tabindex="0">'
"""Long lines of programs are scrolled, by the keyboard, too."""


@lru_cache(maxsize=4096)
def prose(text: str) -> Markup:
    """Paragraphs, lists and programs."""
    return Markup(_markdown.render(text).replace(_FENCE, _SCROLLED))  # noqa: S704  # html is off, so everything in it is escaped


@lru_cache(maxsize=4096)
def line(text: str) -> Markup:
    """The same without a paragraph around it."""
    return Markup(_markdown.renderInline(text))  # noqa: S704  # as above


def quick_start(name: str) -> str | None:
    """The Markdown of a quick start; None where there is none of this name."""
    file = QUICK_STARTS / f"{name}.md"
    return file.read_text(encoding="utf-8") if file.is_file() else None
