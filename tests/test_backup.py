"""A backup is a whole data folder: a house that starts in it has everything."""

from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.accounts.models import Staff
from app.core.database import db
from tests.conftest import settings_for


def test_a_copy_is_a_house(tmp_path: Path) -> None:
    old, copy = tmp_path / "old", tmp_path / "copies" / "monday"
    app = create_app(settings_for(old))
    runner = app.test_cli_runner()
    runner.invoke(args=["district", "create", "Cedar Valley", "--time-zone", "America/Los_Angeles"])
    runner.invoke(args=["staff", "create", "you@school.test", "--name", "You"])
    (old / "files" / "ab").mkdir(parents=True)
    (old / "files" / "ab" / "abc").write_bytes(b"a picture")
    (old / "secret_key").write_text("kept")
    done = runner.invoke(args=["backup", str(copy)])
    assert done.exit_code == 0, done.output
    with create_app(settings_for(copy)).app_context():
        assert db.session.scalars(select(Staff.email)).all() == ["you@school.test"]
    assert (copy / "files" / "ab" / "abc").read_bytes() == b"a picture"
    assert (copy / "secret_key").read_text() == "kept"
    again = runner.invoke(args=["backup", str(copy)])
    assert again.exit_code == 1
    assert "not empty" in again.output
