"""Turn lines of a roster into what Homeroom keeps. A line that makes no sense becomes a Refused, with the reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from app.accounts.models import Role
from app.accounts.service import RosterStaff
from app.core import phone_numbers
from app.core.search_text import fold
from app.directory.models import ContactKind
from app.directory.roster.reading import Line

GONE = {"tobedeleted", "inactive"}
STUDENT_ROLES = {"student"}
GUARDIAN_ROLES = {"parent": "parent", "guardian": "guardian", "relative": "relative"}
STAFF_ROLES = {
    "teacher": Role.TEACHER,
    "aide": Role.TEACHER,
    "proctor": Role.TEACHER,
    "counselor": Role.VIEWER,
    # A file never makes an administrator: those are invited by a person.
    "administrator": Role.VIEWER,
    "principal": Role.VIEWER,
    "siteadministrator": Role.VIEWER,
    "districtadministrator": Role.VIEWER,
    "systemadministrator": Role.VIEWER,
}
LONGEST = {"name": 200, "given_name": 100, "family_name": 100, "source_id": 120, "title": 200}
GRADES = {"kg": "KG", "pk": "PK", "tk": "TK", "it": "IT", "pr": "PR", "ps": "PS", "ug": "UG", "other": "Other"}


class Refused(ValueError):
    """Why a line does not go in: a name of `wordings`, and what its sentence shows."""

    def __init__(self, problem: str, /, **details: object) -> None:
        super().__init__(problem)
        self.problem, self.details = problem, details


class Complain(Protocol):
    """Told of what is left out of a line that goes in."""

    def __call__(self, problem: str, /, **details: object) -> None:
        """Note it."""


@dataclass(frozen=True, slots=True)
class User:
    """A person of users.csv with the role that decides what becomes of them."""

    line: Line
    source_id: str
    role: str
    orgs: tuple[str, ...]
    is_active: bool


def source_id_of(line: Line) -> str:
    """The record's own key. Raises Refused when it is missing or too long."""
    source_id = line.get("sourcedId")
    if not source_id:
        raise Refused("no_key")
    return fitting(source_id, "source_id", "sourcedId")


def fitting(text: str, column: str, name: str) -> str:
    """`text` if it fits its column. Raises Refused."""
    if len(text) > LONGEST[column]:
        raise Refused("too_long", field=name, most=LONGEST[column])
    return text.replace("\x00", "")


def is_active(line: Line) -> bool:
    """Whether the record is in force."""
    return line.get("status").lower() not in GONE


def is_enabled(line: Line) -> bool:
    """Whether a user is in force."""
    return is_active(line) and line.get("enabledUser").lower() not in {"false", "0", "no"}


def as_user(line: Line, roles: dict[str, tuple[str, tuple[str, ...]]]) -> User:
    """The user of a line; `roles` is what roles.csv of version 1.2 says of each. Raises Refused."""
    source_id = source_id_of(line)
    listed = roles.get(source_id)
    role = (listed[0] if listed else line.get("role")).lower()
    if not role:
        raise Refused("no_role")
    if role not in STUDENT_ROLES and role not in GUARDIAN_ROLES and role not in STAFF_ROLES:
        raise Refused("odd_role", role=role[:40])
    orgs = listed[1] if listed else tuple(line.many("orgSourcedIds") or line.many("primaryOrgSourcedId"))
    return User(line, source_id, role, orgs, is_enabled(line))


def names(line: Line) -> tuple[str, str]:
    """Given and family name. Raises Refused."""
    given, family = line.get("givenName"), line.get("familyName")
    if not given and not family:
        raise Refused("no_name")
    return fitting(given or family, "given_name", "givenName"), fitting(family if given else "", "family_name", "familyName")


def student_row(user: User, school_ids: dict[str, int]) -> dict[str, Any]:
    """The columns of a student. Raises Refused."""
    given, family = names(user.line)
    school = next((school_ids[org] for org in user.orgs if org in school_ids), None)
    if school is None:
        raise Refused("no_school")
    preferred = user.line.get("preferredGivenName") or user.line.get("preferredFirstName")
    return {
        "source_id": user.source_id,
        "school_id": school,
        "given_name": given,
        "family_name": family,
        "preferred_name": preferred[:100] or None,
        "grade": grade(user.line),
        "student_number": user.line.get("identifier")[:60] or None,
        "is_active": user.is_active,
        "search_text": fold(f"{given} {preferred} {family}")[:300],
    }


def guardian_row(user: User) -> dict[str, Any]:
    """The columns of a guardian. Raises Refused."""
    given, family = names(user.line)
    return {
        "source_id": user.source_id,
        "given_name": given,
        "family_name": family,
        "is_active": user.is_active,
        "search_text": fold(f"{given} {family}")[:300],
    }


def staff_member(user: User, school_ids: Iterable[int]) -> RosterStaff:
    """A staff member. Raises Refused."""
    given, family = names(user.line)
    email = user.line.get("email").lower()
    if "@" not in email:
        raise Refused("staff_without_email")
    return RosterStaff(
        user.source_id, email[:254], f"{given} {family}".strip(), STAFF_ROLES[user.role], frozenset(school_ids), user.is_active
    )


def grade(line: Line) -> str | None:
    """The first grade, written with two digits."""
    listed = line.many("grades")
    if not listed:
        return None
    first = listed[0]
    return first.zfill(2) if first.isdigit() else GRADES.get(first.lower(), first[:10])


def contact_points(line: Line, complain: Complain) -> list[tuple[str, str]]:
    """The (kind, address) pairs of a person. A number that nobody can read is complained of and left out.

    A `phone` beside another `sms` number is taken for a landline; alone it may be a mobile, and the first text tells.
    """
    found: list[tuple[str, str]] = []
    mobile = _number(line, "sms", complain)
    if mobile:
        found.append((ContactKind.MOBILE, mobile))
    other = _number(line, "phone", complain)
    if other and other != mobile:
        found.append((ContactKind.LANDLINE if mobile else ContactKind.MOBILE, other))
    email = line.get("email").lower()
    if "@" in email:
        found.append((ContactKind.EMAIL, email[:254]))
    elif email:
        complain("not_an_email", text=email[:60])
    return found


def _number(line: Line, column: str, complain: Complain) -> str | None:
    text = line.get(column)
    if not text:
        return None
    number = phone_numbers.parse_or_none(text)
    if number is None:
        complain("not_a_phone", text=text[:40], field=column)
    return number
