"""The invented families: students, their adults, and how each is reached. As plain rows."""

from app.core.ids import new_uuid
from app.core.search_text import fold
from app.demo.house import House
from app.demo.names import CULTURES, Culture
from app.demo.schools import SCHOOLS, build_schools, build_sections, build_staff

STUDENTS = 1500
ROOM_12: tuple[tuple[str, str, str, str, str, str], ...] = (
    # guardian given, family name, language, relation, child, child's family name
    ("Minh Châu", "Nguyễn Thị", "vi", "mother", "Gia Bảo", "Nguyễn"),
    ("Huda", "Al-Khatib", "ar", "mother", "Layla", "Al-Khatib"),
    ("DeShawn", "Washington", "en", "father", "Amari", "Washington"),
    ("Alexandra", "Konstantinopoulou-Montgomery", "en", "mother", "Theodora", "Montgomery"),
    ("Tamika", "Brooks", "en", "mother", "Jayden", "Brooks"),
    ("Fadumo Abdi", "Warsame", "so", "mother", "Ayaan", "Warsame"),
    ("Wei", "Zhang", "en", "mother", "Emma", "Zhang"),
    ("Iosefa", "Tuilagi", "en", "father", "Malia", "Tuilagi"),
    ("Priyanka", "Subramaniam-Venkataraghavan", "en", "mother", "Ishaan", "Subramaniam"),
)


def build_people(house: House) -> None:
    """Staff, classes, students and the adults around them."""
    build_schools(house)
    build_staff(house)
    build_sections(house)
    _build_room_12(house)
    _build_families(house)
    _enroll(house)


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
