"""What this room needs to know of districts and schools: names, zones, and which exist.

Those tables belong to `directory`, which stands on this room; so they are only read here, by name and not by class.
"""

from sqlalchemy import JSON, Boolean, Date, Integer, String, column, select, table

from app.core.database import db

districts = table(
    "districts",
    column("id", Integer),
    column("name", String),
    column("time_zone", String),
    column("language", String),
)
schools = table(
    "schools",
    column("id", Integer),
    column("district_id", Integer),
    column("name", String),
    column("short_name", String),
    column("phone", String),
    column("time_zone", String),
    column("is_active", Boolean),
    column("office_hours", JSON),
)
closures = table("school_closures", column("school_id", Integer), column("day", Date), column("name", String))


def school_names(district_id: int) -> dict[int, str]:
    """The active schools of a district in the order of their names, by id."""
    rows = db.session.execute(
        select(schools.c.id, schools.c.name)
        .where(schools.c.district_id == district_id, schools.c.is_active.is_(True))
        .order_by(schools.c.name, schools.c.id)
    )
    return {row.id: row.name for row in rows}
