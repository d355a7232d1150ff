"""Rosters that nobody exported: bombs, damage, and names that are programs."""

import csv
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database import db
from app.directory.models import Student
from app.directory.roster.importer import import_roster
from app.directory.roster.reading import RosterUnreadable
from tests.conftest import SignIn
from tests.directory import roster_files
from tests.factories import DistrictFactory, StaffFactory

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("lite_app" if request.param == "sqlite" else "postgres_app")


@pytest.fixture
def district(app: Flask) -> int:
    number = int(DistrictFactory().id)
    db.session.commit()
    return number


def with_names(folder: Path, *names: str) -> Path:
    """The small roster with further students of these names."""
    roster_files.small(folder)
    users = list(csv.DictReader((folder / "users.csv").open(newline="")))
    pupil = next(row for row in users if row["sourcedId"] == "k1")
    more = [pupil | {"sourcedId": f"odd{index}", "givenName": name, "agentSourceIds": ""} for index, name in enumerate(names)]
    roster_files.write(folder, "users", users[0], [*users, *more])
    return folder


def test_odd_names_come_in_as_they_are_and_the_rest_is_reported(district: int, tmp_path: Path, sign_in: SignIn) -> None:
    names = (SCRIPT, "\u202eרעות", "👩‍👧 Ana", "No\0el", "=1+1", "x" * 10_000, "'; DROP TABLE students;--", "{{ 7*7 }}")
    result = import_roster(with_names(tmp_path / "odd", *names), district)
    kept = set(db.session.scalars(select(Student.given_name)))
    assert {SCRIPT, "\u202eרעות", "👩‍👧 Ana", "Noel", "=1+1", "'; DROP TABLE students;--", "{{ 7*7 }}"} <= kept
    assert ["longer than 100" in issue.reason for issue in result.issues] == [True]
    page = sign_in(StaffFactory(role="district_admin", district=None, district_id=district)).get("/people?q=alert").text
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


def test_a_zip_with_lost_bytes_is_refused_as_a_whole(district: int, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(roster_files.large(tmp_path / "large", 300).glob("*.csv")):
            archive.write(file, file.name)
    content = bytearray(path.read_bytes())
    middle = content.rindex(b"users.csv", 0, len(content) - 200) + 400
    content[middle : middle + 50] = b"\0" * 50
    path.write_bytes(bytes(content))
    with pytest.raises(RosterUnreadable, match="damaged"):
        import_roster(path, district)
    assert db.session.scalars(select(Student)).all() == []


def test_a_bomb_is_refused_before_it_unfolds(district: int, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("users.csv", "w") as file:
        for _ in range(70):
            file.write(b"\n" * 1024**2)
    with pytest.raises(RosterUnreadable, match="far more than a roster"):
        import_roster(path, district)


def test_a_field_without_end_is_named(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "endless")
    with (folder / "users.csv").open("a") as file:
        file.write('"' + "x" * 200_000 + '"\n')
    with pytest.raises(RosterUnreadable, match=r"users\.csv is damaged"):
        import_roster(folder, district)


def test_names_in_a_zip_lead_nowhere(district: int, tmp_path: Path) -> None:
    folder, path = roster_files.small(tmp_path / "plain"), tmp_path / "climbing.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.glob("*.csv"):
            archive.write(file, f"../../../{file.name}")
        archive.writestr("/etc/homeroom-was-here", "x")
    before = set(tmp_path.rglob("*"))
    assert import_roster(path, district).issues == []
    assert set(tmp_path.rglob("*")) == before
    assert not Path("/etc/homeroom-was-here").exists()
