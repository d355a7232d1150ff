"""Text of contracts and quick starts, which is Markdown, as HTML. HTML inside it is shown, never obeyed."""

import re
from functools import lru_cache
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

ROOT = Path(__file__).parents[3]
QUICK_STARTS = ROOT / "docs" / "api"
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_FENCE, _SCROLLED = "<pre>", '<pre tabindex="0">'
"""Long lines of programs are scrolled, by the keyboard, too."""
_PROGRAM = re.compile(r'<pre tabindex="0"><code class="language-(?!text)(\w+)">(.*?)</code></pre>', re.DOTALL)


@lru_cache(maxsize=4096)
def prose(text: str) -> Markup:
    """Paragraphs, lists and programs."""
    return Markup(_markdown.render(text).replace(_FENCE, _SCROLLED))  # noqa: S704  # html is off, so everything in it is escaped


def programs(text: str, copy: Markup) -> Markup:
    """The same where each program has a button; `copy` says with what on it, and its `data-copy` names the program."""
    number = 0

    def with_button(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        button = copy.replace("PROGRAM", f"program-{number}")
        return f'<div class="dev-program"><pre tabindex="0"><code id="program-{number}" lang="zxx">{found[2]}</code></pre>{button}</div>'

    return Markup(_PROGRAM.sub(with_button, prose(text)))  # noqa: S704  # prose and what is written here


@lru_cache(maxsize=4096)
def line(text: str) -> Markup:
    """The same without a paragraph around it."""
    return Markup(_markdown.renderInline(text))  # noqa: S704  # as above


def quick_start(name: str) -> str | None:
    """The Markdown of a quick start; None where there is none of this name."""
    file = QUICK_STARTS / f"{name}.md"
    return file.read_text(encoding="utf-8") if file.is_file() else None
