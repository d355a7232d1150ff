"""What a roster changes shows at once where it was written down before: in the inbox, and in the wishes about numbers."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.models import Role, Staff
from app.conversations import service as conversations
from app.conversations.models import Participant
from app.core import events
from app.core.database import db
from app.directory.events import PeopleChanged
from app.directory.models import ContactPoint, Guardian, School
from app.directory.roster.importer import import_roster
from app.directory.service import record_consent
from tests.conftest import SignIn
from tests.directory import roster_files
from tests.factories import DistrictFactory, MessagingServiceFactory, PhoneNumberFactory, StaffFactory

ROSAS = "+15035552142"


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("lite_app" if request.param == "sqlite" else "postgres_app")


@pytest.fixture
def district(app: Flask) -> int:
    number = int(DistrictFactory().id)
    db.session.commit()
    return number


@pytest.fixture
def roster(district: int, tmp_path: Path) -> Path:
    folder = roster_files.small(tmp_path / "roster")
    import_roster(folder, district)
    return folder


def edit(folder: Path, old: str, new: str) -> None:
    users = (folder / "users.csv").read_text()
    assert old in users
    (folder / "users.csv").write_text(users.replace(old, new))


def office_with_a_thread(district: int) -> Staff:
    school = db.session.scalars(select(School).where(School.name == "Cedar Grove")).one()
    office = StaffFactory(role=Role.OFFICE, schools=[school])
    PhoneNumberFactory(district=None, district_id=district, school_id=school.id)
    point = db.session.scalars(select(ContactPoint).where(ContactPoint.address == ROSAS)).one()
    conversations.start_direct(office, point.id, office=True)
    return office


def test_new_names_and_grades_stand_in_the_inbox_after_the_import(district: int, roster: Path, sign_in: SignIn) -> None:
    browser = sign_in(office_with_a_thread(district))
    before = browser.get("/conversations?filter=all").text
    assert "Rosa Hernández" in before
    assert "Mateo · Gr 3" in before
    edit(roster, "Rosa,Hernández", "Rosa María,Nuñez")
    edit(roster, 'Mateo,Hernández,,4711,,,,"g1,g2",3', 'Matías,Hernández,,4711,,,,"g1,g2",4')
    import_roster(roster, district)
    after = browser.get("/conversations?filter=all").text
    assert "Rosa María Nuñez" in after
    assert "Rosa Hernández" not in after
    assert "Matías · Gr 4" in after


def test_an_import_that_changes_nobody_tells_nobody(district: int, roster: Path) -> None:
    told: list[PeopleChanged] = []
    events.on(PeopleChanged)(told.append)
    import_roster(roster, district)
    assert told == []
    edit(roster, "Rosa,Hernández", "Rosa María,Hernández")
    import_roster(roster, district, dry_run=True)
    assert told == []
    import_roster(roster, district)
    rosa = db.session.scalars(select(Guardian.id).where(Guardian.source_id == "g1")).one()
    assert [fact.guardian_ids for fact in told] == [(rosa,)]


def test_whose_children_all_left_is_texted_no_more(district: int, roster: Path) -> None:
    office_with_a_thread(district)
    paired = select(Participant.pairing_deactivated_at).where(Participant.address == ROSAS)
    edit(roster, "k1,,", "k1,tobedeleted,")
    import_roster(roster, district)
    assert db.session.scalars(paired).one() is None
    edit(roster, "k2,,", "k2,tobedeleted,")
    import_roster(roster, district)
    assert db.session.scalars(paired).one() is not None


def test_a_number_that_said_stop_stays_opted_out_with_whoever_has_it_next(district: int, roster: Path) -> None:
    pool = MessagingServiceFactory(district=None, district_id=district)
    fax = MessagingServiceFactory(district=None, district_id=district, purpose="announcement")
    for address, scope, kind in (
        ("+15035550001", f"service:{pool.id}", "opted_out"),
        ("+15035550002", "all", "opted_out"),
        ("+15035550003", f"service:{pool.id}", "opted_out"),
        ("+15035550003", f"service:{pool.id}", "opted_in"),
        ("+15035550004", f"service:{fax.id}", "opted_out"),
    ):
        record_consent(district, address, scope, kind, "keyword")
    record_consent(int(DistrictFactory().id), "+15035550005", "all", "opted_out", "keyword")
    with (roster / "users.csv").open("a") as file:
        for n in range(1, 6):
            file.write(f"n{n},,,,s1,parent,,,New,Adult{n},,,,+1503555000{n},,,,\n")
    assert import_roster(roster, district).issues == []
    born = dict(
        db.session.execute(
            select(ContactPoint.address, ContactPoint.opted_out_at).where(ContactPoint.address.startswith("+1503555000"))
        ).all()
    )
    assert [address for address, since in sorted(born.items()) if since is not None] == ["+15035550001", "+15035550002"]


def test_the_database_knows_its_new_tables_after_an_import(district: int, roster: Path) -> None:
    known = {
        "sqlite": "SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'guardians'",
        "postgresql": "SELECT count(*) FROM pg_stats WHERE tablename = 'guardians'",
    }
    assert db.session.scalar(text(known[db.engine.dialect.name])) > 0


def test_children_and_groups_are_named_in_the_language_of_whoever_reads(district: int, roster: Path, sign_in: SignIn) -> None:
    office = office_with_a_thread(district)
    PhoneNumberFactory(district=None, district_id=district)
    edit(roster, "Sofía,Hernández", "Sofi,Hernández")
    edit(roster, "k2,,,,s2", "k2,,,,s1")
    import_roster(roster, district)
    addresses = select(ContactPoint.id).where(ContactPoint.address.in_([ROSAS, "+15035552163"]))
    conversations.start_group(office, list(db.session.scalars(addresses)), title="Zoo", kind="group")
    english = sign_in(office).get("/conversations?filter=all").text
    office.language = "es"
    spanish = sign_in(office).get("/conversations?filter=all").text
    assert "Sofi and Mateo · K, Gr 3" in english
    assert "2 guardians · group" in english
    assert "Sofi y Mateo" in spanish
    assert "2 tutores · grupo" in spanish
