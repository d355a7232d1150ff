"""The invented district, its schools with their numbers, its staff and its classes."""

from datetime import datetime, timedelta

from app.core.clock import now
from app.core.ids import new_uuid
from app.demo.house import House
from app.demo.teachers import TEACHERS

CLASS_SIZE = 25
SCHOOLS = (
    ("Cedar Grove Elementary", "Cedar Grove", ["KG", "01", "02", "03", "04", "05"], 600, "+15035550100"),
    ("Riverbend Middle School", "Riverbend", ["06", "07", "08"], 450, "+15035550200"),
    ("Summit High School", "Summit High", ["09", "10", "11", "12"], 450, "+15035550300"),
)
WEEK = {day: [["07:45", "15:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ZONE = "America/Los_Angeles"
BOARD_MEMBER = 11


def build_schools(house: House) -> None:
    """The district, its schools, and the numbers that they write from."""
    district = house.add(
        "districts",
        uuid=new_uuid(),
        name="Cedar Valley School District",
        time_zone=ZONE,
        country="US",
        language="en",
        settings={
            "quiet_hours": ["21:00", "08:00"],
            "cents_per_segment": 0.83,
            "cents_per_mms": 2.0,
            "auto_reply": True,
            "guardian_link_days": 30,
        },
    )
    pool = house.add(
        "messaging_services",
        uuid=new_uuid(),
        district_id=district,
        name="Conversations",
        purpose="conversation",
        provider_id="MG" + "c" * 32,
        segments_per_minute=240,
        is_active=True,
    )
    house.add(
        "messaging_services",
        uuid=new_uuid(),
        district_id=district,
        name="Announcements",
        purpose="announcement",
        provider_id="MG" + "a" * 32,
        segments_per_minute=2400,
        is_active=True,
    )
    for name, short, _grades, _count, phone in SCHOOLS:
        school = house.add(
            "schools",
            uuid=new_uuid(),
            district_id=district,
            name=name,
            short_name=short,
            time_zone=ZONE,
            area_code="503",
            phone=phone,
            office_hours=WEEK,
            source_id=f"school-{short.lower().replace(' ', '-')}",
            is_active=True,
        )
        _number(house, phone, f"{short}, front office", school_id=school, pool=pool)
        base = int(phone[-4:])
        for line in range(1, 9):
            _number(house, f"+1503555{base + line:04d}", f"{short}, line {line}", school_id=school, pool=pool)
    _number(house, "+18885550177", "District announcements", school_id=None, pool=2, kind="toll_free", purpose="announcement", pace=3.0)
    for school, (_name, short, _grades, _count, phone) in enumerate(SCHOOLS, start=1):
        _number(house, f"{phone[:-1]}9", f"{short}, fax", school_id=school, pool=None, purpose="fax")


def _number(
    house: House,
    address: str,
    label: str,
    *,
    school_id: int | None,
    pool: int | None,
    kind: str = "long_code",
    purpose: str = "conversation",
    pace: float = 1.0,
) -> None:
    house.add(
        "phone_numbers",
        uuid=new_uuid(),
        district_id=1,
        school_id=school_id,
        messaging_service_id=pool,
        address=address,
        label=label,
        purpose=purpose,
        kind=kind,
        segments_per_second=pace,
        provider_id=f"PN{int(address[1:]):032d}",
        is_active=True,
    )


def _staff(house: House, email: str, name: str, formal: str | None, role: str, title: str, schools: list[int]) -> int:  # noqa: PLR0917  (a table's row)
    number = house.add(
        "staff",
        uuid=new_uuid(),
        district_id=1,
        email=email,
        name=name,
        formal_name=formal,
        job_title=title,
        role=role,
        status="active",
        last_seen_at=_seen(len(house.rows.get("staff", [])) + 1),
        source_id=f"staff-{len(house.rows.get('staff', [])) + 1:03d}",
    )
    for school in schools:
        house.link("staff_schools", staff_id=number, school_id=school)
    return number


def _seen(person: int) -> datetime | None:
    """When somebody was last there: mostly lately; the board member never came."""
    return None if person == BOARD_MEMBER else now() - timedelta(hours=13 * person % 90, minutes=7 * person % 60)


def build_staff(house: House) -> None:
    """The three who sign in to try the house, and their colleagues."""
    _staff(house, "teacher@demo.test", "Dana Okafor-Reyes", "Ms. Okafor-Reyes", "teacher", "Grade 3, Room 12", [1])
    _staff(house, "office@demo.test", "Marisol Vega", "Mrs. Vega", "office", "Front office", [1])
    _staff(house, "admin@demo.test", "Thandi Mokoena", "Dr. Mokoena", "district_admin", "Family engagement", [])
    _staff(house, "priya@demo.test", "Priya Raman", None, "office", "School nurse", [1])
    _staff(house, "bea@demo.test", "Bea Kowalczyk", None, "office", "Attendance", [1, 2])
    _staff(house, "principal@demo.test", "Harold Jennings", "Mr. Jennings", "school_admin", "Principal", [1])
    _staff(house, "riverbend@demo.test", "Yvonne Castro", "Ms. Castro", "school_admin", "Principal", [2])
    _staff(house, "summit@demo.test", "Elliot Marsh", "Mr. Marsh", "school_admin", "Principal", [3])
    _staff(house, "riverbend-office@demo.test", "Gloria Pence", None, "office", "Front office", [2])
    _staff(house, "summit-office@demo.test", "Duane Archer", None, "office", "Front office", [3])
    _staff(house, "board@demo.test", "Margaret Sloan", None, "viewer", "School board", [1, 2, 3])
    _staff(house, "counselor@demo.test", "Ines Carvalho", "Ms. Carvalho", "viewer", "Counselor", [3])
    _staff(house, "substitute@demo.test", "Warren Tully", "Mr. Tully", "teacher", "Substitute teacher", [1, 2])
    for n, entry in enumerate(TEACHERS):
        name, formal = entry.split("|")
        school = 1 if n < 23 else 2 if n < 35 else 3
        _staff(house, f"teacher{n + 2}@demo.test", name, formal, "teacher", "Teacher", [school])


def build_sections(house: House) -> None:
    """Classes of every grade, and who teaches them."""
    teachers: dict[int, list[int]] = {school: [] for school in (1, 2, 3)}
    for person in house.rows["staff"]:
        if person["role"] == "teacher" and person["email"] != "substitute@demo.test":
            school = next(link["school_id"] for link in house.rows["staff_schools"] if link["staff_id"] == person["id"])
            teachers[school].append(person["id"])
    room = 12
    for number, (_name, _short, grades, count, _phone) in enumerate(SCHOOLS, start=1):
        rooms_per_grade = max(1, round(count / CLASS_SIZE / len(grades)))
        order = iter([teacher for _ in range(4) for teacher in teachers[number]])
        for grade in sorted(grades, key=lambda each: each != "03"):  # grade 3 first: Room 12 is Dana's
            for _ in range(rooms_per_grade):
                section = house.add(
                    "sections",
                    uuid=new_uuid(),
                    district_id=1,
                    school_id=number,
                    name=f"Room {room}" if number == 1 else f"Homeroom {room}",
                    room=str(room),
                    grade=grade,
                    source_id=f"section-{room}",
                    is_active=True,
                )
                house.link("section_teachers", section_id=section, staff_id=next(order), is_active=True)
                room += 1
