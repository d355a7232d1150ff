"""Uploaded lists: a CSV file with phone numbers or student ids becomes an audience, and every bad line is named."""

import codecs
import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, insert, or_, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.announcements.errors import BadList, MayNotDraft
from app.announcements.models import AnnouncementList, AnnouncementListRow, SkipReason
from app.core import phone_numbers
from app.core.database import db, transaction
from app.directory.models import ContactPoint, District, Student
from app.directory.queries.reach import student_is_within_reach_of

LARGEST = 5 * 1024 * 1024
MOST_LINES = 20_000
LONGEST_NAME = 200
LONGEST_SAID = 120
AT_ONCE = 500
MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""With which “Unicode text” of a spreadsheet begins."""
PHONE_NAMES = frozenset({"phone", "phone number", "mobile", "number", "cell", "teléfono", "celular"})
STUDENT_NAMES = frozenset({"student id", "studentid", "student number", "student", "id", "sourcedid"})
PERSON_NAMES = frozenset({"name", "full name", "nombre"})


class BadRow(StrEnum):
    """What is wrong with a line."""

    EMPTY = "empty"
    NO_PHONE = "not_a_phone"
    NO_STUDENT = "no_student"
    """Nobody within reach has this id."""
    SEVERAL_STUDENTS = "several"
    """More than one student has it: a number at two schools, or one's number and another one's roster id."""
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line of the file, as written."""

    number: int
    phone: str
    student: str
    name: str
    whole: str
    """All that stood there."""


def upload(staff: Staff, filename: str, data: bytes) -> AnnouncementList:
    """Keep what the file names. Raises BadList for what is no list at all, MayNotDraft."""
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    lines = list(_lines(data))
    region = db.session.get_one(District, staff.district_id).country
    phones = {line.number: phone_numbers.parse_or_none(line.phone, region) for line in lines if line.phone}
    students = _students(staff, {line.student for line in lines if line.student})
    points = _points(staff.district_id, {phone for phone in phones.values() if phone})
    good: list[dict[str, object]] = []
    bad: list[dict[str, object]] = []
    seen: set[object] = set()
    for line in lines:
        named, phone = students.get(line.student, set[int]()), phones.get(line.number)
        student = next(iter(named), None)
        key: object = ("student", student) if line.student else phone
        problem = _problem(line, named, phone)
        if problem is None and key in seen:
            problem = BadRow.TWICE
        if problem is not None:
            bad.append({"line": line.number, "reason": problem.value, "said": line.whole})
            continue
        seen.add(key)
        good.append(
            {
                "line": line.number, "student_id": student if line.student else None, "address": None if line.student else phone,
                "contact_point_id": None if line.student else points.get(phone or ""), "name": line.name[:LONGEST_NAME],
            }
        )  # fmt: skip
    with transaction():
        kept = _keep(staff, filename, good, bad)
        audit("announcement.list_uploaded", kept, {"name": kept.name, "good": len(good), "bad": len(bad)}, by=staff)
    return kept


def keep_numbers(staff: Staff, numbers: Sequence[str]) -> AnnouncementList:
    """The same of phone numbers that a program gives: each once, and what is none is named at the end. Raises MayNotDraft."""
    if not role_allows(staff.role, Permission.DRAFT_ANNOUNCEMENTS):
        raise MayNotDraft
    region = db.session.get_one(District, staff.district_id).country
    lines: dict[str, int] = {}
    bad: list[dict[str, object]] = []
    seen: set[str] = set()
    for line, written in enumerate(numbers, start=1):
        phone = phone_numbers.parse_or_none(written, region)
        if phone is not None:
            lines.setdefault(phone, line)
        elif written not in seen:
            bad.append({"line": line, "reason": BadRow.NO_PHONE.value, "said": written[:LONGEST_SAID]})
            seen.add(written)
    points = _points(staff.district_id, set(lines))
    good: list[dict[str, object]] = [
        {"line": line, "student_id": None, "address": phone, "contact_point_id": points.get(phone), "name": ""}
        for phone, line in lines.items()
    ]
    none = [{"line": one["line"], "address": one["said"], "problem": SkipReason.NO_PHONE.value} for one in bad]
    with transaction():
        kept = _keep(staff, "", good, bad)
        if none:
            db.session.execute(insert(AnnouncementListRow), [{"list_id": kept.id, "name": "", **row} for row in none])
    return kept


def _keep(staff: Staff, name: str, good: Sequence[Mapping[str, object]], bad: list[dict[str, object]]) -> AnnouncementList:
    kept = AnnouncementList(district_id=staff.district_id, author_id=staff.id, name=name[:255], good_rows=len(good), bad_rows=bad)
    db.session.add(kept)
    db.session.flush()
    if good:
        db.session.execute(insert(AnnouncementListRow), [{"list_id": kept.id, **row} for row in good])
    return kept


def _lines(data: bytes) -> Iterator[ListLine]:
    """The lines with content, by the names of their columns. Raises BadList."""
    if len(data) > LARGEST:
        raise BadList
    try:
        text = data.decode("utf-16" if data.startswith(MARKS) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if not text.strip() or "\0" in text:
        raise BadList
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        head = [name.strip().casefold().replace("_", " ") for name in next(reader)]
        columns = [next((index for index, name in enumerate(head) if name in names), None) for names in (PHONE_NAMES, STUDENT_NAMES)]
        called = next((index for index, name in enumerate(head) if name in PERSON_NAMES), None)
        if columns == [None, None]:
            raise BadList
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if reader.line_num > MOST_LINES + 1:
                raise BadList
            phone, student = (_cell(row, index) for index in columns)
            yield ListLine(reader.line_num, phone, student, _cell(row, called), ", ".join(filter(None, map(str.strip, row)))[:LONGEST_SAID])
    except csv.Error as error:
        raise BadList from error


def _cell(row: list[str], index: int | None) -> str:
    """A cell without the apostrophe by which spreadsheets mark text."""
    return row[index].strip().removeprefix("'")[:LONGEST_NAME] if index is not None and index < len(row) else ""


def _problem(line: ListLine, students: Collection[int], phone: str | None) -> BadRow | None:
    if line.student:
        return BadRow.NO_STUDENT if not students else BadRow.SEVERAL_STUDENTS if len(students) > 1 else None
    if not line.phone:
        return BadRow.EMPTY
    return None if phone is not None else BadRow.NO_PHONE


def _students(staff: Staff, written: set[str]) -> dict[str, set[int]]:
    """Students within reach by the ids that the school or the roster gives them. Nothing keeps two schools from giving the same one."""
    found: dict[str, set[int]] = defaultdict(set)
    wanted = sorted(written)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        rows = db.session.execute(
            select(Student.id, Student.source_id, Student.student_number).where(
                student_is_within_reach_of(staff), or_(Student.student_number.in_(some), Student.source_id.in_(some))
            )
        )
        for number, source_id, student_number in rows:
            for name in written.intersection((source_id, student_number)):
                found[name].add(number)
    return found


def _points(district_id: int, addresses: set[str]) -> dict[str, int]:
    """Whose phones these are, where the district knows."""
    found: dict[str, int] = {}
    wanted = sorted(addresses)
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            select(ContactPoint.address, func.min(ContactPoint.id))
            .where(
                ContactPoint.district_id == district_id,
                ContactPoint.address.in_(wanted[start : start + AT_ONCE]),
                ContactPoint.is_active.is_(True),
            )
            .group_by(ContactPoint.address)
        )
        found |= {row[0]: row[1] for row in rows}
    return found
