"""Fill an empty house with the demo district."""

from argon2 import PasswordHasher
from flask import current_app
from sqlalchemy import func, insert, select, text

from app.accounts.service import open_sandbox
from app.core.database import db, transaction
from app.demo.belongings import build_belongings
from app.demo.calls import build_calls
from app.demo.faxes import build_faxes
from app.demo.faxes_sent import build_sent_faxes
from app.demo.house import House
from app.demo.people import build_people
from app.demo.survey import build_survey
from app.demo.threads import build_threads
from app.demo.voicemails import build_greetings
from app.directory.models import District

DISTRICT = "Cedar Valley School District"
PASSWORD = "homeroom-demo"  # noqa: S105  # it is printed at every start of the demo
CHUNK = 500


class HouseNotEmpty(SystemExit):
    """There is a district already; the demo would mix with it."""


def fill() -> None:
    """Add the demo district in one transaction. Raises HouseNotEmpty."""
    with transaction():
        if db.session.scalar(select(func.count(District.id))):
            raise HouseNotEmpty("There is a district in this database already. The demo only fills an empty one.")
        house = House()
        build_people(house)
        build_threads(house)
        build_belongings(house)
        build_survey(house)
        build_calls(house)
        build_greetings(house)
        build_faxes(house)
        build_sent_faxes(house)
        _hash_passwords(house)
        _insert(house)
        if current_app.extensions["settings"].demo:
            for district in house.rows["districts"]:
                open_sandbox(district["id"])


def _hash_passwords(house: House) -> None:
    """One hash for all: it is one password, and 60 hashes would take 15 seconds."""
    shared = PasswordHasher().hash(PASSWORD)
    for person in house.rows["staff"]:
        person["password_hash"] = shared


def _insert(house: House) -> None:
    for table in db.metadata.sorted_tables:
        rows = house.rows.get(table.name)
        if not rows:
            continue
        columns = {key for row in rows for key in row}
        complete = [{**dict.fromkeys(columns), **row} if len(row) < len(columns) else row for row in rows]
        for start in range(0, len(complete), CHUNK):
            db.session.execute(insert(table), complete[start : start + CHUNK])
        if db.engine.dialect.name == "postgresql" and "id" in table.c and table.c.id.primary_key:
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"))  # noqa: S608  # our own tables
