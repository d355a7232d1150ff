"""What an operator types first, before any server ran: nothing is there, and each command says or does what comes next."""

from pathlib import Path

from app import create_app
from tests.conftest import settings_for


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
