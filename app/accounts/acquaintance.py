"""People whom this process has met: what the tables say about somebody becomes objects once, as long as they say the same.

Every request asks who is there. The row is read each time, so an ended session or another role counts at once; but equal rows
give the same objects. They are shared and belong to no database session: whoever wants to change somebody reads the row
again, as every service does.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import make_transient_to_detached

from app.accounts.current import Workplace
from app.accounts.models import Staff, StaffSchool, StaffSession
from app.accounts.tenancy import districts
from app.core.json_rows import json_rows
from app.core.prepared import Prepared, Raw

REMEMBERED = 2_000
sessions, people, links = StaffSession.__table__, Staff.__table__, StaffSchool.__table__
SESSION = tuple(column.name for column in sessions.c)
PERSON = tuple(column.name for column in people.c if column.name != "office_hours")
HOURS = cast(people.c.office_hours, Text).label("hours")
SCHOOLS = cast(
    json_rows(select(links.c.school_id).where(links.c.staff_id == people.c.id).correlate(people), school_id=links.c.school_id), Text
).label("schools")
WHO_ASKS = Prepared(
    select(
        *(sessions.c[name].label(f"session_{name}") for name in SESSION),
        *(people.c[name] for name in PERSON),
        districts.c.name.label("district_name"),
        districts.c.time_zone,
        HOURS,
        SCHOOLS,
    )
    .select_from(
        sessions.join(people, people.c.id == sessions.c.staff_id).join(districts, districts.c.id == people.c.district_id),
    )
    .where(sessions.c.token_hash == bindparam("token"))
)


class Known(NamedTuple):
    """Somebody who asks, and where."""

    staff: Staff
    session: StaffSession
    workplace: Workplace


@lru_cache(maxsize=REMEMBERED)
def acquainted(row: Raw) -> Known:
    """The objects for a row of WHO_ASKS."""
    *columns, district_name, time_zone, hours, schools = WHO_ASKS.read(row)
    session = StaffSession(**dict(zip(SESSION, columns[: len(SESSION)], strict=True)))
    staff = met(columns[len(SESSION) :], hours, schools)
    make_transient_to_detached(session)
    return Known(staff, session, Workplace(session, district_name, time_zone))


def met(person: Sequence[Any], hours: str | None, schools: str) -> Staff:
    """Somebody as the columns PERSON, HOURS and SCHOOLS tell of them."""
    staff = Staff(**dict(zip(PERSON, person, strict=True)), office_hours=json.loads(hours or "null"))
    numbers = sorted(each["school_id"] for each in json.loads(schools))
    staff.school_links = [StaffSchool(staff_id=staff.id, school_id=number) for number in numbers]
    for each in (staff, *staff.school_links):
        make_transient_to_detached(each)
    return staff
