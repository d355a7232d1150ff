"""A district of any size for a measurement: each family one child, one adult and one phone, written by the statement."""

from sqlalchemy import text

from app.accounts.models import Role, Staff, StaffStatus
from app.core.database import db, transaction
from app.directory.models import District, MessagingService, PhoneNumber, Purpose, School

FIRST_PHONE = 10_000_000_000
STATEMENTS = (
    (
        "INSERT INTO guardians (uuid, district_id, given_name, family_name, language, is_active, search_text, created_at)"
        " SELECT {uuid}, :district, 'Rosa', 'Diaz', CASE n % 5 WHEN 0 THEN 'es' ELSE 'en' END, {true}, 'rosa diaz', {now} FROM {numbers}"
    ),
    (
        "INSERT INTO students (uuid, district_id, school_id, given_name, family_name, grade, is_active, ask_office, search_text)"
        " SELECT {uuid}, :district, :school, 'Mateo', 'Diaz', '03', {true}, {false}, 'mateo diaz' FROM {numbers}"
    ),
    (
        "INSERT INTO guardianships (student_id, guardian_id, relationship_name, priority, may_contact, lives_with, from_roster, is_active)"
        " SELECT :students + n, :guardians + n, 'mother', 1, {true}, {true}, {true}, {true} FROM {numbers}"
    ),
    (
        "INSERT INTO contact_points (uuid, district_id, guardian_id, kind, address, priority, health, is_active, created_at)"
        " SELECT {uuid}, :district, :guardians + n, 'mobile', '+' || CAST(:phones + n AS VARCHAR), 1, 'ok', {true}, {now} FROM {numbers}"
    ),
)
COUNTING = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :families)"
_phones = [FIRST_PHONE]


def populate(families: int, *, numbers: int = 1, per_second: float = 1_000_000.0, school: School | None = None) -> tuple[School, Staff]:
    """A school with so many families, and its admin. Quiet hours are off."""
    is_postgres = db.engine.dialect.name == "postgresql"
    if school is None:
        district = District(name="Bench", settings={"quiet_hours": []})
        db.session.add(district)
        db.session.flush()
        school = School(district_id=district.id, name="Bench School", time_zone="UTC")
        pool = MessagingService(district_id=district.id, name="Announcements", purpose=Purpose.ANNOUNCEMENT)
        db.session.add_all([school, pool])
        db.session.flush()
        for index in range(numbers):
            db.session.add(
                PhoneNumber(
                    district_id=district.id, messaging_service_id=pool.id, address=f"+1503{7_000_000 + district.id * 100 + index}",
                    purpose=Purpose.ANNOUNCEMENT, segments_per_second=per_second,
                )
            )  # fmt: skip
    admin = Staff(
        district_id=school.district_id,
        email=f"bench{school.id}@bench.test",
        name="Ida Bench",
        role=Role.DISTRICT_ADMIN,
        status=StaffStatus.ACTIVE,
    )
    db.session.add(admin)
    db.session.commit()
    words = {
        "uuid": "gen_random_uuid()" if is_postgres else "lower(hex(randomblob(16)))",
        "true": "true" if is_postgres else "1", "false": "false" if is_postgres else "0",
        "now": "now()" if is_postgres else "'2026-01-05 12:00:00.000000'",
        "numbers": "generate_series(1, :families) AS g(n)" if is_postgres else "numbers",
    }  # fmt: skip
    with transaction():
        before = {name: db.session.scalar(text(f"SELECT coalesce(max(id), 0) FROM {name}")) for name in ("guardians", "students")}
        values = {
            "district": school.district_id, "school": school.id, "families": families, "phones": _phones[0], **before,
        }  # fmt: skip
        for statement in STATEMENTS:
            head, _, rest = statement.format(**words).partition(" SELECT ")
            sql = f"{head} {'' if is_postgres else COUNTING} SELECT {rest}"
            db.session.execute(text(sql), {name: value for name, value in values.items() if f":{name}" in sql})
    _phones[0] += families
    if is_postgres:
        db.session.commit()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    return school, admin
