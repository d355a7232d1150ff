"""What an operator types first, before any server ran: nothing is there, and each command says or does what comes next."""

import os
import subprocess
import sys
from pathlib import Path

from app import create_app
from tests.conftest import settings_for

ROOT = Path(__file__).parents[1]


def test_the_first_commands_need_no_server(tmp_path: Path) -> None:
    runner = create_app(settings_for(tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")).test_cli_runner()
    for words in (["staff", "create", "you@school.test", "--name", "You"], ["import-roster", str(tmp_path)]):
        early = runner.invoke(args=words)
        assert early.exit_code == 1
        assert "district create" in early.output
    made = runner.invoke(args=["district", "create", "Cedar Valley", "--time-zone", "America/Los_Angeles"])
    assert made.exit_code == 0, made.output
    invited = runner.invoke(args=["staff", "create", "you@school.test", "--name", "You"])
    assert "http://" in invited.output, invited.output


def test_what_is_installed_is_known_by_its_content(tmp_path: Path) -> None:
    for folder in (".venv/bin", "fake"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    uv, wanted = tmp_path / "fake/uv", tmp_path / "requirements.txt"
    uv.write_text("#!/bin/sh\necho installed\n")
    uv.chmod(0o755)
    wanted.write_text("one==1\n")

    def install() -> str:
        path = f"{tmp_path / 'fake'}{os.pathsep}{os.environ['PATH']}"
        command = ["bash", str(ROOT / "tools/install.sh"), "requirements.txt"]
        return subprocess.run(command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True).stdout

    assert "installed" in install()
    wanted.touch()
    assert install() == "", "a checkout is newer than what it is like"
    wanted.write_text("one==2\n")
    assert "installed" in install()
