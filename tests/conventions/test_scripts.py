"""What scripts say of each other: a browser would find out only when somebody presses the button."""

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "static/js"
EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|const|class) (\w+)", re.MULTILINE)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
HOLES = re.compile(r"`(?:[^`\\]|\\.)*`")
FILES = sorted(SCRIPTS.rglob("*.js"))
NAMES = sorted({name for file in FILES for name in EXPORTED.findall(file.read_text())})


def code_of(file: Path) -> str:
    """Without comments and texts; what stands in the holes of a text stays."""
    code = re.sub(r"^\s*//.*$| // .*$", "", file.read_text(), flags=re.MULTILINE)
    return STRING.sub('""', HOLES.sub(lambda text: " ".join(re.findall(r"\$\{(.*?)\}", text[0])), code))


def knows(code: str, name: str) -> bool:
    """Whether the module imports it, or means something of its own by that name."""
    own = (
        rf"import \{{[^}}]*\b{name}\b", rf"function\*? {name}\b", rf"(?:const|let) {name}\b", rf"(?:const|let) [\[{{][^=]*\b{name}\b",
        rf"(?m)^\s+(?:async )?{name}\([^)]*\) \{{$", rf"function \w*\([^)]*\b{name}\b", rf"\([^()]*\b{name}\b[^()]*\) =>", rf"\b{name} =>",
    )  # fmt: skip
    return any(re.search(pattern, code) for pattern in own)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SCRIPTS)))
def test_whatever_a_script_calls_of_another_is_imported(file: Path) -> None:
    code = code_of(file)
    assert [name for name in NAMES if re.search(rf"(?<![\w.$]){name}\(", code) and not knows(code, name)] == []
