"""Templates, compiled once for each language: what they say to every reader alike becomes plain text then.

A page has a hundred fixed sentences and fifty fixed icons. Looking each up for each reader took most of the time of a page;
a template that is compiled for Spanish simply contains the Spanish words.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from app.core.assets import asset_url
from app.core.presentation import icon, reader_language, sentences


class SpokenTemplates(Environment):
    """Jinja's environment, with an overlay of its own for each language."""

    language: str | None = None
    """None for the environment itself, which only chooses among its overlays."""

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.spoken: dict[str, SpokenTemplates] = {}

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002  # Jinja's name
        if self.language is None:
            return self._in(reader_language())._load_template(name, globals)  # noqa: SLF001  # of its own kind
        return super()._load_template(name, globals)

    def _in(self, language: str) -> "SpokenTemplates":
        found = self.spoken.get(language)
        if found is None:
            found = self.overlay()
            found.language = language
            self.spoken[language] = found
        return found

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False) -> str:  # noqa: FBT001, FBT002  # Jinja's hook
        if name is not None and name.endswith(".html"):
            source = Fixed(bound_names(source)).visit(source)
        return super()._generate(source, name, filename, defer_init)


def bound_names(source: nodes.Template) -> frozenset[str]:
    """Names that a template gives a meaning of its own somewhere."""
    return frozenset(name.name for name in source.find_all(nodes.Name) if name.ctx != "load")


class Fixed(NodeTransformer):
    """Replaces calls that give every reader of a language the same by what they give."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.known: dict[str, Callable[..., str]] = {"icon": icon, "asset_url": asset_url}
        self.known = {name: call for name, call in self.known.items() if name not in hidden}
        self.speaks = "_" not in hidden

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802  # Jinja finds it by this name
        """A sentence, an icon or the address of a file, if all that it depends on stands in the template."""
        self.generic_visit(call)
        if not isinstance(call.node, nodes.Name) or call.dyn_args is not None or call.dyn_kwargs is not None or not are_fixed(call.args):
            return call
        if call.node.name == "_" and self.speaks:
            return sentence(call)
        known = self.known.get(call.node.name)
        if known is None or not are_fixed(pair.value for pair in call.kwargs):
            return call
        return nodes.Const(known(*(value_of(each) for each in call.args), **{pair.key: value_of(pair.value) for pair in call.kwargs}))

    def visit_Concat(self, concat: nodes.Concat) -> nodes.Node:  # noqa: N802  # as above
        """Jinja's own optimiser would join fixed pieces without asking which of them are HTML already."""
        self.generic_visit(concat)
        if not are_fixed(concat.nodes):
            return concat
        pieces = [value_of(each) for each in concat.nodes]
        if any(hasattr(piece, "__html__") for piece in pieces):
            return nodes.Const(Markup("").join(escape(piece) for piece in pieces))
        return concat


def sentence(call: nodes.Call) -> nodes.Expr:
    """The words; values that a template knows only later are filled in by then, escaped."""
    [message] = call.args
    words = nodes.Const(Markup(sentences()[value_of(message)]))  # noqa: S704  # our own sentences
    if not call.kwargs:
        return words
    return nodes.Mod(words, nodes.Dict([nodes.Pair(nodes.Const(pair.key), pair.value) for pair in call.kwargs]))


def are_fixed(found: Iterable[nodes.Node]) -> bool:
    """Whether all of these are constants."""
    return all(isinstance(each, nodes.Const) for each in found)


def value_of(node: nodes.Node) -> Any:
    """What a constant is."""
    if not isinstance(node, nodes.Const):
        raise TypeError(node)
    return node.value
