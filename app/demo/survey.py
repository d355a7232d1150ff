"""A question that the principal asked the families of grade 3 two weeks ago, and what they answered. Over by now."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from app.announcements.asking import Asked, Wording
from app.announcements.asking_words import tail_of
from app.core.clock import now
from app.core.ids import new_uuid
from app.core.sms import measure
from app.demo.house import House
from app.demo.moments import early_afternoon

HAROLD, CEDAR_GROVE, GRADE, TOLL_FREE = 6, 1, "03", "+18885550177"
DAYS_AGO, DAYS_OPEN, SCHOOL_DAYS = 12, 7, 5
ANSWERED, WEIGHTS = 0.74, (61, 24, 15)
"""The share of families that answered, and how often each choice was theirs."""
WORDS: dict[str, tuple[str, str, tuple[str, str, str]]] = {
    "en": ("Family reading night is next Thursday at 6 PM in the library.", "Will your family come?", ("Yes", "No", "Not sure yet")),
    "es": (
        "La noche de lectura en familia es el próximo jueves a las 6 PM en la biblioteca.",
        "¿Vendrá su familia?",
        ("Sí", "No", "Aún no sé"),
    ),
    "vi": ("Tối đọc sách gia đình là thứ Năm tới lúc 6 PM tại thư viện.", "Gia đình quý vị có đến không?", ("Có", "Không", "Chưa biết")),
    "ar": ("أمسية القراءة العائلية يوم الخميس القادم الساعة 6 مساءً في المكتبة.", "هل ستحضر عائلتكم؟", ("نعم", "لا", "لم نقرر بعد")),
    "so": ("Habeenka akhriska qoyska waa Khamiista soo socota 6 PM maktabadda.", "Qoyskaagu ma imanayaa?", ("Haa", "Maya", "Weli ma hubo")),
    "zh": ("家庭阅读之夜定于下周四晚上6点在图书馆举行。", "您家会来吗？", ("会", "不会", "还不确定")),
    "ru": (
        "Семейный вечер чтения пройдёт в следующий четверг в 18:00 в библиотеке.",
        "Придёт ли ваша семья?",
        ("Да", "Нет", "Пока не знаем"),
    ),
    "uk": (
        "Сімейний вечір читання відбудеться наступного четверга о 18:00 у бібліотеці.",
        "Чи прийде ваша родина?",
        ("Так", "Ні", "Ще не знаємо"),
    ),
    "fr": (
        "La soirée lecture en famille est jeudi prochain à 18 h à la bibliothèque.",
        "Votre famille viendra-t-elle ?",
        ("Oui", "Non", "Pas encore sûr"),
    ),
}


def build_survey(house: House) -> None:
    """The announcement with its question, everybody who got it, and their answers."""
    rng = random.Random(1203)
    sent = next(day for day in (early_afternoon(now(), DAYS_AGO + more) for more in range(7)) if day.weekday() < SCHOOL_DAYS - 1)
    asked = Asked({language: Wording(question, choices) for language, (_body, question, choices) in WORDS.items()})
    announcement = _announcement(house, asked, sent)
    contents = _texts(house, announcement, asked)
    reached = _recipients(house, announcement, contents, sent, rng)
    house.link(
        "surveys", announcement_id=announcement, district_id=1, per=asked.per, may_change=True, opened_at=sent,
        closes_at=sent + timedelta(days=DAYS_OPEN), changed_at=sent, told_at=now(),
    )  # fmt: skip
    _answers(house, announcement, reached, sent, rng)


def _announcement(house: House, asked: Asked, sent: datetime) -> int:
    return house.add(
        "announcements", uuid=new_uuid(), district_id=1, school_id=CEDAR_GROVE, author_id=HAROLD, title="Family reading night",
        category="general", send_to="priority", channels=["sms"], audience={"grades": [[CEDAR_GROVE, GRADE]]}, fallback_language="en",
        has_canary=False, state="finished", version=5, accepted_at=sent, accepted_by_id=HAROLD, is_expanded=True, families_moved=1, is_fed=True,
        canary_passed=True, is_swept=True, started_at=sent, finished_at=sent + timedelta(minutes=2), told_at=now(),
        sender_scope="service:2", asks=asked.document(), created_at=sent - timedelta(hours=2), updated_at=sent,
    )  # fmt: skip


def _texts(house: House, announcement: int, asked: Asked) -> dict[str, int]:
    """The contents that were sent, by language."""
    contents = {}
    for language, (body, _question, _choices) in WORDS.items():
        tail = tail_of(asked, "sms", language, "en")
        contents[language] = house.add("delivery_contents", body=f"{body}\n{tail}", media=[])
        house.link(
            "announcement_texts", announcement_id=announcement, channel="sms", language=language, subject="", body=body, tail=tail,
            origin="written", media=[], content_id=contents[language],
        )  # fmt: skip
    return contents


def _recipients(house: House, announcement: int, contents: dict[str, int], sent: datetime, rng: random.Random) -> list[dict[str, Any]]:
    """One for each first contact of the grade; returns those whom it reached."""
    number = next(one["id"] for one in house.rows["phone_numbers"] if one["address"] == TOLL_FREE)
    grade = {one["id"]: one for one in house.rows["students"] if one["school_id"] == CEDAR_GROVE and one["grade"] == GRADE}
    firsts: dict[int, int] = {}
    for bond in house.rows["guardianships"]:
        if bond["priority"] == 1 and bond["student_id"] in grade:
            firsts.setdefault(bond["guardian_id"], bond["student_id"])
    reached: list[dict[str, Any]] = []
    for guardian, student in sorted(firsts.items()):
        point, reason = _phone(house, guardian)
        spoken = str(house.rows["guardians"][guardian - 1]["language"])
        language = spoken if spoken in WORDS else "en"
        person = {
            "announcement_id": announcement, "channel": "sms", "guardian_id": guardian, "student_id": student, "family_id": guardian,
            "contact_point_id": point["id"] if point else None, "language": language,
            "address": point["address"] if point and not reason else None, "reason": reason,
        }  # fmt: skip
        recipient = house.add("announcement_recipients", **person)
        if reason is not None:
            continue
        fails = point is not None and point["health"] == "unreachable"
        at = sent + timedelta(seconds=len(reached) // 3 + 2)
        body = house.rows["delivery_contents"][contents[language] - 1]["body"]
        house.add(
            "deliveries", uuid=new_uuid(), district_id=1, owner_kind="announcement", owner_id=recipient,
            contact_point_id=person["contact_point_id"], phone_number_id=number, content_id=contents[language],
            address=person["address"], state="failed" if fails else "delivered", error_code="30003" if fails else None, due_at=sent, created_at=sent, started_at=at, finished_at=at + timedelta(seconds=rng.randint(1, 20)), attempts=1,
            segments=measure(body).segments, provider_id=f"SM{recipient:032d}", settled_at=at if fails else None,
        )  # fmt: skip
        if not fails:
            reached.append({"id": recipient, "number": number, **person})
    _counts(house, announcement, len(reached), sent)
    return reached


def _phone(house: House, guardian: int) -> tuple[dict[str, Any] | None, str | None]:
    """The phone for texts of an adult, or why there is none."""
    points = [one for one in house.rows["contact_points"] if one["guardian_id"] == guardian and one["kind"] != "email"]
    mobiles = [one for one in points if one["kind"] != "landline"]
    if not mobiles:
        return (points[0], "no_texts") if points else (None, "no_number")
    good = [one for one in mobiles if one["health"] not in {"dead", "wrong"}]
    return (good[0], None) if good else (mobiles[0], f"{mobiles[0]['health']}_number")


def _counts(house: House, announcement: int, delivered: int, sent: datetime) -> None:
    rows = [row for row in house.rows["announcement_recipients"] if row["announcement_id"] == announcement]
    reasons = Counter(row["reason"] for row in rows if row["reason"] is not None)
    total = sum(1 for row in rows if row["reason"] is None)
    numbers = {"total": total, "delivered": delivered, "failed": total - delivered} | {f"skip:{name}": n for name, n in reasons.items()}
    for outcome in ("total", "sending", "sent", "delivered", "failed", "blocked", "cancelled", *(f"skip:{name}" for name in reasons)):
        n = numbers.get(outcome, 0)
        house.link("announcement_counts", announcement_id=announcement, channel="sms", outcome=outcome, n=n)
    for outcome, n in (("sending", total), ("delivered", delivered), ("failed", total - delivered)):
        minute = sent.replace(second=0, microsecond=0)
        house.link("announcement_reach", announcement_id=announcement, channel="sms", minute=minute, outcome=outcome, n=n)
    found = house.rows["announcements"][announcement - 1]
    found["first_recipient_id"], found["last_recipient_id"] = rows[0]["id"], rows[-1]["id"]
    found["fed_through"] = found["expanded_through"] = rows[-1]["id"]


def _answers(house: House, announcement: int, reached: list[dict[str, Any]], sent: datetime, rng: random.Random) -> None:
    """Most answer the same evening, some after days; the texts with which they did are on record."""
    late = DAYS_OPEN * 24 * 60 - 30
    given = [(sent + timedelta(minutes=min(rng.expovariate(1 / 400) + 2, late)), person) for person in reached if rng.random() < ANSWERED]
    for at, person in sorted(given, key=lambda one: one[0]):
        choice = rng.choices((1, 2, 3), WEIGHTS)[0]
        house.add(
            "survey_answers", survey_id=announcement, unit=f"f{person['family_id']}", recipient_id=person["id"], choice=choice,
            channel="sms", first_at=at, answered_at=at,
        )  # fmt: skip
        said = str(choice) if rng.random() < 0.7 else WORDS[person["language"]][2][choice - 1]
        house.add(
            "inbound_texts", provider_id=f"SM{10**12 + person['id']:032d}", district_id=1, phone_number_id=person["number"],
            sender=person["address"], body=said, received_at=at, routed_at=at,
        )  # fmt: skip
