"""Quick starts as a reader runs them: the blocks of a page, one after the other, and what they say is printed."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "api"
THEIRS = "http://127.0.0.1:8000"
"""Where the pages say that the house is."""
_BLOCK = re.compile(r"^```(bash|python|javascript|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 240


@dataclass(frozen=True, slots=True)
class Page:
    """The programs of one page, each with the lines that it prints, in their order."""

    programs: dict[str, str]
    prints: dict[str, list[str]]


def read(name: str) -> Page:
    """One page. A `text` block says what the program before it prints."""
    programs: dict[str, str] = {}
    prints: dict[str, list[str]] = {}
    language = ""
    for kind, block in _BLOCK.findall((WRITTEN / f"{name}.md").read_text(encoding="utf-8")):
        if kind == "text":
            prints[language] += block.splitlines()
        else:
            language = kind
            programs[kind] = programs.get(kind, "") + block
            prints.setdefault(kind, [])
    return Page(programs, prints)


def run(language: str, program: str, folder: Path, **places: str) -> str:
    """What a program prints. `places` are what stands for addresses of the page here. Fails the test where the program fails."""
    for theirs, ours in places.items():
        program = program.replace(theirs, ours)
    file = folder / f"program.{language}"
    file.write_text(program, encoding="utf-8")
    command = {"bash": ["bash", "-euo", "pipefail", str(file)], "python": [sys.executable, str(file)]}[language]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # `python3` is this environment's
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def check(printed: str, expected: list[str]) -> None:
    """The lines that a page promises, in their order; others may stand between them."""
    rest = iter(printed.splitlines())
    for line in expected:
        assert any(line in each for each in rest), f"{line!r} is not printed, or not there:\n{printed}"
