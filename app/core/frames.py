"""HTML with holes: what a page says again and again to the same reader is rendered once, and the holes are filled each time.

A frame is a pure function of its inputs. The template gets nothing else: asking for the request, the session or the signed-in
person in it is an error, so nothing of one reader can be remembered for another.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn, TypeVar

from flask import Flask, current_app
from markupsafe import Markup, escape

from app.core.forgery import csrf_token
from app.core.presentation import reader_language

REMEMBERED = 1_000
"""Frames kept for each process; about 10 kB each."""
SHORT = 100
_MARK = secrets.token_hex(8)
"""Unknown to anybody who writes, so that no text can pretend to be a hole."""
_HOLE = re.compile(rf"{_MARK}:(\w+);")
Inputs = tuple[tuple[str, object], ...]


@lru_cache(maxsize=500)
def hole(name: str) -> Markup:
    """The place of a value that differs each time."""
    return Markup(f"{_MARK}:{name};")  # noqa: S704  # a random mark and a name out of a template


Html = list[bytes]
"""Pieces of a page as they are sent. They are put together once, at the very end: pages are large, and copies cost."""


def html_of(value: object) -> bytes:
    """What is put into a hole: HTML as it is, anything else escaped. Bytes are HTML by definition."""
    if isinstance(value, bytes):
        return value
    return _escaped(value) if type(value) is str and len(value) <= SHORT else escape(value).encode()


@lru_cache(maxsize=4_000)
def _escaped(text: str) -> bytes:
    """Names and addresses come again. Only ever asked for plain texts: HTML that looks the same would be taken for them."""
    return escape(text).encode()


@dataclass(frozen=True, slots=True)
class Frame:
    """Pieces of HTML and between each two the name of a hole."""

    pieces: tuple[bytes, ...]
    holes: tuple[str, ...]

    def filled(self, **values: object) -> Html:
        """The whole. Words are escaped, pieces of HTML are taken as they are; the token of forms comes by itself, unless it is given."""
        if "csrf_token" in self.holes and "csrf_token" not in values:
            values["csrf_token"] = csrf_token()
        ready = {name: value if isinstance(value, list) else [html_of(value)] for name, value in values.items()}
        html = [self.pieces[0]]
        for name, piece in zip(self.holes, self.pieces[1:], strict=True):
            html += ready[name]
            html.append(piece)
        return html


def frame(template: str, **inputs: Hashable) -> Frame:
    """A template that says `{{ hole("name") }}` where something is filled in, rendered with nothing but `inputs`."""
    remembered: Callable[[str, str, Inputs], Frame] = current_app.extensions["frames"]
    return remembered(reader_language(), template, tuple(inputs.items()))


def fresh_frame(template: str, **inputs: object) -> Frame:
    """The same for inputs that come once, such as the errors of a form: rendered and forgotten."""
    return _rendered(reader_language(), template, tuple(inputs.items()))


Shown = TypeVar("Shown", bound=NamedTuple)


def with_holes(shown: Shown, names: Iterable[str]) -> tuple[Shown, dict[str, str]]:
    """A copy in which the values of these fields, where there are any, are holes; and what to fill them with.

    A template can still ask whether there is a value, but not for more. So a frame serves all that look alike.
    """
    prefix = type(shown).__name__
    found = {name: value for name in names if (value := getattr(shown, name))}
    copy = shown._replace(**{name: hole(f"{prefix}_{name}") for name in found})
    return copy, {f"{prefix}_{name}": value for name, value in found.items()}


def _rendered(_language: str, template: str, inputs: Inputs) -> Frame:
    html = current_app.jinja_env.get_template(template).render(_NOTHING_ELSE | dict(inputs))
    parts = _HOLE.split(html)
    return Frame(tuple(part.encode() for part in parts[::2]), tuple(parts[1::2]))


class _Nothing:
    """Stands where a template would find the request."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _refuse(self, *_arguments: object, **_named: object) -> NoReturn:
        message = f"a frame is rendered without {self.name}: make it an input or a hole"
        raise LookupError(message)

    __call__ = __getattr__ = __getitem__ = __iter__ = __str__ = __html__ = __bool__ = _refuse


_REFUSED = ("request", "session", "g", "config", "current_user", "url_for", "get_flashed_messages", "csp_nonce")
_NOTHING_ELSE: dict[str, Any] = {
    "hole": hole,
    "csrf_token": lambda: hole("csrf_token"),
    **{name: _Nothing(name) for name in _REFUSED},
}


def init_app(app: Flask) -> None:
    """Each application remembers its own."""
    app.extensions["frames"] = lru_cache(maxsize=REMEMBERED)(_rendered)
