"""Our style sheets, joined: each folder of `static/css` is one sheet, made when it is first asked for.

The sources stay small files, one business each, in the order of their names. Addresses in them are relative to the sheet, which
stands beside the folders.
"""

import re
from functools import cache
from pathlib import Path

COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
INDENTATION = re.compile(r"\n\s*")
LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
IMPORT = re.compile(r"^@import url\((?P<source>[^)]+)\) layer\((?P<layer>\w+)\);$", re.MULTILINE)
"""Another's sheet, whose rules are to give way to ours."""


@cache
def joined_sheet(folder: Path) -> str:
    """The sheet of a folder, without comments and indentation; what remains is still readable in a browser's tools."""
    return "".join(_squeezed(_with_imports(file.read_text(), folder.parent)) for file in sorted(folder.glob("*.css")))


def _with_imports(text: str, beside: Path) -> str:
    def take(found: re.Match[str]) -> str:
        theirs = LICENCE.sub("", (beside / found["source"]).read_text())
        return f"@layer {found['layer']} {{\n{theirs}\n}}"

    return IMPORT.sub(take, text)


def _squeezed(text: str) -> str:
    return INDENTATION.sub("\n", COMMENT.sub("", text)).strip() + "\n"
