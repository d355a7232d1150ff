"""Our scripts, joined: the modules that one page needs as one file, made when it is first asked for.

The sources stay small modules, one business each; browsers fetch one file instead of forty, a third smaller. Every module
becomes a function that gives what it exports, in the order of their imports. Only the forms of import and export that our
modules use are understood, and a cycle is refused: tests join every entry.
"""

import re
from functools import cache
from pathlib import Path

IMPORT = re.compile(r'^import (?:(?P<names>\{[^}]*\}|\* as \w+) from )?"(?P<source>[^"]+)";$', re.MULTILINE)
EXPORTED = re.compile(r"^export (?=(?:(?:async )?function\*?|const|class) (?P<name>\w+))", re.MULTILINE)
LIST = re.compile(r"^export \{(?P<names>[^}]*)\};$", re.MULTILINE)
COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
LEFT_OVER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


class CannotJoin(ValueError):
    """A module says something that this file does not understand."""


@cache
def joined(entry: Path) -> str:
    """The module `entry` with everything that it imports, as one module."""
    order: list[Path] = []
    _walk(entry.resolve(), order, ())
    numbers = {file: place for place, file in enumerate(order)}
    return "".join(_as_function(file, numbers) for file in order)


def _walk(file: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if file in above:
        message = f"{file.name} imports itself by way of {above[-1].name}"
        raise CannotJoin(message)
    if file in order:
        return
    for found in IMPORT.finditer(file.read_text()):
        _walk((file.parent / found["source"]).resolve(), order, (*above, file))
    order.append(file)


def _as_function(file: Path, numbers: dict[Path, int]) -> str:
    def take(found: re.Match[str]) -> str:
        if found["names"] is None:
            return ""
        names, number = found["names"], numbers[(file.parent / found["source"]).resolve()]
        if names.startswith("*"):
            return f"const {names.removeprefix('* as ')} = m{number};"
        return f"const {names.replace(' as ', ': ')} = m{number};"

    text = COMMENT.sub("", file.read_text())
    exports = [found["name"] for found in EXPORTED.finditer(text)]
    for found in LIST.finditer(text):
        exports += [name.strip() for name in found["names"].split(",") if name.strip()]
    text = LIST.sub("", EXPORTED.sub("", IMPORT.sub(take, text)))
    if wrong := LEFT_OVER.search(text):
        message = f"{file.name}: {wrong[0]}"
        raise CannotJoin(message)
    return f"const m{numbers[file]} = (() => {{\n{text.strip()}\nreturn {{ {', '.join(exports)} }};\n}})();\n"
