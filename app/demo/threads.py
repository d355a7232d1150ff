"""Build some months of conversations out of the people, as plain rows."""

import random
from datetime import datetime, timedelta
from typing import Any

from app.core.clock import now
from app.core.ids import new_uuid
from app.core.search_text import indexable
from app.core.sms import measure
from app.demo.house import House
from app.demo.ledger import Ledger
from app.demo.moments import MONTHS, early_afternoon, last_in_school_hours, school_moment
from app.demo.talk import ANSWERS, EXCHANGES, OPENERS, ROSA, ROSA_BEFORE, SPANISH, THANKS, UNKNOWN

Row = dict[str, Any]
DANA, MARISOL = 1, 2


class ThreadBuilder:
    """Conversations and messages; ids are given at the end, in the order of time, because newest first means by id."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.rng = random.Random(712)
        self.moment = last_in_school_hours(now().replace(second=0, microsecond=0))
        self.talks: list[list[Row]] = []
        self.conversations: list[Row] = []
        self.owner_of: dict[int, Row] = {}
        """The conversation of each list of messages, by the list's identity."""
        self.used: dict[str, set[int]] = {}
        self.points = {point["id"]: point for point in house.rows["contact_points"]}
        self.students_of: dict[int, list[Row]] = {}
        for bond in house.rows["guardianships"]:
            if bond["may_contact"]:
                self.students_of.setdefault(bond["guardian_id"], []).append(house.rows["students"][bond["student_id"] - 1])

    def build(self) -> None:
        """Everything: Room 12 by hand, the other teachers and the office out of the exchanges."""
        self._room_12()
        self._other_teachers()
        self._office()
        self._number_messages()
        self._unknown_texts()

    def _mobile(self, guardian: int) -> Row | None:
        return next(
            (
                p
                for p in self.points.values()
                if p["guardian_id"] == guardian and p["kind"] in {"mobile", "voip"} and p["health"] != "wrong"
            ),
            None,
        )

    def _open(self, guardian: int, staff: int, school: int, *, is_office: bool = False) -> list[Row] | None:
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
        talk: list[Row] = []
        self.talks.append(talk)
        self.owner_of[id(talk)] = conversation
        return talk

    def _say(self, talk: list[Row], side: str, text: str, at: datetime, *, language: str = "en", translation: str | None = None) -> Row:
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

    def _exchange(self, talk: list[Row], start: datetime) -> datetime:
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
                self._say(talk, side, spanish if side == "in" else said, at, language="es", translation=said if side == "in" else spanish)
            else:
                self._say(talk, side, said, at)
            at += timedelta(minutes=self.rng.randint(1, 90))
        if language in THANKS and language != "es" and self.rng.random() < 0.6:
            theirs, english = THANKS[language]
            self._say(talk, "in", theirs, at, language=language, translation=english)
        return at

    def _school_moment(self, days_ago: int) -> datetime:
        return school_moment(self.rng, self.moment, days_ago)

    def _room_12(self) -> None:
        by_name = {f"{g['given_name']} {g['family_name']}": g["id"] for g in self.house.rows["guardians"][:13]}
        rosa = self._open(by_name["Rosa María Hernández-Gutiérrez"], DANA, 1)
        if rosa is None:
            return
        self._tell_of_rosa(rosa)
        for position, (name, (language, text, translation)) in enumerate(OPENERS.items()):
            guardian = by_name.get(name)
            talk = self._open(guardian, DANA, 1) if guardian else None
            if talk is None:
                continue
            for days in (61, 33, 12):
                self._exchange(talk, self._school_moment(days + position))
            recent = self.moment - timedelta(minutes=22 + 17 * position) if position < 5 else self._school_moment(position - 3)
            self._say(talk, "in", text, recent, language=language, translation=translation)
            if name in ANSWERS:
                self._say(talk, "out", ANSWERS[name], recent + timedelta(minutes=6))
        luis = self._open(by_name["Luis Hernández"], DANA, 1)
        if luis is not None:
            self._exchange(luis, self._school_moment(60))
            self._say(luis, "in", "STOP", self._school_moment(46), language="es")
        for enrollment in self.house.rows["enrollments"]:
            if enrollment["section_id"] == 1 and enrollment["student_id"] > 12:
                self._talk_with_family(enrollment["student_id"], DANA, 1, exchanges=3)

    def _tell_of_rosa(self, rosa: list[Row]) -> None:
        for days, asked, in_spanish, minutes, answer, in_english in ROSA_BEFORE:
            at = early_afternoon(self.moment, days)
            self._say(rosa, "out", asked, at, translation=in_spanish)
            self._say(rosa, "in", answer, at + timedelta(minutes=minutes), language="es", translation=in_english)
        for side, text, translation, minutes in ROSA:
            self._say(rosa, side, text, self.moment - timedelta(minutes=minutes), language="es", translation=translation)

    def _talk_with_family(self, student: int, staff: int, school: int, *, exchanges: int) -> None:
        guardian = next(
            (b["guardian_id"] for b in self.house.rows["guardianships"] if b["student_id"] == student and b["may_contact"]), None
        )
        talk = self._open(guardian, staff, school) if guardian else None
        if talk is None:
            return
        for days in sorted((self.rng.randint(2, MONTHS) for _ in range(exchanges)), reverse=True):
            self._exchange(talk, self._school_moment(days))
        conversation = self.owner_of[id(talk)]
        if conversation["point"]["health"] == "dead":
            row = self._say(talk, "out", "Please call the office when you have a moment.", self._school_moment(1))
            row.update(status="failed", error_code="30005", delivered_at=None)

    def _other_teachers(self) -> None:
        students: dict[int, list[int]] = {}
        for enrollment in self.house.rows["enrollments"]:
            students.setdefault(enrollment["section_id"], []).append(enrollment["student_id"])
        for link in self.house.rows["section_teachers"]:
            if link["staff_id"] == DANA:
                continue
            school = self.house.rows["sections"][link["section_id"] - 1]["school_id"]
            for student in self.rng.sample(students[link["section_id"]], min(8, len(students[link["section_id"]]))):
                self._talk_with_family(student, link["staff_id"], school, exchanges=self.rng.randint(1, 4))

    def _office(self) -> None:
        offices = {1: MARISOL, 2: 9, 3: 10}
        for school, staff in offices.items():
            pupils = [each["id"] for each in self.house.rows["students"] if each["school_id"] == school]
            for student in self.rng.sample(pupils, 14):
                guardian = next(
                    (b["guardian_id"] for b in self.house.rows["guardianships"] if b["student_id"] == student and b["may_contact"]), None
                )
                talk = self._open(guardian, staff, school, is_office=True) if guardian else None
                if talk is not None:
                    self._exchange(talk, self._school_moment(self.rng.randint(1, 40)))

    def _number_messages(self) -> None:
        """Give ids in the order of time, and write the inbox row of each conversation."""
        house = self.house
        ledger = Ledger(house, self.rng, self.moment)
        pairs = [(row["created_at"], n, row) for n, talk in enumerate(self.talks) for row in talk]
        pairs.sort(key=lambda each: (each[0], each[1]))
        for number, (_at, n, row) in enumerate(pairs, start=1):
            row.update(id=number, conversation_id=n + 1)
        house.rows["messages"] = [row for *_, row in pairs]
        for n, (conversation, talk) in enumerate(zip(self.conversations, self.talks, strict=True), start=1):
            staff, point, number = conversation.pop("staff"), conversation.pop("point"), conversation.pop("number")
            conversation.pop("first")
            talk.sort(key=lambda row: row["id"])
            last = talk[-1]
            unanswered = [row for row in trailing_inbound(talk) if row["created_at"] > self.moment - timedelta(days=9)]
            is_old = last["created_at"] < self.moment - timedelta(days=9)
            waits = bool(unanswered)
            state = "done" if is_old and n % 3 else "open"
            conversation.update(
                state=state,
                last_message_id=last["id"],
                last_message_at=last["created_at"],
                preview=last["body"][:160],
                preview_kind=last["kind"],
                preview_author=last["author"][:80],
                preview_language=last["language"],
                waits_since=unanswered[0]["created_at"] if waits else None,
                failed_count=sum(row["status"] == "failed" for row in talk),
                version=len(talk),
                created_at=talk[0]["created_at"],
            )
            house.add("conversations", **conversation)
            for person in staff:
                house.add(
                    "participants",
                    uuid=new_uuid(),
                    conversation_id=n,
                    staff_id=person,
                    state=state,
                    last_message_id=last["id"],
                    unread_count=len(unanswered) if waits else 0,
                    joined_at=talk[0]["created_at"],
                )
            theirs = house.add(
                "participants",
                uuid=new_uuid(),
                conversation_id=n,
                state=state,
                last_message_id=last["id"],
                unread_count=0,
                guardian_id=conversation["guardian_id"],
                contact_point_id=point["id"],
                phone_number_id=number["id"],
                address=point["address"],
                joined_at=talk[0]["created_at"],
            )
            for row in talk:
                row["participant_id"] = theirs if row["kind"] == "inbound" else None
                if row["body"] == "STOP":
                    ledger.opt_out(point, number, row["created_at"])
                if row["status"] == "failed":
                    self._failed_delivery(row, point, number)
        ledger.close(self.points.values())

    def _failed_delivery(self, row: Row, point: Row, number: Row) -> None:
        """The outbox's side of a message that did not arrive: it waits among the undelivered."""
        at = row["created_at"]
        content = self.house.add("delivery_contents", body=row["body"], media=[])
        self.house.add(
            "deliveries", uuid=new_uuid(), district_id=1, owner_kind="message", owner_id=row["id"], contact_point_id=point["id"],
            phone_number_id=number["id"], content_id=content, address=point["address"], state="failed", segments=row["segments"],
            attempts=1, error_code=row["error_code"], due_at=at, started_at=at, created_at=at, finished_at=at + timedelta(seconds=3),
        )  # fmt: skip

    def _unknown_texts(self) -> None:
        for n, (sender, body) in enumerate(UNKNOWN, start=1):
            at = self.moment - timedelta(hours=3 * n)
            inbound = self.house.add(
                "inbound_texts",
                provider_id=f"SM{n:032x}",
                district_id=1,
                phone_number_id=1,
                sender=sender,
                body=body,
                received_at=at,
                routed_at=at,
            )
            self.house.add(
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


def trailing_inbound(talk: list[Row]) -> list[Row]:
    """The guardian's messages after the last outbound one."""
    waiting: list[Row] = []
    for row in reversed(talk):
        if row["kind"] == "outbound":
            break
        if row["kind"] == "inbound":
            waiting.insert(0, row)
    return waiting


def subtitle(children: list[Row]) -> str:
    """The students of a row in the inbox, as conversations keep them: "Mateo, Sofía · 03, KG"."""
    names = ", ".join(child["given_name"] for child in children)
    return f"{names} · {', '.join(child['grade'] for child in children)}" if children else ""
