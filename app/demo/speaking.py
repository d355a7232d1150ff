"""What is said in the invented district: conversations with their lines, as plain rows that have no numbers yet."""

import random
from datetime import datetime, timedelta
from typing import Any

from app.core.clock import now
from app.core.ids import new_uuid
from app.core.search_text import indexable
from app.core.sms import measure
from app.demo.house import House
from app.demo.moments import last_in_school_hours
from app.demo.talk import EXCHANGES, SPANISH, THANKS

Row = dict[str, Any]
Talk = list[Row]


class Talks:
    """Opens conversations and adds lines to them; `filing` gives the numbers, in the order of time."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rng = random.Random(712)
        self.moment = last_in_school_hours(now().replace(second=0, microsecond=0))
        self.talks: list[Talk] = []
        self.conversations: list[Row] = []
        self.owner_of: dict[int, Row] = {}
        """The conversation of each list of messages, by the list's identity."""
        self.used: dict[str, set[int]] = {}
        self.points = {point["id"]: point for point in house.rows["contact_points"]}
        self.students_of: dict[int, list[Row]] = {}
        for bond in house.rows["guardianships"]:
            if bond["may_contact"]:
                self.students_of.setdefault(bond["guardian_id"], []).append(house.rows["students"][bond["student_id"] - 1])

    def open(self, guardian: int, staff: int, school: int, *, is_office: bool = False) -> Talk | None:
        """A new direct conversation; its list of messages, to be filled. None where the guardian has no mobile."""
        point = self._mobile(guardian)
        if point is None:
            return None
        numbers = [
            n
            for n in self.house.rows["phone_numbers"]
            if n["school_id"] == school and n["id"] not in self.used.setdefault(point["address"], set())
        ]
        if not numbers:
            return None
        number = numbers[0] if is_office else numbers[1 + guardian % (len(numbers) - 1)] if len(numbers) > 1 else numbers[0]
        self.used[point["address"]].add(number["id"])
        person = self.house.rows["guardians"][guardian - 1]
        children = self.students_of.get(guardian, [])
        conversation = {
            "uuid": new_uuid(),
            "district_id": 1,
            "school_id": school,
            "kind": "direct",
            "guardian_id": guardian,
            "created_by_id": None if is_office else staff,
            "is_office": is_office,
            "assigned_to_id": None,
            "title": f"{person['given_name']} {person['family_name']}",
            "subtitle": subtitle(children),
            "language": None if person["language"] == "en" else person["language"],
            "staff": [staff],
            "point": point,
            "number": number,
            "first": person["given_name"].split()[0],
            "state": "open",
        }
        self.conversations.append(conversation)
        talk: Talk = []
        self.talks.append(talk)
        self.owner_of[id(talk)] = conversation
        return talk

    def say(self, talk: Talk, side: str, text: str, at: datetime, *, language: str = "en", translation: str | None = None) -> Row:
        """Add a line. `text` is in the writer's language; a translation makes it two-sided."""
        conversation = self.owner_of[id(talk)]
        author = self.house.rows["staff"][conversation["staff"][0] - 1]
        kind = {"in": "inbound", "out": "outbound", "note": "note"}[side]
        wrote_home = side == "in"
        row = {
            "uuid": new_uuid(),
            "district_id": 1,
            "kind": kind,
            "staff_id": None if wrote_home else author["id"],
            "author": conversation["title"] if wrote_home else author["formal_name"] or author["name"],
            "body": text,
            "language": language if wrote_home else "en",
            "translation": translation,
            "translation_language": None if translation is None else ("en" if wrote_home else conversation["language"]),
            "translated_by": None if translation is None else "phrases",
            "status": "delivered",
            "error_code": None,
            "segments": max(1, measure(translation if translation and not wrote_home else text).segments) if kind != "note" else 0,
            "search_text": indexable(f"{text} {translation or ''}"),
            "created_at": at,
            "sent_at": at if kind == "outbound" else None,
            "delivered_at": at + timedelta(seconds=2) if kind == "outbound" else None,
        }
        talk.append(row)
        return row

    def exchange(self, talk: Talk, start: datetime) -> datetime:
        """One believable exchange, in the family's language where the demo has its words."""
        conversation = self.owner_of[id(talk)]
        language = conversation["language"] or "en"
        children = self.students_of.get(conversation["guardian_id"], [])
        values = {
            "child": children[0]["given_name"] if children else "your child",
            "guardian": conversation["first"],
            "teacher": "teacher",
        }
        lines = self.rng.choice(EXCHANGES)
        if language == "es":
            lines = self.rng.choice([each for each in EXCHANGES if all(text in SPANISH for side, text in each if side != "note")])
        at = start
        for side, text in lines:
            said = text.format(**values)
            if language == "es" and side != "note":
                spanish = SPANISH[text].format(**values)
                self.say(talk, side, spanish if side == "in" else said, at, language="es", translation=said if side == "in" else spanish)
            else:
                self.say(talk, side, said, at)
            at += timedelta(minutes=self.rng.randint(1, 90))
        if language in THANKS and language != "es" and self.rng.random() < 0.6:
            theirs, english = THANKS[language]
            self.say(talk, "in", theirs, at, language=language, translation=english)
        return at

    def _mobile(self, guardian: int) -> Row | None:
        return next(
            (
                p
                for p in self.points.values()
                if p["guardian_id"] == guardian and p["kind"] in {"mobile", "voip"} and p["health"] != "wrong"
            ),
            None,
        )


def subtitle(children: list[Row]) -> str:
    """The students of a row in the inbox, as conversations keep them: "Mateo, Sofía · 03, KG"."""
    names = ", ".join(child["given_name"] for child in children)
    return f"{names} · {', '.join(child['grade'] for child in children)}" if children else ""
