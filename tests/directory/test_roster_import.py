"""A district imports its roster: as exported, again, damaged, and by whom."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.events import SessionsEnded, StaffScopeChanged
from app.accounts.models import Role, Staff, StaffStatus
from app.core import events
from app.core.database import db, transaction
from app.directory.models import ContactPoint, Enrollment, Guardian, Guardianship, School, Section, SectionTeacher, Student
from app.directory.roster.findings import Result
from app.directory.roster.importer import import_roster
from app.directory.roster.reading import RosterUnreadable
from tests.conftest import SignIn
from tests.directory import roster_files
from tests.factories import DistrictFactory, StaffFactory

Import = Callable[..., Result]


@pytest.fixture
def district(app: Flask) -> int:
    number = DistrictFactory().id
    db.session.commit()
    return int(number)


@pytest.fixture(params=["sqlite", "postgres"])
def either_district(request: pytest.FixtureRequest) -> int:
    request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    number = DistrictFactory().id
    db.session.commit()
    return int(number)


def counts(result: Result, name: str) -> dict[str, int]:
    return {kind: getattr(c, name) for kind, c in result.counts.items()}


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("shape", ["folder", "zip", "bom and crlf"])
def test_people_and_classes_come_in_and_a_second_time_changes_nothing(
    either_district: int, tmp_path: Path, version: str, shape: str
) -> None:
    folder = roster_files.small(
        tmp_path / "roster", version=version, bom=shape == "bom and crlf", newline="\r\n" if shape == "bom and crlf" else "\n"
    )
    path = roster_files.zipped(folder) if shape == "zip" else folder
    first = import_roster(path, either_district)
    assert first.issues == []
    assert counts(first, "created") == {
        "schools": 2, "staff": 1, "students": 2, "guardians": 2, "contact_points": 4, "guardianships": 3, "sections": 1, "teachers": 1,
        "enrollments": 1,
    }  # fmt: skip
    again = import_roster(path, either_district)
    assert again.issues == []
    assert set(counts(again, "created").values()) | set(counts(again, "changed").values()) | set(counts(again, "deactivated").values()) == {
        0
    }
    rosa = db.session.scalars(select(Guardian).where(Guardian.source_id == "g1")).one()
    assert {(p.kind, p.address) for p in rosa.contact_points} == {
        ("mobile", "+15035552142"),
        ("landline", "+15035552117"),
        ("email", "rosa@mail.test"),
    }
    mateo = db.session.scalars(select(Student).where(Student.source_id == "k1")).one()
    assert (mateo.grade, mateo.student_number, [g.guardian.given_name for g in mateo.guardianships]) == ("03", "4711", ["Rosa", "Luis"])
    dana = db.session.scalars(select(Staff)).one()
    assert (dana.email, dana.role, dana.status) == ("dana@school.test", Role.TEACHER, StaffStatus.INVITED)


def test_a_dry_run_says_the_same_and_writes_nothing(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    dry = import_roster(folder, district, dry_run=True)
    tables = (School, Student, Guardian, Guardianship, ContactPoint, Section, Enrollment, SectionTeacher, Staff)
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in tables] == [0] * len(tables)
    assert counts(dry, "created") == counts(import_roster(folder, district), "created")


def test_who_left_is_deactivated_and_comes_back(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    import_roster(folder, district)
    users = (folder / "users.csv").read_text()
    (folder / "users.csv").write_text("".join(line for line in users.splitlines(keepends=True) if not line.startswith(("k2,", "g2,"))))
    result = import_roster(folder, district)
    assert (result.counts["students"].deactivated, result.counts["guardians"].deactivated) == (1, 1)
    db.session.expire_all()
    sofia = db.session.scalars(select(Student).where(Student.source_id == "k2")).one()
    assert not sofia.is_active
    (folder / "users.csv").write_text(users)
    import_roster(folder, district)
    db.session.expire_all()
    assert db.session.get_one(Student, sofia.id).is_active


@pytest.mark.parametrize("leaving", ["not in the file any more", "no longer in force"])
def test_a_teacher_who_left_is_signed_out_at_once_and_stays_out_after_coming_back(
    district: int, tmp_path: Path, sign_in: SignIn, leaving: str
) -> None:
    folder = roster_files.small(tmp_path / "roster")
    import_roster(folder, district)
    dana = db.session.scalars(select(Staff)).one()
    with transaction():
        dana.status, dana.password_hash = StaffStatus.ACTIVE, "kept"
    browser = sign_in(dana)
    assert browser.get("/people").status_code == 200
    told: list[SessionsEnded] = []
    events.on(SessionsEnded)(told.append)
    users = (folder / "users.csv").read_text()
    without = "".join(line for line in users.splitlines(keepends=True) if not line.startswith("t1,"))
    (folder / "users.csv").write_text(without if leaving == "not in the file any more" else users.replace("t1,,", "t1,tobedeleted,"))
    import_roster(folder, district)
    assert [fact.staff_id for fact in told] == [dana.id]
    (folder / "users.csv").write_text(users)
    import_roster(folder, district)
    db.session.expire_all()
    assert dana.is_active
    assert browser.get("/people").status_code == 303


def test_a_teacher_who_changes_schools_hears_the_new_one_from_now_on(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    import_roster(folder, district)
    told: list[StaffScopeChanged] = []
    events.on(StaffScopeChanged)(told.append)
    users = (folder / "users.csv").read_text()
    (folder / "users.csv").write_text(users.replace("t1,,,,s1", "t1,,,,s2"))
    import_roster(folder, district)
    dana = db.session.scalars(select(Staff)).one()
    assert [fact.staff_id for fact in told] == [dana.id]
    import_roster(folder, district)
    assert len(told) == 1


def test_bad_lines_are_reported_and_the_rest_goes_in(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    with (folder / "users.csv").open("a") as file:
        file.write("k1,,,,s1,student,,,Twice,Told,,,,,,,,\n")
        file.write(",,,,s1,student,,,No,Key,,,,,,,,\n")
        file.write("k3,,,,nowhere,student,,,No,School,,,,,,,,\n")
        file.write("k4,,,,s1,student,,,,,,,,,,,,\n")
        file.write("x1,,,,s1,wizard,,,Odd,Role,,,,,,,,\n")
        file.write("t2,,,,s1,teacher,,,No,Mail,,,,,,,,\n")
        file.write("g3,,,,s1,parent,,,Bad,Phone,,,,12,,,,\n")
        file.write("k5,,,,s1,student,,,<script>alert(1)</script>,Tag,,,,,,,,\n")
    result = import_roster(folder, district)
    reasons = {(issue.file, issue.line): issue.reason for issue in result.issues}
    assert sorted(line for _file, line in reasons) == [7, 8, 9, 10, 11, 12, 13]
    assert "stands in line 3 already" in reasons["users.csv", 7]
    assert "no sourcedId" in reasons["users.csv", 8]
    assert "not a phone number" in reasons["users.csv", 13]
    assert result.counts["students"].created == 3
    assert db.session.scalars(select(Student.given_name).where(Student.source_id == "k5")).one().startswith("<script>")


def test_a_file_without_its_columns_is_left_out_and_nobody_is_let_go(district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    import_roster(folder, district)
    (folder / "enrollments.csv").write_text("sourcedId,userSourcedId\ne1,k1\n")
    result = import_roster(folder, district)
    assert [(issue.file, issue.line) for issue in result.issues] == [("enrollments.csv", 1)]
    assert "classSourcedId, role" in result.issues[0].reason
    assert result.counts["enrollments"].deactivated == 0
    assert db.session.scalar(select(Enrollment.is_active)) is True


@pytest.mark.parametrize(
    ("content", "advice"),
    [(b"this is no zip", "neither a folder nor a zip"), (b"", "neither a folder nor a zip")],
)
def test_what_is_no_roster_is_refused_as_a_whole(district: int, tmp_path: Path, content: bytes, advice: str) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(content)
    with pytest.raises(RosterUnreadable, match=advice):
        import_roster(path, district)


def test_a_broken_export_does_not_empty_the_district(district: int, tmp_path: Path) -> None:
    big = roster_files.large(tmp_path / "big", 200)
    import_roster(big, district)
    lines = (big / "users.csv").read_text().splitlines(keepends=True)
    (big / "users.csv").write_text("".join(line for line in lines if not line.startswith("k") or line.startswith("k1")))
    held = import_roster(big, district)
    assert held.counts["students"].deactivated == 0
    assert [each.kind for each in held.held if each.kind == "students"] == ["students"]
    assert held.as_report()["students"]["held"]["leaving"] > 50
    let_go = import_roster(big, district, allow_many_leavers=True)
    assert let_go.counts["students"].deactivated > 50


def test_a_file_takes_no_rights_away_and_gives_none(district: int, tmp_path: Path) -> None:
    admin = StaffFactory(district_id=district, email="dana@school.test", role=Role.DISTRICT_ADMIN)
    other = StaffFactory(email="other@elsewhere.test")
    db.session.commit()
    folder = roster_files.small(tmp_path / "roster")
    with (folder / "users.csv").open("a") as file:
        file.write("p1,,,,s1,districtAdministrator,,,New,Boss,,,boss@school.test,,,,,\n")
        file.write("t9,,,,s1,teacher,,,Foreign,Mail,,,other@elsewhere.test,,,,,\n")
    result = import_roster(folder, district)
    db.session.expire_all()
    assert db.session.get_one(Staff, admin.id).role == Role.DISTRICT_ADMIN
    assert db.session.get_one(Staff, other.id).district_id != district
    assert db.session.scalars(select(Staff.role).where(Staff.email == "boss@school.test")).one() == Role.VIEWER
    assert [issue.line for issue in result.issues] == [8]
    empty = roster_files.small(tmp_path / "empty")
    (empty / "users.csv").write_text((empty / "users.csv").read_text().splitlines(keepends=True)[0])
    import_roster(empty, district, allow_many_leavers=True)
    db.session.expire_all()
    assert db.session.get_one(Staff, admin.id).status == StaffStatus.ACTIVE


def test_the_command_reports_and_ends_with_an_error_when_lines_were_bad(app: Flask, district: int, tmp_path: Path) -> None:
    folder = roster_files.small(tmp_path / "roster")
    runner = app.test_cli_runner()
    good = runner.invoke(args=["import-roster", str(folder), "--dry-run"])
    assert good.exit_code == 0, good.output
    assert "What would change" in good.output
    with (folder / "users.csv").open("a") as file:
        file.write(",,,,s1,student,,,No,Key,,,,,,,,\n")
    bad = runner.invoke(args=["import-roster", str(folder), "--district", str(district)])
    assert bad.exit_code == 1
    assert "users.csv, line 7" in bad.output
    with transaction():
        DistrictFactory()
    assert "Say which district" in runner.invoke(args=["import-roster", str(folder)]).output
