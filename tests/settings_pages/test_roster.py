"""A district admin tries a roster, reads the report, and imports it."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Role
from app.core.database import db
from app.directory.models import RosterImport, RosterImportIssue, Student
from app.directory.roster import service
from app.directory.roster.jobs import run_roster_import
from tests.conftest import SignIn
from tests.directory import roster_files
from tests.factories import StaffFactory


def roster(tmp_path: Path) -> io.BytesIO:
    return io.BytesIO(roster_files.zipped(roster_files.small(tmp_path / "export")).read_bytes())


def students(district_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(Student).where(Student.district_id == district_id)) or 0


def test_a_roster_is_tried_and_then_imported(app: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN)
    browser = sign_in(admin)
    answer = browser.post("/settings/roster", data={"file": (roster(tmp_path), "export.zip"), "dry_run": "y"})
    assert answer.status_code == 303
    page = answer.headers["Location"]
    number = int(page.rsplit("/", 1)[1])
    assert "every 1s" in browser.get(page, headers={"HX-Request": "true"}).text
    run_roster_import.function(number)
    report = browser.get(page, headers={"HX-Request": "true"}).text
    assert "What would change" in report
    assert "every 1s" not in report
    assert "<html" not in report
    assert students(admin.district_id) == 0
    again = browser.post(f"{page}/again")
    run_roster_import.function(int(again.headers["Location"].rsplit("/", 1)[1]))
    assert "What changed" in browser.get(again.headers["Location"]).text
    assert students(admin.district_id) == 2


@pytest.mark.parametrize(
    ("content", "words"), [(None, "Choose the zip file"), (b"", "Choose the zip file"), (b"no zip", "neither a folder nor a zip")]
)
def test_an_unusable_upload_is_refused_beside_the_field(app: Flask, sign_in: SignIn, content: bytes | None, words: str) -> None:
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN))
    answer = browser.post("/settings/roster", data={} if content is None else {"file": (io.BytesIO(content), "export.zip")})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(RosterImport)) == 0


def test_too_large_is_said_in_words(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LARGEST_UPLOAD", -1024 * 1024 + 10)
    answer = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN)).post("/settings/roster", data={"file": (io.BytesIO(b"x" * 500), "a.zip")})
    assert answer.status_code == 413
    assert "larger than 200 MB" in answer.text


def test_a_roster_that_lacks_many_is_held_back_until_somebody_confirms(app: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, language="es")
    browser = sign_in(admin)
    folder = roster_files.large(tmp_path / "export", 80)

    def imported() -> str:
        file = io.BytesIO(roster_files.zipped(folder).read_bytes())
        page: str = browser.post("/settings/roster", data={"file": (file, "export.zip")}).headers["Location"]
        run_roster_import.function(int(page.rsplit("/", 1)[1]))
        return page

    assert "allow_many_leavers" not in browser.get(imported()).text
    lines = (folder / "users.csv").read_text().splitlines(keepends=True)
    (folder / "users.csv").write_text("".join(line for line in lines if not line.startswith("k") or line.startswith("k1")))
    page = imported()
    text = browser.get(page).text
    assert "Estudiantes: faltan 69 de 80" in text
    assert "allow_many_leavers" in text
    assert active_students(admin.district_id) == 80
    again = browser.post(f"{page}/again", data={"allow_many_leavers": "on"}).headers["Location"]
    run_roster_import.function(int(again.rsplit("/", 1)[1]))
    assert active_students(admin.district_id) == 11
    assert "allow_many_leavers" not in browser.get(again).text


def active_students(district_id: int) -> int:
    return db.session.query(Student).filter_by(district_id=district_id, is_active=True).count()


def test_the_table_of_problems_runs_no_formula(app: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    browser = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN))
    page = browser.post("/settings/roster", data={"file": (roster(tmp_path), "export.zip")}).headers["Location"]
    db.session.add(RosterImportIssue(roster_import_id=int(page.rsplit("/", 1)[1]), file="=cmd()", line=1, problem="no_key"))
    assert "'=cmd()" in browser.get(f"{page}/issues.csv").text


def test_strangers_and_other_roles_get_nothing(app: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    page = (
        sign_in(StaffFactory(role=Role.DISTRICT_ADMIN))
        .post("/settings/roster", data={"file": (roster(tmp_path), "e.zip")})
        .headers["Location"]
    )
    assert sign_in(StaffFactory(role=Role.DISTRICT_ADMIN)).get(page).status_code == 404
    assert sign_in(StaffFactory(role=Role.SCHOOL_ADMIN)).get(page).status_code == 403


def test_what_was_wrong_is_told_in_the_language_of_whoever_reads(app: Flask, sign_in: SignIn, tmp_path: Path) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN)
    folder = roster_files.small(tmp_path / "export")
    with (folder / "users.csv").open("a") as file:
        file.write("k1,,,,s1,student,,,Twice,Told,,,,,,,,\n")
        file.write("g3,,,,s1,parent,,,Bad,Phone,,,,12,,,,\n")
    upload = io.BytesIO(roster_files.zipped(folder).read_bytes())
    page = sign_in(admin).post("/settings/roster", data={"file": (upload, "export.zip")}).headers["Location"]
    run_roster_import.function(int(page.rsplit("/", 1)[1]))
    report = sign_in(admin).get(page).text
    assert "The sourcedId k1 stands in line 3 already" in report
    assert "“12” in sms is not a phone number" in report
    reader = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=admin.district_id, language="es")
    informe = sign_in(reader).get(page).text
    assert "El sourcedId k1 ya está en la línea 3" in informe
    assert "“12” en sms no es un número de teléfono" in informe
    assert "El sourcedId k1 ya está en la línea 3" in sign_in(reader).get(f"{page}/issues.csv").text
