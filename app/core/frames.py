"""HTML with holes: what a page says again and again to the same reader is rendered once, and the holes are filled each time.

A frame is a pure function of its inputs. The template gets nothing else: asking for the request, the session or the signed-in
person in it is an error, so nothing of one reader can be remembered for another.
"""

import re
import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from flask import Flask, current_app
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from app.core.presentation import reader_language

REMEMBERED = 1_000
"""Frames kept for each process; about 10 kB each."""
_MARK = secrets.token_hex(8)
"""Unknown to anybody who writes, so that no text can pretend to be a hole."""
_HOLE = re.compile(rf"{_MARK}:(\w+);")
Inputs = tuple[tuple[str, Hashable], ...]


def hole(name: str) -> Markup:
    """The place of a value that differs each time."""
    return Markup(f"{_MARK}:{name};")  # noqa: S704  # a random mark and a name out of a template


@dataclass(frozen=True, slots=True)
class Frame:
    """Pieces of HTML and between each two the name of a hole."""

    pieces: tuple[str, ...]
    holes: tuple[str, ...]

    def filled(self, **values: str) -> Markup:
        """The whole. Values that are not HTML already are escaped; the token of forms comes by itself."""
        if "csrf_token" in self.holes:
            values["csrf_token"] = generate_csrf()
        html = [self.pieces[0]]
        for name, piece in zip(self.holes, self.pieces[1:], strict=True):
            html += (escape(values[name]), piece)
        return Markup("".join(html))  # noqa: S704  # the output of an escaping template, and escaped values


def frame(template: str, **inputs: Hashable) -> Frame:
    """A template that says `{{ hole("name") }}` where something is filled in, rendered with nothing but `inputs`."""
    remembered: Callable[[str, str, Inputs], Frame] = current_app.extensions["frames"]
    return remembered(reader_language(), template, tuple(inputs.items()))


def _rendered(_language: str, template: str, inputs: Inputs) -> Frame:
    html = current_app.jinja_env.get_template(template).render(_NOTHING_ELSE | dict(inputs))
    parts = _HOLE.split(html)
    return Frame(tuple(parts[::2]), tuple(parts[1::2]))


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
