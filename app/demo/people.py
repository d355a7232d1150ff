"""Build the district's people as plain rows. Random, but always the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.core.clock import now
from app.core.ids import new_uuid
from app.core.search_text import fold
from app.demo.names import CULTURES, TEACHERS, Culture

Row = dict[str, Any]
STUDENTS = 1500
CLASS_SIZE = 25
MAGIC_LINES = frozenset(
    [
        "1211",
        "1408",
        "1610",
        "1611",
        "1614",
        "4429",
        "4500",
        "4501",
        "4408",
        "3003",
        "3004",
        "3005",
        "3006",
        "3007",
        "3008",
        "3034",
        "3999",
        "6000",
        "6001",
        "6002",
        "6003",
        "7001",
    ]
)
"""Endings that the simulated network gives a meaning of its own; ordinary families do not get them."""
SCHOOLS = (
    ("Cedar Grove Elementary", "Cedar Grove", ["KG", "01", "02", "03", "04", "05"], 600, "+15035550100"),
    ("Riverbend Middle School", "Riverbend", ["06", "07", "08"], 450, "+15035550200"),
    ("Summit High School", "Summit High", ["09", "10", "11", "12"], 450, "+15035550300"),
)
WEEK = {day: [["07:45", "15:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
ROOM_12: tuple[tuple[str, str, str, str, str, str], ...] = (
    # guardian given, family name, language, relation, child, child's family name
    ("Nguyễn Thị", "Minh Châu", "vi", "mother", "Gia Bảo", "Nguyễn"),
    ("Huda", "Al-Khatib", "ar", "mother", "Layla", "Al-Khatib"),
    ("DeShawn", "Washington", "en", "father", "Amari", "Washington"),
    ("Alexandra", "Konstantinopoulou-Montgomery", "en", "mother", "Theodora", "Montgomery"),
    ("Tamika", "Brooks", "en", "mother", "Jayden", "Brooks"),
    ("Fadumo Abdi", "Warsame", "so", "mother", "Ayaan", "Warsame"),
    ("Wei", "Zhang", "en", "mother", "Emma", "Zhang"),
    ("Iosefa", "Tuilagi", "en", "father", "Malia", "Tuilagi"),
    ("Priyanka", "Subramaniam-Venkataraghavan", "en", "mother", "Ishaan", "Subramaniam"),
)
ZONE = "America/Los_Angeles"
BOARD_MEMBER = 11


def _free_numbers() -> Iterator[str]:
    """Numbers of the 555 exchange, which no telephone company gives out."""
    for area in ("503", "971", "541", "458"):
        for line in range(2000, 10_000):
            if str(line) not in MAGIC_LINES:
                yield f"+1{area}555{line}"


@dataclass
class House:
    """All rows, by table name, with the ids already chosen."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    rng: random.Random = field(default_factory=lambda: random.Random(2026))
    numbers: Iterator[str] = field(default_factory=_free_numbers)

    def add(self, table: str, **values: Any) -> int:
        """Add a row and return its id."""
        rows = self.rows.setdefault(table, [])
        number = len(rows) + 1
        rows.append({"id": number, **values})
        return number

    def link(self, table: str, **values: Any) -> None:
        """Add a row without an id of its own."""
        self.rows.setdefault(table, []).append(values)


def build_people(house: House) -> None:
    """Staff, classes, students and the adults around them."""
    _build_schools(house)
    _build_staff(house)
    _build_sections(house)
    _build_room_12(house)
    _build_families(house)
    _enroll(house)


def _build_schools(house: House) -> None:
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


def _number(
    house: House,
    address: str,
    label: str,
    *,
    school_id: int | None,
    pool: int,
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


def _build_staff(house: House) -> None:
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


def _build_sections(house: House) -> None:
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


def _student(house: House, school: int, given: str, family: str, grade: str, *, ask_office: bool = False) -> int:
    n = len(house.rows.get("students", [])) + 1
    return house.add(
        "students",
        uuid=new_uuid(),
        district_id=1,
        school_id=school,
        given_name=given,
        family_name=family,
        grade=grade,
        student_number=f"{400_000 + n}",
        source_id=f"student-{n:05d}",
        is_active=True,
        search_text=fold(f"{given} {family}"),
        ask_office=ask_office,
    )


def _guardian(house: House, given: str, family: str, language: str, note: str | None = None) -> int:
    n = len(house.rows.get("guardians", [])) + 1
    return house.add(
        "guardians",
        uuid=new_uuid(),
        district_id=1,
        given_name=given,
        family_name=family,
        language=language,
        note=note,
        source_id=f"guardian-{n:05d}",
        is_active=True,
        search_text=fold(f"{given} {family}"),
    )


def _bind(
    house: House, student: int, guardian: int, relation: str, priority: int, *, may_contact: bool = True, lives_with: bool = True
) -> None:
    house.add(
        "guardianships",
        student_id=student,
        guardian_id=guardian,
        relationship_name=relation,
        priority=priority,
        may_contact=may_contact,
        lives_with=lives_with,
        from_roster=True,
        is_active=True,
    )


def _point(house: House, guardian: int, kind: str, *, address: str | None = None, health: str = "ok", label: str | None = None) -> int:
    person = house.rows["guardians"][guardian - 1]
    if address is None:
        address = f"family{guardian}@mail.demo.test" if kind == "email" else next(house.numbers)
    return house.add(
        "contact_points",
        uuid=new_uuid(),
        district_id=1,
        guardian_id=guardian,
        kind=kind,
        address=address,
        label=label,
        priority=1 if kind in {"mobile", "voip"} else 2 if kind == "landline" else 3,
        language=person["language"],
        health=health,
        health_reason={
            "dead": "The carrier says that this number does not exist.",
            "wrong": "Somebody answered that it is not theirs.",
        }.get(health),
        is_active=True,
    )


def _build_room_12(house: House) -> None:
    mateo = _student(house, 1, "Mateo", "Hernández", "03", ask_office=True)
    sofia = _student(house, 1, "Sofía", "Hernández", "01", ask_office=True)
    rosa = _guardian(house, "Rosa María", "Hernández-Gutiérrez", "es", "Rosa works nights. Call after 1 PM; texts are fine any time.")
    luis = _guardian(house, "Luis", "Hernández", "es")
    elena = _guardian(house, "Elena", "Gutiérrez", "es")
    for sibling in (mateo, sofia):
        _bind(house, sibling, rosa, "mother", 1)
        _bind(house, sibling, luis, "father", 2)
        _bind(house, sibling, elena, "grandmother", 3, lives_with=False)
    _point(house, rosa, "mobile", address="+15035550142")
    _point(house, rosa, "landline", address="+15035550117", label="home")
    _point(house, luis, "mobile", address="+15035550163")
    _point(house, elena, "mobile", address="+15035550190", health="unconfirmed")
    _point(house, elena, "mobile", address="+15035550191", health="wrong", label="old mobile")
    for given, family, language, relation, child, child_family in ROOM_12:
        student = _student(house, 1, child, child_family, "03")
        adult = _guardian(house, given, family, language)
        _bind(house, student, adult, relation, 1)
        _point(house, adult, "mobile")
        _point(house, adult, "email")
    joseph = _student(house, 1, "Joseph", "Whitehorse", "03")
    eleanor = _guardian(house, "Eleanor", "Whitehorse", "en")
    _bind(house, joseph, eleanor, "grandmother", 1)
    _point(house, eleanor, "landline", address="+15035550129", label="home")


def _build_families(house: House) -> None:
    rng, wanted = house.rng, dict(enumerate((count for *_, count, _phone in SCHOOLS), start=1))
    for student in house.rows["students"]:
        wanted[student["school_id"]] -= 1
    weights = [culture.weight for culture in CULTURES]
    while sum(wanted.values()):
        culture = rng.choices(CULTURES, weights)[0]
        family = rng.choice(culture.families)
        children: list[int] = []
        names: list[str] = []
        for _ in range(rng.choices((1, 2, 3), (58, 33, 9))[0]):
            open_schools = [school for school, left in wanted.items() if left]
            if not open_schools:
                break
            school = rng.choices(open_schools, [wanted[each] for each in open_schools])[0]
            wanted[school] -= 1
            names.append(_another_name(rng.choice(culture.children), culture, names))
            children.append(_student(house, school, names[-1], family, rng.choice(SCHOOLS[school - 1][2])))
        _adults(house, culture, family, children)


def _another_name(wish: str, culture: Culture, taken: list[str]) -> str:
    """`wish`, or the first name after it that no brother or sister has."""
    at = culture.children.index(wish)
    return next(name for name in (*culture.children[at:], *culture.children) if name not in taken)


def _adults(house: House, culture: Culture, family: str, children: list[int]) -> None:
    rng = house.rng
    is_split = rng.random() < 0.14
    adults = [(_guardian(house, rng.choice(culture.women), family, culture.language), "mother")]
    if is_split or rng.random() < 0.93:
        surname = rng.choice(culture.families) if is_split else family
        adults.append((_guardian(house, rng.choice(culture.men), surname, "en" if rng.random() < 0.1 else culture.language), "father"))
    if rng.random() < 0.62:
        adults.append((_guardian(house, rng.choice(culture.women), rng.choice(culture.families), culture.language), "grandmother"))
    barred = is_split and rng.random() < 0.12
    for child in children:
        house.rows["students"][child - 1]["ask_office"] = barred
        for priority, (adult, relation) in enumerate(adults, start=1):
            apart = relation == "grandmother" or (is_split and relation == "father")
            _bind(house, child, adult, relation, priority, may_contact=not (barred and relation == "father"), lives_with=not apart)
    for adult, _relation in adults:
        _phones(house, adult)


def _phones(house: House, adult: int) -> None:
    rng = house.rng
    if rng.random() < 0.95:
        health = rng.choices(("ok", "unconfirmed", "dead", "wrong", "unreachable"), (78, 17, 2.5, 1, 1.5))[0]
        _point(house, adult, "voip" if rng.random() < 0.03 else "mobile", health=health)
    if rng.random() < 0.13:
        _point(house, adult, "landline", label=rng.choice(("home", "work")))
    if rng.random() < 0.72:
        _point(house, adult, "email")


def _enroll(house: House) -> None:
    sections: dict[tuple[int, str], list[int]] = {}
    for each in house.rows["sections"]:
        sections.setdefault((each["school_id"], each["grade"]), []).append(each["id"])
    filled: dict[int, int] = {}
    for student in house.rows["students"]:
        rooms = sections[student["school_id"], student["grade"]]
        section = min(rooms, key=lambda room: filled.get(room, 0)) if student["id"] > 12 else rooms[0]
        filled[section] = filled.get(section, 0) + 1
        house.link("enrollments", section_id=section, student_id=student["id"], is_active=True)
