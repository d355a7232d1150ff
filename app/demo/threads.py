"""Who of the invented district talks with whom: Room 12 by hand, the other teachers and the office out of the exchanges."""

from datetime import datetime, timedelta

from app.demo.filing import file_away
from app.demo.house import House
from app.demo.moments import MONTHS, early_afternoon, school_moment
from app.demo.speaking import Talk, Talks
from app.demo.talk import ANSWERS, OPENERS, ROSA, ROSA_BEFORE, UNKNOWN

DANA, MARISOL = 1, 2


def build_threads(house: House) -> None:
    """Some months of conversations between the people, and the texts that nobody knows the sender of."""
    talks = Talks(house)
    _room_12(talks)
    _other_teachers(talks)
    _office(talks)
    file_away(talks)
    _unknown_texts(talks)


def _room_12(talks: Talks) -> None:
    by_name = {f"{g['given_name']} {g['family_name']}": g["id"] for g in talks.house.rows["guardians"][:13]}
    rosa = talks.open(by_name["Rosa María Hernández-Gutiérrez"], DANA, 1)
    if rosa is None:
        return
    _tell_of_rosa(talks, rosa)
    for position, (name, (language, text, translation)) in enumerate(OPENERS.items()):
        guardian = by_name.get(name)
        talk = talks.open(guardian, DANA, 1) if guardian else None
        if talk is None:
            continue
        for days in (61, 33, 12):
            talks.exchange(talk, _school_moment(talks, days + position))
        recent = talks.moment - timedelta(minutes=22 + 17 * position) if position < 5 else _school_moment(talks, position - 3)
        talks.say(talk, "in", text, recent, language=language, translation=translation)
        if name in ANSWERS:
            talks.say(talk, "out", ANSWERS[name], recent + timedelta(minutes=6))
    luis = talks.open(by_name["Luis Hernández"], DANA, 1)
    if luis is not None:
        talks.exchange(luis, _school_moment(talks, 60))
        talks.say(luis, "in", "STOP", _school_moment(talks, 46), language="es")
    for enrollment in talks.house.rows["enrollments"]:
        if enrollment["section_id"] == 1 and enrollment["student_id"] > 12:
            _talk_with_family(talks, enrollment["student_id"], DANA, 1, exchanges=3)


def _tell_of_rosa(talks: Talks, rosa: Talk) -> None:
    for days, asked, in_spanish, minutes, answer, in_english in ROSA_BEFORE:
        at = early_afternoon(talks.moment, days)
        talks.say(rosa, "out", asked, at, translation=in_spanish)
        talks.say(rosa, "in", answer, at + timedelta(minutes=minutes), language="es", translation=in_english)
    for side, text, translation, minutes in ROSA:
        talks.say(rosa, side, text, talks.moment - timedelta(minutes=minutes), language="es", translation=translation)


def _talk_with_family(talks: Talks, student: int, staff: int, school: int, *, exchanges: int) -> None:
    guardian = next((b["guardian_id"] for b in talks.house.rows["guardianships"] if b["student_id"] == student and b["may_contact"]), None)
    talk = talks.open(guardian, staff, school) if guardian else None
    if talk is None:
        return
    for days in sorted((talks.rng.randint(2, MONTHS) for _ in range(exchanges)), reverse=True):
        talks.exchange(talk, _school_moment(talks, days))
    conversation = talks.owner_of[id(talk)]
    if conversation["point"]["health"] == "dead":
        row = talks.say(talk, "out", "Please call the office when you have a moment.", _school_moment(talks, 1))
        row.update(status="failed", error_code="30005", delivered_at=None)


def _other_teachers(talks: Talks) -> None:
    students: dict[int, list[int]] = {}
    for enrollment in talks.house.rows["enrollments"]:
        students.setdefault(enrollment["section_id"], []).append(enrollment["student_id"])
    for link in talks.house.rows["section_teachers"]:
        if link["staff_id"] == DANA:
            continue
        school = talks.house.rows["sections"][link["section_id"] - 1]["school_id"]
        for student in talks.rng.sample(students[link["section_id"]], min(8, len(students[link["section_id"]]))):
            _talk_with_family(talks, student, link["staff_id"], school, exchanges=talks.rng.randint(1, 4))


def _office(talks: Talks) -> None:
    offices = {1: MARISOL, 2: 9, 3: 10}
    for school, staff in offices.items():
        pupils = [each["id"] for each in talks.house.rows["students"] if each["school_id"] == school]
        for student in talks.rng.sample(pupils, 14):
            guardian = next(
                (b["guardian_id"] for b in talks.house.rows["guardianships"] if b["student_id"] == student and b["may_contact"]), None
            )
            talk = talks.open(guardian, staff, school, is_office=True) if guardian else None
            if talk is not None:
                talks.exchange(talk, _school_moment(talks, talks.rng.randint(1, 40)))


def _unknown_texts(talks: Talks) -> None:
    for n, (sender, body) in enumerate(UNKNOWN, start=1):
        at = talks.moment - timedelta(hours=3 * n)
        inbound = talks.house.add(
            "inbound_texts",
            provider_id=f"SM{n:032x}",
            district_id=1,
            phone_number_id=1,
            sender=sender,
            body=body,
            received_at=at,
            routed_at=at,
        )
        talks.house.add(
            "unknown_texts",
            district_id=1,
            school_id=1,
            inbound_text_id=inbound,
            phone_number_id=1,
            sender=sender,
            body=body,
            state="waiting",
            received_at=at,
        )


def _school_moment(talks: Talks, days_ago: int) -> datetime:
    return school_moment(talks.rng, talks.moment, days_ago)
